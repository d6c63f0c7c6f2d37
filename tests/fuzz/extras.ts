import { GUARDED_HEADERS } from "../flow/invariant.ts";
import type { Dice } from "./dice.ts";

/** What samples write themselves, in every message. */
const WRITTEN: ReadonlySet<string> = new Set(["via", "contact", "from", "to"]);

/** An address of the inside wherever one may stand: as a host that is looked up, and where only the last look sees it. */
const PLAIN = "<sip:alice@192.168.1.20;maddr=192.168.1.21>";

/** Values that are more than addresses. */
const VALUES: Readonly<Record<string, string>> = {
  "p-asserted-identity": `"Alice" ${PLAIN}, <tel:+4930>`,
  "remote-party-id": `"Alice" ${PLAIN};party=calling;privacy=off`,
  "diversion": "<sip:bob@192.168.1.21:5062;x=192.168.1.20>;reason=unconditional;counter=1",
  "history-info": `${PLAIN};index=1, <sip:bob@192.168.1.21?Reason=SIP%3Bcause%3D302>;index=1.1`,
  "refer-to":
    "<sip:bob@192.168.1.21;maddr=192.168.1.20?Replaces=a%40b%3Bto-tag%3D1%3Bfrom-tag%3D2>",
  "call-info": "<http://192.168.1.20/a.png?at=192.168.1.21>;purpose=icon",
  "alert-info": "<http://192.168.1.20/ring.wav?at=192.168.1.21>",
  "warning": '399 192.168.1.20 "no codec at 192.168.1.20"',
  "route": "<sip:192.168.1.1;lr>, <sip:198.51.100.10:5060;lr>",
  "record-route": "<sip:192.168.1.30;lr>",
  "path": "<sip:192.168.1.30;lr>",
};

const OTHERS: readonly string[] = [
  "r: <sip:bob@192.168.1.21>",
  "b: <sip:alice@192.168.1.20>",
  "Event: dialog;id=1",
  "Subscription-State: active;expires=60",
  "Proxy-Require: gin",
  "Supported: 100rel, timer, outbound",
  'Authorization: Digest username="alice", realm="x", nonce="\\"", uri="sip:a", response="0"',
  "Expires: 60",
  'Reason: SIP;cause=200;text="x"',
];

/** Headers that a phone may add: one of each kind in which no inside address may leave (RULES I), and some more. */
export const EXTRAS: readonly string[] = [
  ...[...GUARDED_HEADERS].filter((name) => !WRITTEN.has(name))
    .map((name) => `${spelled(name)}: ${VALUES[name] ?? PLAIN}`),
  ...OTHERS,
];

/** Some of them, each with the same probability. */
export function someExtras(dice: Dice, probability: number): string[] {
  return EXTRAS.filter(() => dice.chance(probability));
}

function spelled(name: string): string {
  return name.replaceAll(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}
