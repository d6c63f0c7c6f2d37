import type { Deadline } from "../base/deadline_heap.ts";
import type { Holder } from "../base/shares.ts";
import { TIMES } from "./times.ts";
import { hasOutside } from "./view.ts";
import type { World } from "./world.ts";

/** A BYE of ours to the outside that waits until our address there is known. */
export interface OwedBye {
  /** Writes and sends it; false when it cannot. */
  readonly send: () => boolean;
  /** When nobody waits for it any more. */
  readonly deadline: Deadline;
}

/** Sends a BYE of ours, or keeps it until we know what we are called outside: whoever never gets it sits in a dead call. */
export function sendOrOwe(
  world: World,
  { holder, send }: { readonly holder: Holder; readonly send: () => boolean },
): void {
  if (send() || hasOutside(world)) return;
  const number = world.nextNumber();
  const deadline = world.heap.schedule(
    world.now + TIMES.owedBye,
    () => world.owedByes.delete(number),
  );
  if (world.owedByes.set(number, { send, deadline }, { holder }) === undefined) return;
  world.heap.cancel(deadline);
  world.count("full.owedByes");
}

/** Sends what was kept, once our address outside is known. */
export function sendOwedByes(world: World): void {
  if (!hasOutside(world)) return;
  for (const [number, { send, deadline }] of [...world.owedByes.entries()]) {
    world.heap.cancel(deadline);
    world.owedByes.delete(number);
    send();
  }
}
