import type { Holder } from "../base/shares.ts";
import { dropDialog } from "./call_life.ts";
import type { RequestContext } from "./contexts.ts";
import type { Halves } from "./dialogs.ts";
import type { World } from "./world.ts";

/** Lets the oldest forks go that nobody has answered, where there are too many; false when somebody has answered all. */
export function makeRoom(world: World, tags: Halves): boolean {
  for (const forks of world.dialogs.forksOf(tags)) {
    if (forks.length < world.limits.forks) continue;
    world.count("forks.dropped");
    const idle = forks.find((fork) => fork.ended || !fork.confirmed);
    if (idle === undefined) return false;
    dropDialog(world, idle);
  }
  return true;
}

/** Who holds the places of what comes of a request. */
export function payer({ call, holder }: RequestContext): Holder {
  return call?.holder ?? holder;
}
