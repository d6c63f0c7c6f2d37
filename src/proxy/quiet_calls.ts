import { callDied } from "./dead_calls.ts";
import type { Call } from "./calls.ts";
import { TIMES } from "./times.ts";
import type { World } from "./world.ts";

/**
 * Watches an answered call of which media may tell nothing. Without a word in its dialogs it ends: after the
 * limit for held streams if it holds ports (its offer was never answered), else, having no stream of ours
 * whose silence could be heard (RULES X2), after a day.
 */
export function watchQuiet(world: World, call: Call): void {
  schedule(world, call, world.now + world.settings.media.holdMs);
}

function schedule(world: World, call: Call, at: number): void {
  world.heap.cancel(call.quiet);
  call.quiet = world.heap.schedule(at, () => look(world, call));
}

function look(world: World, call: Call): void {
  call.quiet = undefined;
  if (world.calls.get(call.id) !== call) return;
  const { holdMs } = world.settings.media;
  const limit = world.media.holdsPorts(call.id) ? holdMs : TIMES.quiet;
  const dueAt = world.media.watched(call.id) ? world.now + holdMs : call.touchedAt + limit;
  if (dueAt > world.now) return schedule(world, call, dueAt);
  callDied(world, call.id);
}
