import type { Flow } from "../base/address.ts";
import { logText } from "../base/log_text.ts";
import { ALLOW } from "./admit.ts";
import type { Refusal, RefusalCause, RequestContext } from "./contexts.ts";
import { calledUser } from "./find_by_name.ts";
import { mayReach } from "./provider_sets.ts";
import type { World } from "./world.ts";

/** Methods by name in log lines: anybody may make up others, and each would be a sentence of its own. */
const METHODS: ReadonlySet<string> = new Set(ALLOW.split(", "));

const FAULTY = "the phone writes what cannot be read: look for a newer firmware";

/** What the owner can do about our own answers. */
const ADVICE: Readonly<Record<RefusalCause, string>> = {
  "request-uri": "check what the phone dials, and its dial plan",
  "scheme": "it must dial sip:, sips: or tel:",
  "proxy-require": "switch off in the phone what it lists in Proxy-Require",
  "vias": "look for a loop between proxies inside",
  "hops": "look for a loop between proxies inside, or raise Max-Forwards in the phone",
  "loop": "the proxy set in the phone, or at the provider, leads back to this host",
  "branch": "the phone uses one branch for several requests",
  "contact": "the phone must write its own SIP address into Contact: look for a newer firmware",
  "contacts": "let the phone register fewer of them at once",
  "account": "remove phones that are no longer used",
  "inside-host": "let that host register through this one",
  "phone-address": "dial that phone by its number",
  "no-phone": "is that the number which the phone registers, and is the phone registered",
  "encoding": "switch off compression of messages in the phone",
  "outside-unknown": "is the outside interface up, and [outside] advertise right",
};

/**
 * Says that we refused what a phone asked for, and what can be done: nothing else would show why it cannot call or
 * register. A call that had begun tells its end itself; 481 crosses an end and needs no remedy; what is wrong with us
 * or with the provider (names, ports, the outside address) is said where it is found out.
 */
export function noteRefusal(world: World, context: RequestContext, refusal: Refusal): void {
  const { side, source, request, call } = context;
  const { status, cause } = refusal;
  if (cause === "outside-unknown") return;
  if (cause === "no-phone") return noteMissed(world, context);
  const known = cause !== undefined || (status >= 400 && status < 500);
  if (side === "outside" || !known || status === 481 || call?.invites.has(context)) return;
  sayRefused(world, { source, method: request.method, answer: refusal });
}

/**
 * Says that a provider's call has found no phone here: without it nobody could tell that it came. A call that we hand
 * to ourselves is a phone's, and tells its end itself.
 */
function noteMissed(world: World, { request, source }: RequestContext): void {
  if (request.method !== "INVITE" || world.handedOver) return;
  const { ip } = source.remote;
  world.refuse("no-phone", ip);
  const user = calledUser(request);
  const number = user === undefined ? "nobody" : logText(user, 120);
  const text = `Call from ${ip} for ${number} finds no phone and gets 404`;
  world.note("warn", "missed", `${text}; ${missedAdvice(world, { user, source })}`, source);
}

function missedAdvice(
  world: World,
  { user, source }: { user: string | undefined; source: Flow },
): string {
  const [first, ...rest] = user === undefined ? [] : world.bindings.ofUser(user);
  if (first === undefined) return ADVICE["no-phone"];
  if (mayReach(world, first, source) && rest.length > 0) {
    return "several phones have that number: let the provider send their domain";
  }
  return `a phone has that number at ${first.registrar.ip}: if both are the same provider's, ` +
    "add the other address to its [[provider]] servers";
}

/** What the owner can do about an answer of our own; a faulty message has many reasons, and one remedy. */
export function adviceOn({ status, cause }: Refusal): string | undefined {
  if (cause !== undefined) return ADVICE[cause];
  return [400, 488, 505].includes(status) ? FAULTY : undefined;
}

/** The sentence for the log: few parts, so that what repeats is one sentence a minute. */
export function sayRefused(
  world: World,
  refused: { source: Flow; method: string; answer: Refusal },
): void {
  const { source, method, answer } = refused;
  const what = METHODS.has(method) ? method : "A request";
  const advice = adviceOn(answer);
  world.note(
    "warn",
    "refused",
    `${what} from ${source.remote.ip} refused with ${answer.status} ${
      logText(answer.reason, 120)
    }` +
      (advice === undefined ? "" : `; ${advice}`),
    source,
  );
}
