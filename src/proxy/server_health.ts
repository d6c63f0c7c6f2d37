import { type Flow, formatAddress, parseIp } from "../base/address.ts";
import { durationWords } from "../base/duration_words.ts";
import { logText } from "../base/log_text.ts";
import type { SendFault } from "../base/send_fault.ts";
import { TIMERS } from "../transaction/timers.ts";
import { remoteKey } from "./bindings.ts";
import type { Branch } from "./contexts.ts";
import { TIMES } from "./times.ts";
import { phoneNames, phonesConcerned } from "./phone_names.ts";
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
  return world.serverOutages.failedWithin(remoteKey(flow), TIMES.dead, world.now);
}

/** Notes that a server failed; said once, and now and then while that goes on. */
export function markDown(world: World, failed: Failed): void {
  const { flow, trouble, branch } = failed;
  // A server that answers 503 is there.
  const kind = trouble.kind === "unavailable" ? "unavailable" : "unreachable";
  const { now } = world;
  const lostAt = now - noticedAfter(trouble);
  const { say, since } = world.serverOutages.fail(remoteKey(flow), { kind, now, lostAt });
  if (!say) return;
  world.note("warn", "server", downWords(world, failed, since), branch?.context.source);
}

/** How long ago that was sent of which a trouble tells. */
function noticedAfter({ kind }: Trouble): number {
  if (kind === "silent") return TIMES.silence;
  return kind === "unanswered" ? TIMERS.F.ms : 0;
}

/** Notes that a server has answered something else than 503: the way back is said if the way down was. */
export function markUp(world: World, flow: Flow): void {
  const recovery = world.serverOutages.end(remoteKey(flow), world.now);
  if (recovery === undefined) return;
  const { kind, lastedMs, said } = recovery;
  const how = kind === "unavailable" ? "takes requests again" : "is reached again";
  const text = `Server ${formatAddress(flow.remote)} ${how} after ${durationWords(lastedMs)}`;
  world.note(said ? "info" : "debug", "server", text);
}

/** Since when a server has not answered, monotonic ms; undefined while it does. */
export function downSince(world: World, { ip, port }: Flow["remote"]): number | undefined {
  return world.serverOutages.since(`${ip}:${port}`);
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
  return trouble.kind === "unavailable"
    ? `has answered 503 for ${time}`
    : `has not answered for ${time}`;
}

/** Whoever asked, and the phones that are registered there. */
function concerned(world: World, flow: Flow, branch: Branch | undefined): string[] {
  const here = [...world.bindings.values()].filter(({ registrar }) =>
    registrar.ip === flow.remote.ip && registrar.port === flow.remote.port
  );
  return phonesConcerned(branch?.context, here);
}
