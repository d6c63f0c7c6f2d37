/** Version of this tree, as `sipmasq version` prints it. */
export const VERSION = "0.1.0";

/** What `sipmasq version` prints: the program, its runtime and its machine. */
export function versionText(): string {
  return `sipmasq ${VERSION} (Deno ${Deno.version.deno}, ${Deno.build.target})`;
}
