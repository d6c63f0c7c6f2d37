import { type Address, formatAddress } from "../../src/base/address.ts";
import { Violation } from "./violation.ts";

/** Headers by which phones tell who and where they are (RULES H1, I), and how they write that. */
const TOLD: Readonly<Record<string, (user: string, at: Address) => string>> = {
  "P-Preferred-Identity": (user, at) => `<sip:${user}@${formatAddress(at)}>`,
  "P-Asserted-Identity": (user, at) => `"Desk" <sip:${user}@${at.ip}>`,
  "Remote-Party-ID": (user, at) => `<sip:${user}@${at.ip}>;party=calling;privacy=off`,
  "Diversion": (user, at) => `<sip:${user}@${at.ip}>;reason=unconditional`,
  "History-Info": (user, at) => `<sip:${user}@${at.ip}>;index=1`,
  "Referred-By": (user, at) => `<sip:${user}@${at.ip}>`,
  "Reply-To": (user, at) => `<sip:${user}@${formatAddress(at)}>`,
  "Call-Info": (_user, at) => `<http://${at.ip}/desk.png>;purpose=icon`,
  "Alert-Info": (_user, at) => `<http://${at.ip}/ring.wav>`,
  "Warning": (_user, at) => `399 ${at.ip} "Not so loud"`,
};

/** Their names. */
export const TOLD_NAMES = Object.keys(TOLD);

/** Start lines of what no such header is put into: hop by hop, or alive only. */
const BARE = /^(?:ACK |CANCEL |SIP\/2\.0 100 |\r\n)/;

/** A message of a phone with one such header; copies of it have the same one. */
export function telling(text: string, who: { user: string; at: Address }): string {
  if (BARE.test(text)) return text;
  const branch = /^Via: [^\r]*;branch=([^;,\s]*)/m.exec(text)?.[1] ?? "";
  let sum = 0;
  for (const letter of branch) sum += letter.charCodeAt(0);
  const name = TOLD_NAMES[sum % TOLD_NAMES.length]!;
  return text.replace("\r\n", `\r\n${name}: ${TOLD[name]!(who.user, who.at)}\r\n`);
}

/** A message of somebody outside who writes an address of ours where its own should stand: in Contact and From. */
export function claiming(text: string, claimed: Address): string {
  const claims = text.replace(/^(Contact: <sip:[^@>]*@)[^>]*/m, `$1${formatAddress(claimed)}`);
  if (claims.startsWith("SIP/2.0 ")) return claims;
  return claims.replace(/^(From: <sip:[^@>]*@)[^>]*/m, `$1${claimed.ip}`);
}

/** Whoever claims an address is asked at the Contact that it wrote, and by nothing else. */
export function checkClaimed(text: string, contact: string): void {
  const [method, uri] = text.split(" ", 2);
  if (method === "SIP/2.0" || uri === contact) return;
  throw new Violation("own words", `${contact} comes back as ${uri}:\n${text}`);
}
