/** The two networks sipmasq stands between (DESIGN §1). */
export type Side = "inside" | "outside";

/** Returns the other side. */
export function opposite(side: Side): Side {
  return side === "inside" ? "outside" : "inside";
}
