import { formatAddress } from "../base/address.ts";
import { durationWords } from "../base/duration_words.ts";
import { logText } from "../base/log_text.ts";
import { type Binding, remoteKey } from "./bindings.ts";
import { phoneName, phoneNames } from "./phone_names.ts";
import { isRefused } from "./register_troubles.ts";
import { downSince } from "./server_health.ts";
import type { LogLevel } from "./settings.ts";
import { TIMES } from "./times.ts";
import { hasOutside } from "./view.ts";
import type { World } from "./world.ts";

/** Why a binding is over: the phone said so, or its time ran out. */
export type BindingEnd = "unregistered" | "expired";

/** Says what a registration has changed; one that changes nothing is no news. */
export function noteRegistered(
  world: World,
  binding: Binding,
  granted: { seconds: number; again?: boolean; former: Binding | undefined },
): void {
  const { seconds, again, former } = granted;
  const phone = `Phone ${phoneName(binding.aor)}`;
  const where = `at ${formatAddress(binding.flow.remote)}`;
  const registrar = `with ${formatAddress(binding.registrar)} for ${seconds} s`;
  const say = (level: LogLevel, text: string) =>
    world.note(level, "registered", text, binding.flow);
  const isElsewhere = former !== undefined &&
    (remoteKey(former.flow) !== remoteKey(binding.flow) || former.uri !== binding.uri);
  if (former === undefined) {
    say("info", `${phone} ${where} registered ${registrar}`);
  } else if (isElsewhere) {
    say("info", `${phone} moved: now ${where}, registered ${registrar}`);
  } else if (former.masked !== binding.masked) {
    say("info", `${phone} ${where} registered our new address ${registrar}`);
  } else if (again) {
    say("info", `${phone} ${where} is registered again ${registrar}`);
  } else {
    say("debug", `${phone} ${where} refreshed ${registrar}`);
  }
}

/** Says once that another server takes the registrations of a provider, not for each phone. */
export function noteServerMoved(world: World, former: Binding, binding: Binding): void {
  const [from, to] = [formatAddress(former.registrar), formatAddress(binding.registrar)];
  if (from === to || binding.hop === "") return;
  const key = `${binding.hop.slice(0, 253)} ${from} ${to}`;
  const { serverMoves, now } = world;
  // All are remembered equally long, so those that are over stand first.
  for (const [old, until] of serverMoves.entries()) {
    if (until > now) break;
    serverMoves.delete(old);
  }
  if (serverMoves.has(key)) return;
  serverMoves.set(key, now + TIMES.stillDown);
  const left = [...world.bindings.values()].filter((one) =>
    one.hop === binding.hop && formatAddress(one.registrar) === from
  );
  const follow = left.length === 0
    ? ""
    : `; ${phoneNames(left.map(({ aor }) => phoneName(aor)))} may follow when they next register`;
  world.note(
    "info",
    "registrar",
    `Registrations at ${logText(binding.hop)} go to ${to} now, not to ${from} any more, ` +
      `first that of ${phoneName(binding.aor)}${follow}`,
    binding.flow,
  );
}

/** Says that a phone is not registered any more, and why, as far as that is known. */
export function noteUnregistered(world: World, binding: Binding, end: BindingEnd): void {
  const phone = `Phone ${phoneName(binding.aor)} at ${formatAddress(binding.flow.remote)}`;
  if (end === "unregistered") {
    return world.note("info", "unregistered", `${phone} unregistered`, binding.flow);
  }
  world.note("warn", "unregistered", `${phone} ${lossWords(world, binding)}`, binding.flow);
}

function lossWords(world: World, { aor, flow, registrar }: Binding): string {
  const lost = "is no longer registered";
  if (!hasOutside(world)) return `${lost}: our outside address is not known`;
  const since = downSince(world, registrar);
  if (since !== undefined) {
    const time = durationWords(world.now - since);
    return `${lost}: its server ${formatAddress(registrar)} has not answered for ${time}`;
  }
  return isRefused(world, { aor, ip: flow.remote.ip })
    ? `${lost}: its provider refuses it`
    : "did not register again: is it off?";
}
