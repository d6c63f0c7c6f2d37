import { type Flow, formatAddress, parseIp } from "../base/address.ts";
import { durationWords } from "../base/duration_words.ts";
import { logText } from "../base/log_text.ts";
import type { SendFault } from "../base/send_fault.ts";
import { parseNameAddr } from "../sip/name_addr.ts";
import { headerText } from "../sip/headers.ts";
import { uriKey } from "../sip/uri.ts";
import { remoteKey } from "./bindings.ts";
import type { Branch } from "./contexts.ts";
import { TIMES } from "./times.ts";
import { phoneName, phoneNames } from "./phone_names.ts";
import type { World } from "./world.ts";

/** Why a server is given up for the moment (RULES N4). */
export type Trouble =
  /** Nothing came for some seconds, and another one is left. */
  | { readonly kind: "silent" }
  /** Nothing came until the transaction was over. */
  | { readonly kind: "unanswered"; readonly method: string }
  /** It answered 503. */
  | { readonly kind: "unavailable" }
  /** The kernel refused to send to it. */
  | { readonly kind: "unsent"; readonly fault: SendFault };

/** What is known of a server that failed. */
export interface ServerHealth {
  /** When it failed first since it last answered; undefined while it answers. */
  downSince: number | undefined;
  /** Others are asked before it until then (RULES N4). */
  skippedUntil: number;
  /** When its trouble was last said, and whether its way back is to be said too. */
  saidAt: number;
  said: boolean;
  readonly kind: Trouble["kind"];
}

/** A server that answers 503 is there. */
function isReachable(kind: Trouble["kind"]): boolean {
  return kind === "unavailable";
}

/** A server that failed, and who noticed. */
export interface Failed {
  readonly flow: Flow;
  readonly trouble: Trouble;
  /** The branch that it failed; undefined for a keep-alive. */
  readonly branch?: Branch;
  /** The server that is asked instead. */
  readonly next?: Flow | undefined;
}

/** True for a server that failed less than a minute ago (RULES N4). */
export function isDead(world: World, flow: Flow): boolean {
  return (world.serverHealth.get(remoteKey(flow))?.skippedUntil ?? 0) > world.now;
}

/** Notes that a server failed; said once, and now and then while that goes on. */
export function markDown(world: World, failed: Failed): void {
  const { flow, trouble } = failed;
  const key = remoteKey(flow);
  const known = world.serverHealth.get(key);
  const same = known !== undefined && isReachable(known.kind) === isReachable(trouble.kind);
  const since = same ? known.downSince : undefined;
  const again = since === undefined ? TIMES.saidAgain : TIMES.stillDown;
  const say = !same || world.now - known.saidAt >= again;
  forgetHealthy(world);
  world.serverHealth.delete(key);
  world.serverHealth.set(key, {
    downSince: since ?? world.now,
    skippedUntil: world.now + TIMES.dead,
    saidAt: say ? world.now : known.saidAt,
    said: say || (since !== undefined && known.said),
    kind: trouble.kind,
  });
  if (!say) return;
  world.note("warn", "server", downWords(world, failed, since), failed.branch?.context.source);
}

/** Notes that a server has answered something else than 503: the way back is said if the way down was. */
export function markUp(world: World, flow: Flow): void {
  const health = world.serverHealth.get(remoteKey(flow));
  if (health?.downSince === undefined) return;
  const { downSince, said, kind } = health;
  health.downSince = undefined;
  health.skippedUntil = 0;
  const how = isReachable(kind) ? "takes requests again" : "is reached again";
  const where = formatAddress(flow.remote);
  const lasted = durationWords(world.now - downSince);
  world.note(said ? "info" : "debug", "server", `Server ${where} ${how} after ${lasted}`);
}

/** Since when a server has not answered, monotonic ms; undefined while it does. */
export function downSince(world: World, remote: Flow["remote"]): number | undefined {
  return world.serverHealth.get(`${remote.ip}:${remote.port}`)?.downSince;
}

/** Lets go of servers that nothing more will be said of, and of the one longest silent when there are too many. */
function forgetHealthy(world: World): void {
  const { serverHealth, now } = world;
  for (const [key, { downSince, skippedUntil, saidAt }] of serverHealth.entries()) {
    if (skippedUntil > now) continue;
    const over = downSince === undefined && now - saidAt >= TIMES.saidAgain;
    if (over || serverHealth.full) serverHealth.delete(key);
  }
}

function downWords(world: World, failed: Failed, since: number | undefined): string {
  const { flow, branch, trouble, next } = failed;
  const hop = branch?.hop ?? "";
  const named = hop === "" || parseIp(hop.replace(/:\d+$/, "")) !== undefined
    ? ""
    : ` of ${logText(hop)}`;
  const what = since === undefined
    ? troubleWords(trouble)
    : stillWords(trouble, durationWords(world.now - since));
  const then = next === undefined
    ? "no other server is known, it is asked again with the next request"
    : `${formatAddress(next.remote)} is asked instead, this one again after 60 s`;
  const phones = concerned(world, flow, branch);
  return `Server ${formatAddress(flow.remote)}${named} ${what}: ${then}` +
    (phones.length === 0 ? "" : `; phones concerned: ${phoneNames(phones)}`);
}

function troubleWords(trouble: Trouble): string {
  switch (trouble.kind) {
    case "silent":
      return "kept silent for 4 s";
    case "unanswered":
      return `gave no answer to ${logText(trouble.method)} for 32 s`;
    case "unavailable":
      return "answered 503";
    case "unsent":
      return `cannot be reached: ${trouble.fault.reason}`;
  }
}

function stillWords(trouble: Trouble, time: string): string {
  if (trouble.kind === "unsent") return `${troubleWords(trouble)}, for ${time} now`;
  return isReachable(trouble.kind)
    ? `still answers 503 after ${time}`
    : `is still not reached after ${time}`;
}

/** Whoever asked, and the phones that are registered there. */
function concerned(world: World, flow: Flow, branch: Branch | undefined): string[] {
  const names = new Set<string>();
  if (branch?.context.side === "inside") {
    const { request, register } = branch.context;
    const from = parseNameAddr(headerText(request, "from") ?? "");
    const asker = register?.aor ?? (from.ok ? uriKey(from.value.uri) : "");
    if (asker !== "") names.add(phoneName(asker));
  }
  const key = remoteKey(flow);
  for (const { registrar, aor } of world.bindings.values()) {
    if (`${registrar.ip}:${registrar.port}` === key) names.add(phoneName(aor));
  }
  return [...names];
}
