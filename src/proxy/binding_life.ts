import { formatAddress } from "../base/address.ts";
import { type StoredTime } from "../base/stored_time.ts";
import { type Binding, remoteKey } from "./bindings.ts";
import { phoneName } from "./phone_names.ts";
import type { LogLevel } from "./settings.ts";
import { TIMES } from "./times.ts";
import type { World } from "./world.ts";

/** A binding as stored (DESIGN §5): times as what is left and when that was written. */
export interface BindingRecord extends StoredTime {
  readonly binding: Omit<Binding, "expiresAt">;
}

/** Key of a binding's record. */
export function bindingKey(token: string): readonly string[] {
  return ["v1", "binding", token];
}

/** Takes over a granted binding: in the tables, on disk before the phone is told (RULES X1), and in the log when it is news. */
export function saveBinding(world: World, binding: Binding, seconds: number): void {
  const former = world.bindings.get(binding.token);
  const refused = world.bindings.set(binding);
  if (refused !== undefined) return world.count(`${refused}.bindings`);
  watchExpiry(world, binding);
  const moved = former === undefined || remoteKey(former.flow) !== remoteKey(binding.flow) ||
    former.uri !== binding.uri || former.masked !== binding.masked;
  storeBinding(world, binding, moved ? "urgent" : "lazy");
  const phone = phoneName(binding.aor);
  const where = `at ${formatAddress(binding.flow.remote)}`;
  const registrar = `with ${formatAddress(binding.registrar)} for ${seconds} s`;
  const say = (level: LogLevel, text: string) =>
    world.note(level, "registered", text, binding.flow);
  if (former === undefined) {
    say("info", `Phone ${phone} ${where} registered ${registrar}`);
  } else if (moved) {
    say("info", `Phone ${phone} moved: now ${where}, registered ${registrar}`);
  } else {
    say("debug", `Phone ${phone} ${where} refreshed ${registrar}`);
  }
}

/** Writes a binding's record. */
export function storeBinding(world: World, binding: Binding, when: "urgent" | "lazy"): void {
  const { expiresAt, ...rest } = binding;
  const value: BindingRecord = {
    binding: rest,
    remainingMs: Math.max(0, expiresAt - world.now),
    savedAtWallMs: world.wall(),
  };
  world.emit({ type: "store.set", key: bindingKey(binding.token), value, when });
}

/** Ends a binding; a token that has none is left alone. */
export function removeBinding(world: World, token: string, why: string): void {
  const binding = world.bindings.delete(token);
  if (binding === undefined) return;
  world.heap.cancel(world.expiries.get(token));
  world.expiries.delete(token);
  world.emit({ type: "store.set", key: bindingKey(token), value: undefined, when: "soon" });
  const where = formatAddress(binding.flow.remote);
  const text = `Phone ${phoneName(binding.aor)} at ${where} ${why}`;
  world.note("info", "unregistered", text, binding.flow);
}

/** A binding ends a grace time after its grant, unless it was refreshed (RULES C2). */
export function watchExpiry(world: World, binding: Binding): void {
  const { token, expiresAt } = binding;
  world.heap.cancel(world.expiries.get(token));
  const run = () => removeBinding(world, token, "did not register again: forgotten");
  world.expiries.set(token, world.heap.schedule(expiresAt + TIMES.bindingGrace, run));
}
