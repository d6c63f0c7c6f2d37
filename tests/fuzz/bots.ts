import { headerText, headerValues } from "../../src/sip/headers.ts";
import type { SipRequest, SipResponse } from "../../src/sip/message.ts";
import { parseNameAddr } from "../../src/sip/name_addr.ts";
import { parseMessage } from "../../src/sip/parse.ts";
import type { Packet } from "../flow/stage.ts";
import { answerText, requestText } from "../unit/proxy/messages.ts";
import type { Dice } from "./dice.ts";
import { someExtras } from "./extras.ts";
import { description } from "./samples.ts";

/** What a careless user agent says to what it gets: answers, and the ACK, BYE or re-INVITE that follows. */
export function react(packet: Packet, number: number, dice: Dice): string[] {
  const parsed = parseMessage(packet.text);
  if (!parsed.ok) {
    // A refusal repeats what could not be read; requests must always be sound.
    if (/^SIP\/2\.0 [45]/.test(packet.text)) return [];
    throw new Error(`We sent what we would not take: ${parsed.reason.reason}\n${packet.text}`);
  }
  return parsed.value.kind === "request"
    ? answers(packet, parsed.value, dice)
    : follow(packet, parsed.value, { number, dice });
}

const INVITE_ANSWERS: readonly (readonly number[])[] = [
  [100, 180, 200],
  [183, 200],
  [200, 200],
  [180, 486],
  [302],
  [401],
  [503],
  [488, 200],
  [],
];
const OTHER_ANSWERS: readonly (readonly number[])[] = [[200], [200], [200], [100, 202], [401], [
  481,
], []];

function answers(packet: Packet, request: SipRequest, dice: Dice): string[] {
  if (request.method === "ACK") return [];
  const invite = request.method === "INVITE";
  const ip = packet.to.split(":")[0]!;
  return dice.pick(invite ? INVITE_ANSWERS : OTHER_ANSWERS).map((status) => {
    const described = invite && dice.chance(0.8) && status > 180 && status < 300;
    const contacts = request.method === "REGISTER"
      ? headerValues(request, "contact")
      : [`<sip:peer@${packet.to}>`];
    // Nobody outside knows an inside address.
    const extras = ip.startsWith("192.168.") && dice.chance(0.3) ? someExtras(dice, 0.1) : [];
    const headers = [
      ...contacts.map((value) => ["Contact", value] as const),
      ...headerValues(request, "record-route").map((value) => ["Record-Route", value] as const),
      ...(dice.chance(0.2) ? [["Expires", "60"] as const] : []),
      ...(dice.chance(0.2) ? [["Warning", `399 ${packet.to} "${packet.to}"`] as const] : []),
      ...extras.map(nameAndValue),
      ...(status === 401 ? [["WWW-Authenticate", 'Digest realm="x", nonce="y"'] as const] : []),
    ];
    const body = described ? { body: description(ip, dice) } : {};
    return answerText(request, status, { tag: `bot${dice.below(3)}`, headers, ...body });
  });
}

function nameAndValue(line: string): readonly [name: string, value: string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon), line.slice(colon + 2)];
}

function follow(
  packet: Packet,
  response: SipResponse,
  options: { number: number; dice: Dice },
): string[] {
  const { number, dice } = options;
  if (response.status < 200 || response.status > 299) return [];
  if (!(headerText(response, "cseq") ?? "").endsWith("INVITE")) return [];
  const contact = parseNameAddr(headerText(response, "contact") ?? "");
  const parts = {
    uri: contact.ok ? contact.value.uri : "sip:nobody@example.com",
    from: headerText(response, "from") ?? "",
    to: headerText(response, "to") ?? "",
    call: headerText(response, "call-id") ?? "",
    headers: headerValues(response, "record-route").toReversed().map((value) => `Route: ${value}`),
  };
  const methods = [
    "ACK",
    ...dice.pick([[], ["BYE"], ["INVITE", "BYE"], ["INFO"], ["REFER", "BYE"]]),
  ];
  const cseq = Number.parseInt(headerText(response, "cseq") ?? "1");
  return methods.map((method, index) => {
    const via = `SIP/2.0/UDP ${packet.to};branch=z9hG4bK-b${number}-${index};rport`;
    return requestText({ ...parts, method, via, cseq: method === "ACK" ? cseq : cseq + index });
  });
}
