import type { Side } from "../base/side.ts";
import { noRoom } from "./answer.ts";
import type { Refusal } from "./contexts.ts";
import type { World } from "./world.ts";

/** What whoever asked on `side` is told when one more dialog does not fit (RULES V7). */
export function dialogsFull(world: World, side: Side): Refusal {
  world.count("full.dialogs");
  return noRoom(side, "Too many calls and subscriptions");
}
