import { type StoredTime } from "../base/stored_time.ts";
import { type Binding, remoteKey } from "./bindings.ts";
import {
  type BindingEnd,
  noteRegistered,
  noteServerMoved,
  noteUnregistered,
} from "./binding_notes.ts";
import { TIMES } from "./times.ts";
import type { World } from "./world.ts";

/** A binding as stored (DESIGN §5): times as what is left and when that was written. */
export interface BindingRecord extends StoredTime {
  readonly binding: Omit<Binding, "expiresAt">;
  /** How long the phone had been registered then; older records lack it. */
  readonly ageMs?: number;
}

/** Key of a binding's record. */
export function bindingKey(token: string): readonly string[] {
  return ["v1", "binding", token];
}

/** Takes over a granted binding: in the tables, on disk before the phone is told (RULES X1), and in the log when it is news. */
export function saveBinding(
  world: World,
  binding: Binding,
  granted: { seconds: number; again?: boolean },
): void {
  const former = world.bindings.get(binding.token);
  const refused = world.bindings.set(binding);
  if (refused !== undefined) return world.count(`${refused}.bindings`);
  watchExpiry(world, binding);
  if (former === undefined) world.registeredAt.set(binding.token, world.now);
  const moved = former === undefined || remoteKey(former.flow) !== remoteKey(binding.flow) ||
    former.uri !== binding.uri || former.masked !== binding.masked;
  storeBinding(world, binding, moved ? "urgent" : "lazy");
  noteRegistered(world, binding, { ...granted, former });
  if (former !== undefined) noteServerMoved(world, former, binding);
}

/** Writes a binding's record. */
export function storeBinding(world: World, binding: Binding, when: "urgent" | "lazy"): void {
  const { expiresAt, ...rest } = binding;
  const value: BindingRecord = {
    binding: rest,
    remainingMs: Math.max(0, expiresAt - world.now),
    savedAtWallMs: world.wall(),
    ageMs: Math.max(0, world.now - (world.registeredAt.get(binding.token) ?? world.now)),
  };
  world.emit({ type: "store.set", key: bindingKey(binding.token), value, when });
}

/** Ends a binding; a token that has none is left alone. */
export function removeBinding(world: World, token: string, why: BindingEnd): void {
  const binding = world.bindings.delete(token);
  if (binding === undefined) return;
  world.heap.cancel(world.expiries.get(token));
  world.expiries.delete(token);
  world.registeredAt.delete(token);
  world.emit({ type: "store.set", key: bindingKey(token), value: undefined, when: "soon" });
  noteUnregistered(world, binding, why);
}

/** A binding ends a grace time after its grant, unless it was refreshed (RULES C2). */
export function watchExpiry(world: World, binding: Binding): void {
  const { token, expiresAt } = binding;
  world.heap.cancel(world.expiries.get(token));
  const run = () => removeBinding(world, token, "expired");
  world.expiries.set(token, world.heap.schedule(expiresAt + TIMES.bindingGrace, run));
}
