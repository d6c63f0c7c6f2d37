import { formatAddress } from "../base/address.ts";
import { durationWords } from "../base/duration_words.ts";
import { ownText } from "../base/bytes.ts";
import { logText } from "../base/log_text.ts";
import { parseChallenge, parseCredentials } from "../sip/digest.ts";
import { headerText, headerValues } from "../sip/headers.ts";
import type { SipMessage, SipResponse } from "../sip/message.ts";
import { getParam } from "../sip/params.ts";
import { remoteKey } from "./bindings.ts";
import type { Branch } from "./contexts.ts";
import { phoneName } from "./phone_names.ts";
import { seconds } from "./register.ts";
import { TIMES } from "./times.ts";
import type { World } from "./world.ts";

/** Why a registrar refuses a phone, as far as its answers tell. */
export type TroubleKind =
  /** It sent credentials for the last challenge, and is asked again. */
  | "password"
  /** It answers each challenge, and each answer comes too late. */
  | "stale"
  /** 403 to a REGISTER with credentials, and to one without. */
  | "forbidden"
  | "forbidden-unasked"
  /** 404. */
  | "unknown"
  /** 423, again and again. */
  | "too-brief"
  /** 3xx. */
  | "elsewhere"
  /** 5xx. */
  | "server"
  | "other";

/** How the registration of a phone goes that has not succeeded yet. */
export interface RegisterTrouble {
  /** The challenge that it was given last. */
  nonce: string | undefined;
  /** Stale answers and 423s in a row: one of each is how a registration goes. */
  rounds: number;
  /** What was said last, and when. */
  kind: TroubleKind | undefined;
  saidAt: number;
  /** When it was refused first, and when last. */
  since: number;
  refusedAt: number;
}

/** So many stale challenges or 423s in a row are no accident. */
const ROUNDS = 3;

/** A registrar's failure in words: once, when another one takes its place, and now and then while it goes on. */
export function noteRefusal(world: World, branch: Branch, response: SipResponse): void {
  const trouble = troubleOf(world, branch);
  const kind = kindOf(trouble, branch, response);
  trouble.refusedAt = world.now;
  if (kind === undefined) return;
  const again = kind === trouble.kind;
  if (again && world.now - trouble.saidAt < TIMES.stillDown) return;
  const since = again ? `, for ${durationWords(world.now - trouble.since)} now` : "";
  trouble.kind = kind;
  trouble.saidAt = world.now;
  if (!again) trouble.since = world.now;
  const { register, source } = branch.context;
  const what = `Registration of ${phoneName(register?.aor ?? "")} from ${remoteKey(source)}`;
  const { status, reason } = response;
  const answer = `refused by ${formatAddress(branch.flow.remote)} with ${status} ${
    logText(reason)
  }`;
  const advice = adviceOn(kind, branch, response);
  world.note(
    "warn",
    "register.refused",
    `${what} ${answer}${since}${advice === "" ? "" : `: ${advice}`}`,
    source,
  );
}

/** Notes that a phone's REGISTER succeeded; true when its refusal was said. */
export function forgetTrouble(world: World, branch: Branch): boolean {
  const key = keyOf(branch);
  const said = world.registerTroubles.get(key)?.kind !== undefined;
  world.registerTroubles.delete(key);
  return said;
}

/** True when the last REGISTERs of a phone were refused. */
export function isRefused(world: World, phone: { aor: string; ip: string }): boolean {
  return world.registerTroubles.get(keyFor(phone))?.kind !== undefined;
}

function keyOf({ context }: Branch): string {
  return keyFor({ aor: context.register?.aor ?? "", ip: context.source.remote.ip });
}

/** A phone may write names as long as it likes, and shall not take memory with them. */
function keyFor({ aor, ip }: { aor: string; ip: string }): string {
  return `${ip} ${aor.slice(0, 200)}`;
}

/** What is known of a phone's troubles; as the last one refused it stands at the end. */
function troubleOf(world: World, branch: Branch): RegisterTrouble {
  const { registerTroubles: all, now } = world;
  const key = keyOf(branch);
  const known = all.get(key) ??
    { nonce: undefined, rounds: 0, kind: undefined, saidAt: now, since: now, refusedAt: now };
  all.delete(key);
  for (const [oldest, { refusedAt }] of all.entries()) {
    if (!all.full && now - refusedAt < TIMES.stillDown) break;
    all.delete(oldest);
  }
  all.set(ownText(key), known);
  return known;
}

/** What a failure means; undefined when it is part of a registration that goes on. */
function kindOf(
  trouble: RegisterTrouble,
  { context }: Branch,
  response: SipResponse,
): TroubleKind | undefined {
  const { status } = response;
  const answered = nonceOf(context.request, ["authorization", "proxy-authorization"]);
  if (status === 401 || status === 407) {
    const last = trouble.nonce;
    trouble.nonce = nonceOf(response, ["www-authenticate", "proxy-authenticate"]);
    if (answered === undefined) return undefined;
    // Old credentials are tried first by many phones, whether or not the registrar calls them stale.
    const isLate = answered !== last || saysStale(response);
    if (!isLate) return "password";
    return ++trouble.rounds >= ROUNDS ? "stale" : undefined;
  }
  if (status === 423) return ++trouble.rounds >= ROUNDS ? "too-brief" : undefined;
  if (status === 403) return answered === undefined ? "forbidden-unasked" : "forbidden";
  if (status === 404) return "unknown";
  if (status < 400) return "elsewhere";
  return status >= 500 && status < 600 ? "server" : "other";
}

function nonceOf(message: SipMessage, keys: readonly string[]): string | undefined {
  for (const value of keys.flatMap((key) => headerValues(message, key))) {
    const auth = message.kind === "request" ? parseCredentials(value) : parseChallenge(value);
    const nonce = auth.ok ? getParam(auth.value.params, "nonce") : undefined;
    // The beginning tells one challenge from the next.
    if (nonce !== undefined) return ownText(nonce.slice(0, 100));
  }
  return undefined;
}

function saysStale(response: SipResponse): boolean {
  return ["www-authenticate", "proxy-authenticate"].flatMap((key) => headerValues(response, key))
    .some((value) => {
      const challenge = parseChallenge(value);
      const stale = challenge.ok ? getParam(challenge.value.params, "stale") : undefined;
      return /^"?true"?$/i.test(stale ?? "");
    });
}

/** What the owner can do. */
function adviceOn(kind: TroubleKind, { context }: Branch, response: SipResponse): string {
  switch (kind) {
    case "password":
      return "check user name and password in the phone";
    case "stale":
      return "it calls each password out of date, as servers do that do not know of each other: " +
        "set [[provider]] outbound_proxy to one of them";
    case "forbidden":
      return "check user name and password in the phone; if they are right, " +
        "the provider has locked the account or does not take this address";
    case "forbidden-unasked":
      return "refused before a password was sent: does this provider know this user name, " +
        "number and address";
    case "unknown":
      return "this provider does not know the user name: check it, and the domain, in the phone";
    case "too-brief": {
      const wanted = seconds(headerText(response, "min-expires"));
      const asked = context.register?.contacts[0]?.expires;
      const least = wanted === undefined ? "a longer registration time" : `${wanted} s or more`;
      return `the phone asks for ${
        asked ?? "too few"
      } s again and again: set ${least} in the phone`;
    }
    case "elsewhere": {
      const contact = headerValues(response, "contact")[0];
      const where = contact === undefined ? "another one" : logText(contact);
      return `it sends the phone elsewhere: set ${where} as registrar in the phone`;
    }
    case "server":
      return "the provider has a fault of its own; the phone will try again";
    case "other":
      return "";
  }
}
