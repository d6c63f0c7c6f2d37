import { VALID } from "../unit/sip/valid_messages.ts";
import { type RequestParts, requestText } from "../unit/proxy/messages.ts";
import type { Dice } from "./dice.ts";
import { someExtras } from "./extras.ts";

/** Where everybody is; names as in tests/flow. */
export const PLACES = {
  phone: "192.168.1.20:5060",
  desk: "192.168.1.21:5062",
  provider: "198.51.100.10:5060",
  stranger: "192.0.2.66:5060",
  /** Says nothing to us. */
  bystander: "192.0.2.77:5060",
} as const;

/** What is needed to speak of a living call and registration. */
export interface Living {
  /** The phone's masked URI, as its registrar has it. */
  readonly masked: string;
  readonly callId: string;
  readonly insideTag: string;
  readonly outsideTag: string;
  /** The masked Contact of that call. */
  readonly contact: string;
}

const METHODS = [
  "INVITE",
  "INVITE",
  "OPTIONS",
  "MESSAGE",
  "SUBSCRIBE",
  "NOTIFY",
  "REFER",
  "INFO",
  "UPDATE",
  "BYE",
  "CANCEL",
  "ACK",
  "PRACK",
  "PUBLISH",
  "FROB",
];

/** What would steer an answer to somebody else, were it obeyed (RULES V4). */
export const VIA_PARAMETERS: readonly string[] = [
  ";rport",
  ";rport",
  "",
  `;rport;maddr=${PLACES.bystander.split(":")[0]}`,
  `;received=${PLACES.bystander.split(":")[0]};rport=5060`,
];

/** A session description with all that is rewritten, by one party at an address. */
export function description(ip: string, dice: Dice): string {
  const lines = [
    "v=0",
    `o=- ${dice.below(1e9)} 1 IN IP4 ${ip}`,
    "s=-",
    `c=IN IP4 ${ip}`,
    "t=0 0",
    `m=audio ${4000 + 2 * dice.below(1000)} RTP/AVP 0 8 101`,
    "a=rtpmap:101 telephone-event/8000",
    `a=rtcp:${5001 + 2 * dice.below(100)} IN IP4 ${ip}`,
    ...dice.chance(0.3) ? [dice.pick(["a=sendonly", "a=inactive", "a=rtcp-mux"])] : [],
    ...dice.chance(0.3)
      ? [`a=candidate:1 1 UDP 2130706431 ${ip} 4000 typ host`, "a=ice-ufrag:x", "a=ice-pwd:y"]
      : [],
    ...dice.chance(0.3) ? ["m=video 5000 RTP/AVP 96", `c=IN IP4 ${ip}`] : [],
    ...dice.chance(0.1) ? ["m=application 9 TCP/MSRP *"] : [],
    "",
  ];
  return lines.join("\r\n");
}

/** A request that a phone may send. */
export function phoneRequest(number: number, living: Living, dice: Dice): string {
  if (dice.chance(0.1)) return dice.pick(Object.values(VALID));
  if (dice.chance(0.15)) return registration(number, dice);
  const method = dice.pick(METHODS);
  const { callId, insideTag, outsideTag } = living;
  const inDialog = dice.chance(0.4);
  const parts: RequestParts = {
    method,
    uri: inDialog ? `sip:bob@${PLACES.provider}` : dice.pick(["sip:bob@example.com", "tel:+4930"]),
    via: `SIP/2.0/UDP ${PLACES.phone};branch=z9hG4bK-f${number};rport`,
    from: `<sip:alice@example.com>;tag=${inDialog ? insideTag : `f${number}`}`,
    to: `<sip:bob@example.com>${inDialog ? `;tag=${outsideTag}` : ""}`,
    call: inDialog ? callId : `fuzz-${number}@192.168.1.20`,
    cseq: number,
    contact: `"Alice" <sip:alice@${PLACES.phone};transport=udp>;+sip.instance="<urn:uuid:1>"`,
  };
  return requestText({ ...parts, ...more(dice, "192.168.1.20") });
}

/** A request that comes from outside. */
export function outsideRequest(number: number, living: Living, dice: Dice): string {
  if (dice.chance(0.1)) return dice.pick(Object.values(VALID));
  const { callId, insideTag, outsideTag, masked, contact } = living;
  const inDialog = dice.chance(0.4);
  const parts: RequestParts = {
    method: dice.pick(METHODS),
    uri: inDialog
      ? contact
      : dice.pick([masked, masked, "sip:alice@example.com", "sip:203.0.113.5"]),
    via: `SIP/2.0/UDP ${PLACES.provider};branch=z9hG4bK-o${number}${dice.pick(VIA_PARAMETERS)}`,
    from: `<sip:bob@example.com>;tag=${inDialog ? outsideTag : `o${number}`}`,
    to: `<sip:alice@example.com>${inDialog ? `;tag=${insideTag}` : ""}`,
    call: inDialog ? callId : `outside-${number}`,
    cseq: number,
    contact: `<sip:bob@${PLACES.provider}>`,
  };
  // Nobody outside knows an inside address.
  return requestText({ ...parts, ...more(dice, "198.51.100.20") }).replaceAll(
    "192.168.1.",
    "10.1.1.",
  );
}

/** What lets anybody outside in who knows a token (RULES C2): a call, or one that replaces the phone's. */
export function callByToken(number: number, living: Living, dice: Dice): string {
  const { callId, insideTag, outsideTag, masked, contact } = living;
  const replaces = dice.chance(0.5);
  const parts: RequestParts = {
    uri: replaces ? contact : masked,
    via: `SIP/2.0/UDP ${PLACES.stranger};branch=z9hG4bK-t${number}${dice.pick(VIA_PARAMETERS)}`,
    from: `<sip:eve@far.example>;tag=t${number}`,
    to: "<sip:alice@example.com>",
    call: `token-${number}`,
    contact: `<sip:eve@${PLACES.stranger}>`,
  };
  const { headers = [], ...rest } = more(dice, "198.51.100.20");
  const named = `Replaces: ${callId};to-tag=${insideTag};from-tag=${outsideTag}`;
  return requestText({ ...parts, ...rest, headers: replaces ? [named, ...headers] : headers })
    .replaceAll("192.168.1.", "10.1.1.");
}

/** Further headers, and a description now and then. */
function more(dice: Dice, ip: string): RequestParts {
  const headers = someExtras(dice, 0.1);
  return dice.chance(0.5) ? { headers, body: description(ip, dice) } : { headers };
}

function registration(number: number, dice: Dice): string {
  const contacts = [
    `<sip:alice@${PLACES.phone}>;expires=300`,
    `<sip:alice@${PLACES.phone};ob>;reg-id=1;+sip.instance="<urn:uuid:${dice.below(3)}>"`,
    "*",
    `<sip:alice@${PLACES.phone}>;expires=0`,
  ];
  return requestText({
    method: "REGISTER",
    uri: "sip:example.com",
    via: `SIP/2.0/UDP ${PLACES.phone};branch=z9hG4bK-r${number};rport`,
    from: `<sip:alice@example.com>;tag=r${number}`,
    to: "<sip:alice@example.com>",
    call: `register-${number}`,
    cseq: number,
    contact: dice.pick(contacts),
    headers: [...(dice.chance(0.3) ? ["Expires: 0"] : []), ...someExtras(dice, 0.05)],
  });
}
