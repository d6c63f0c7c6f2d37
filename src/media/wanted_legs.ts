import type { Holder } from "../base/shares.ts";
import type { Leg, Role } from "./far_end.ts";
import { otherRole } from "./offer_answer.ts";
import type { Viewpoint } from "./reach.ts";
import type { Session } from "./session.ts";

/** What a description needs legs for. */
export interface WantedLegs {
  /** For each of its m-lines, whether it is live. */
  readonly live: readonly boolean[];
  readonly from: Viewpoint;
  readonly to: Viewpoint;
  /** Of who sends it. */
  readonly role: Role;
  /** Who will hold their ports. */
  readonly holder: Holder;
}

/** The legs that a session has not got yet: one on each side for each live m-line (RULES P3). */
export function missingLegs(
  session: Session,
  { live, from, to, role }: Omit<WantedLegs, "holder">,
): Pick<Leg, "stream" | "role" | "side" | "local">[] {
  const missing: Pick<Leg, "stream" | "role" | "side" | "local">[] = [];
  for (const [stream, isLive] of live.entries()) {
    if (!isLive) continue;
    for (const party of [from, to]) {
      const { side, local } = party;
      const face = { stream, role: party === from ? role : otherRole(role), side, local };
      if (session.leg(stream, face.role, local) === undefined) missing.push(face);
    }
  }
  return missing;
}
