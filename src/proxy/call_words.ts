import { durationWords } from "../base/duration_words.ts";
import { thousands } from "../base/thousands.ts";
import { logText } from "../base/log_text.ts";
import type { MediaTotals } from "../media/sessions.ts";
import type { CallEnd } from "./call_end.ts";
import { type Call, THIS_HOST } from "./calls.ts";
import { phoneNames } from "./phone_names.ts";
import { adviceOn } from "./refusal_notes.ts";

/** Which call it is, in log lines: its number, its parties, the phone's address and the provider's server. */
export function callName(call: Call): string {
  const { number, callerSide, from, to, phones, server } = call;
  const phone = phones.length === 0 ? "" : ` (${phoneNames(phones)})`;
  const by = server === undefined ? "" : ` by ${server}`;
  const [caller, called] = [logText(from), logText(to)];
  return callerSide === "inside"
    ? `Call ${number} out from ${caller}${phone} to ${called}${by}`
    : `Call ${number} in from ${caller} to ${called}${phone}${by}`;
}

/** What the owner can look at when the provider refuses a call, by status. */
const PROVIDER_SAYS: Readonly<Record<number, string>> = {
  401: "check user name and password in the phone",
  402: "the account has no credit",
  403: "the provider does not allow it: look at the number, the credit and the caller's number",
  404: "the provider does not know that number",
  407: "check user name and password in the phone",
  415: "phone and far end have no codec in common",
  484: "the number is too short",
  488: "phone and far end have no codec in common",
  503: "the provider is overloaded or out of service, or cannot reach that number: try again later",
  604: "nobody has that number",
  606: "phone and far end have no codec in common",
};

/** The same for a call that never left here: nobody else was asked. */
const WE_SAY: Readonly<Record<number, string>> = {
  404: "no phone is registered here with that number: is the provider's domain dialled, " +
    "not this host's address",
};

/** Why a call ended, after so many ms. */
export function endWords(call: Call, end: CallEnd, ms: number): string {
  const out = call.callerSide === "inside";
  const here = call.server === THIS_HOST;
  const other = !out ? "the phone" : here ? THIS_HOST : "the provider";
  const time = durationWords(ms);
  switch (end.kind) {
    case "hung-up":
      return `hung up from ${end.side}`;
    case "cancelled":
      return `the caller hung up after ${time}`;
    case "no-media":
      return "no media in either direction";
    case "failed": {
      const advice = !out ? undefined : (here ? WE_SAY : PROVIDER_SAYS)[end.status];
      const answer = `${end.status} ${logText(end.reason)} from ${other}`;
      return advice === undefined ? answer : `${answer}; ${advice}`;
    }
    case "refused": {
      const { status, reason } = end.refusal;
      const advice = adviceOn(end.refusal);
      const answer = `refused here with ${status} ${logText(reason, 120)}`;
      return advice === undefined ? answer : `${answer}; ${advice}`;
    }
    case "unanswered":
      if (end.rang) return `it rang for ${time} and nobody answered`;
      return out && !here
        ? `the provider gave no answer for ${time}`
        : `the phone gave no answer for ${time}: is it off?`;
    case "unsent":
      return `it could not be sent to ${other}: ${end.fault.reason}`;
    case "lost":
    case "subscription":
      return "no final answer";
  }
}

/** How many packets came from each side. */
export function packetWords({ fromInside, fromOutside, complete }: MediaTotals): string {
  const since = complete ? "" : " since the restart";
  const packets = fromInside === 1 ? "1 packet" : `${thousands(fromInside)} packets`;
  return `${packets} from the phone, ${thousands(fromOutside)} from the provider${since}`;
}
