import { assertEquals } from "@std/assert";
import {
  callId,
  type CSeq,
  cseq,
  fromTag,
  headerField,
  headerNumber,
  headerText,
  headerValues,
  isWithinDialog,
  optionTags,
  parseCSeq,
  topVia,
  toTag,
} from "../../../src/sip/headers.ts";
import { makeRequest } from "../../../src/sip/write.ts";
import { request } from "./messages.ts";

const INVITE = request(
  "INVITE sip:b@example.com SIP/2.0",
  "Via: SIP/2.0/TCP a.example.com;branch=z9hG4bK1, SIP/2.0/UDP 192.0.2.1",
  "v: SIP/2.0/UDP 192.0.2.2",
  'f: "A" <sip:a@example.com>;TAG=from',
  "To: sip:b@example.com;tag=to",
  "i:  c@192.0.2.1 ",
  "CSeq: 0009\r\n INVITE",
  "Max-Forwards: 0068",
  "Require: 100rel, Timer",
  "k: path",
  "Supported:",
  "Authorization: Digest a=b, c=d",
  "Expires: soon",
);

const BARE = makeRequest({ method: "INVITE", uri: "sip:a@b", headers: [] });

Deno.test("the first field of a key is found by its canonical name", () => {
  assertEquals(headerField(INVITE, "via")?.name, "Via");
  assertEquals(headerField(INVITE, "contact"), undefined);
  assertEquals(headerText(INVITE, "cseq"), "0009 INVITE");
  assertEquals(headerText(INVITE, "supported"), "path");
  assertEquals(headerText(INVITE, "contact"), undefined);
});

Deno.test("values come from all fields of a key, split where the grammar has lists", () => {
  assertEquals(headerValues(INVITE, "via"), [
    "SIP/2.0/TCP a.example.com;branch=z9hG4bK1",
    "SIP/2.0/UDP 192.0.2.1",
    "SIP/2.0/UDP 192.0.2.2",
  ]);
  assertEquals(headerValues(INVITE, "authorization"), ["Digest a=b, c=d"]);
  assertEquals(headerValues(INVITE, "supported"), ["path"]);
  assertEquals(headerValues(INVITE, "contact"), []);
});

Deno.test("what identifies a message is read, and is empty where it is not there", () => {
  assertEquals(callId(INVITE), "c@192.0.2.1");
  assertEquals(cseq(INVITE), { number: 9, method: "INVITE" });
  assertEquals([fromTag(INVITE), toTag(INVITE)], ["from", "to"]);
  assertEquals([INVITE, BARE].map(isWithinDialog), [true, false]);
  assertEquals(callId(BARE), "");
  assertEquals(cseq(BARE), { number: -1, method: "" });
  assertEquals([fromTag(BARE), toTag(BARE)], [undefined, undefined]);
  assertEquals(topVia(BARE), undefined);
});

Deno.test("the top Via is the first value of the first field", () => {
  assertEquals([topVia(INVITE)?.host, topVia(INVITE)?.transport], ["a.example.com", "TCP"]);
});

Deno.test("option tags are in lower case", () => {
  assertEquals(optionTags(INVITE, "require"), ["100rel", "timer"]);
  assertEquals(optionTags(INVITE, "proxy-require"), []);
});

Deno.test("a number is digits only", () => {
  assertEquals(headerNumber(INVITE, "max-forwards"), 68);
  assertEquals(headerNumber(INVITE, "expires"), undefined);
  assertEquals(headerNumber(INVITE, "min-expires"), undefined);
});

const CSEQS: [text: string, value: CSeq | undefined][] = [
  ["1 INVITE", { number: 1, method: "INVITE" }],
  ["0 ACK", { number: 0, method: "ACK" }],
  ["00000000000000000009\t ACK", { number: 9, method: "ACK" }],
  ["1INVITE", undefined],
  ["1", undefined],
  ["-1 ACK", undefined],
  ["12345678901 ACK", undefined],
  ["1 ACK x", undefined],
];

Deno.test("a CSeq is a number and a method", () => {
  for (const [text, value] of CSEQS) assertEquals(parseCSeq(text), value, text);
});
