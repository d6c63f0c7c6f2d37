import { assertEquals } from "@std/assert";
import { headerText, headerValues, topVia } from "../../../src/sip/headers.ts";
import { parseMessage } from "../../../src/sip/parse.ts";
import { viaBranch } from "../../../src/sip/via.ts";
import { writeMessage } from "../../../src/sip/write.ts";
import { MANDATORY, message, OPTIONS, text } from "./messages.ts";
import { VALID } from "./valid_messages.ts";

Deno.test("every valid message of RFC 4475 is read and written byte for byte", () => {
  for (const [name, written] of Object.entries(VALID)) {
    const parsed = parseMessage(written);
    assertEquals(parsed.ok ? "" : parsed.reason.reason, "", name);
    assertEquals(parsed.ok && writeMessage(parsed.value), written, name);
  }
});

Deno.test("folds, odd spacing and compact names hide nothing (RFC 4475 §3.1.1.1)", () => {
  const wsinv = message(VALID.wsinv!);
  assertEquals(headerText(wsinv, "subject"), "");
  assertEquals(
    headerText(wsinv, "newfangledheader"),
    "newfangled value continued newfangled value",
  );
  assertEquals(headerValues(wsinv, "unknownheaderwithunusualvalue"), [";;,,;;,;"]);
  assertEquals(headerValues(wsinv, "via").length, 3);
  assertEquals(viaBranch(topVia(wsinv)!), "390skdjuw");
  assertEquals(wsinv.body.startsWith("v=0"), true);
});

Deno.test("a datagram ends where Content-Length says (RFC 3261 §18.3, RFC 4475 §3.1.1.8)", () => {
  const first = text(...OPTIONS, "Content-Length: 4") + "abcd";
  const second = text(...OPTIONS, "Content-Length: 0");
  assertEquals(writeMessage(message(first + second)), first);
});

Deno.test("without Content-Length the body is all there is", () => {
  assertEquals(message(text(...OPTIONS) + "a\rb\n\0").body, "a\rb\n\0");
});

Deno.test("empty lines before a message are skipped (RFC 3261 §7.5)", () => {
  const written = text(...OPTIONS);
  assertEquals(writeMessage(message("\r\n\r\n" + written)), written);
});

Deno.test("bare line feeds end lines and are kept", () => {
  const written = text(...OPTIONS, "Content-Length: 2").replaceAll("\r\n", "\n") + "ab";
  assertEquals(writeMessage(message(written)), written);
});

Deno.test("the empty line is supplied where a message stops without it", () => {
  const written = text(...OPTIONS);
  assertEquals(writeMessage(message(written.slice(0, -2))), written);
  assertEquals(parseMessage(text(...OPTIONS, "l: 9").slice(0, -2)).ok, false);
});

function options(...fields: string[]): string {
  return text(OPTIONS[0]!, ...fields);
}

const [VIA, FROM, TO, CALL_ID, CSEQ] = MANDATORY as [string, string, string, string, string];

const REFUSED: [name: string, written: string, kind: string, status: number | undefined][] = [
  ["empty", "", "start-line", undefined],
  ["keep-alive", "\r\n\r\n", "start-line", undefined],
  ["garbage", "\0\x01\x00\x08\x21\x12\xa4\x42\n", "start-line", undefined],
  ["HTTP", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "start-line", undefined],
  ["bare CR", "OPTIONS sip:a@b\r SIP/2.0\r\n\r\n", "start-line", undefined],
  ["badinv01", options("Via: SIP/2.0/UDP 192.0.2.15;;,;,,", FROM, TO, CALL_ID, CSEQ), "via", 400],
  ["nothing of a body", text(...OPTIONS, "Content-Length: 9999"), "content-length", 400],
  ["beyond any datagram", text(...OPTIONS, "l: 1000000") + "a", "content-length", 400],
  ["ncl", text(...OPTIONS, "Content-Length: -999"), "content-length", 400],
  ["mcl01", text(...OPTIONS, "Content-Length: 0", "l: 1") + "a", "content-length", 400],
  [
    "scalar02",
    options(VIA, FROM, TO, CALL_ID, "CSeq: 36893488147419103232 OPTIONS"),
    "cseq",
    400,
  ],
  ["CSeq 2^31", options(VIA, FROM, TO, CALL_ID, "CSeq: 2147483648 OPTIONS"), "cseq", 400],
  ["mismatch01", options(VIA, FROM, TO, CALL_ID, "CSeq: 8 INVITE"), "cseq", 400],
  ["method case", options(VIA, FROM, TO, CALL_ID, "CSeq: 8 Options"), "cseq", 400],
  ["bad CSeq", options(VIA, FROM, TO, CALL_ID, "CSeq: OPTIONS"), "cseq", 400],
  [
    "open quote, no URI",
    options(VIA, FROM, 'To: "Mr. J sip:j@example.com', CALL_ID, CSEQ),
    "to",
    400,
  ],
  ["badaspec", options(VIA, FROM, "To: < sip:t@example.org >", CALL_ID, CSEQ), "to", 400],
  ["bad From", options(VIA, "From: nobody", TO, CALL_ID, CSEQ), "from", 400],
  ["empty Call-ID", options(VIA, FROM, TO, "Call-ID:", CSEQ), "call-id", 400],
  ["empty Via", options("Via: ,", FROM, TO, CALL_ID, CSEQ), "via", 400],
  ["badvers", text("OPTIONS sip:t@example.org SIP/7.0", ...MANDATORY), "version", 505],
  ["tabs", text("OPTIONS\tsip:t@example.org\tSIP/2.0", ...MANDATORY), "start-line", 400],
  ["lwsruri", text("OPTIONS sip:t@example.org; lr SIP/2.0", ...MANDATORY), "request-uri", 400],
  ["insuf", options(VIA, CSEQ), "missing", 400],
  ["no Via", options(FROM, TO, CALL_ID, CSEQ), "missing", undefined],
  ["multi01", text(...OPTIONS, CSEQ), "repeated", 400],
  ["two From", text(...OPTIONS, "f: <sip:x@y>"), "repeated", 400],
  ["two types", text(...OPTIONS, "c: a/b", "Content-Type: a/c"), "repeated", 400],
  ["two hops, one bad", text(...OPTIONS, "Max-Forwards: 1", "Max-Forwards: x"), "repeated", 400],
  ["Max-Forwards", text(...OPTIONS, "Max-Forwards: many"), "max-forwards", 400],
  ["no header", text(...OPTIONS, "nonsense"), "header-line", 400],
  ["bare CR in a header", text(...OPTIONS, "X: a\rVia: b"), "header-line", 400],
  ["cut off", text(...OPTIONS, "X: a").slice(0, -4), "header-line", 400],
  ["ACK", text("ACK sip:a@b SIP/2.0", VIA), "missing", undefined],
  ["bigcode", text("SIP/2.0 4294967301 better not", ...MANDATORY), "start-line", undefined],
  ["response", text("SIP/2.0 200 OK", VIA, FROM, TO, CALL_ID), "missing", undefined],
  [
    "scalarlg",
    text("SIP/2.0 503 X", VIA, FROM, TO, CALL_ID, "CSeq: 9292394834772304023312 OPTIONS"),
    "cseq",
    undefined,
  ],
];

Deno.test("what RFC 4475 §3.1.2 and §3.3 call faulty is refused, and answered if it is a request", () => {
  for (const [name, written, kind, status] of REFUSED) {
    const parsed = parseMessage(written);
    const refusal = parsed.ok ? undefined : parsed.reason;
    assertEquals([refusal?.kind, refusal?.answer?.status], [kind, status], name);
  }
});

Deno.test("an answer has what could be read of the request, and none of our words on it", () => {
  const parsed = parseMessage(options(VIA, "nonsense", CSEQ));
  const answer = parsed.ok ? undefined : parsed.reason.answer;
  assertEquals(answer?.reason, "Bad Header Field");
  assertEquals(answer?.message.headers.map((field) => field.key), ["via", "cseq"]);
});

/** What real devices break where nothing hangs on it: it is read, and goes on as it should have been. */
const REPAIRED: [name: string, written: string, repaired: string][] = [
  [
    "clerr",
    text(...OPTIONS, "Content-Length: 9999") + "ab",
    text(...OPTIONS, "Content-Length: 2") + "ab",
  ],
  ["compact", text(...OPTIONS, "l :  3") + "ab", text(...OPTIONS, "l :  2") + "ab"],
  [
    "lwsstart",
    text("OPTIONS   sip:t@example.org  SIP/2.0", ...MANDATORY),
    text("OPTIONS sip:t@example.org SIP/2.0", ...MANDATORY),
  ],
  [
    "trws",
    text("OPTIONS sip:t@example.org SIP/2.0  ", ...MANDATORY),
    text("OPTIONS sip:t@example.org SIP/2.0", ...MANDATORY),
  ],
  [
    "bare line feed",
    text("OPTIONS sip:t@example.org  SIP/2.0", ...MANDATORY).replaceAll("\r\n", "\n"),
    text("OPTIONS sip:t@example.org SIP/2.0", ...MANDATORY).replaceAll("\r\n", "\n"),
  ],
  [
    "two Max-Forwards",
    text(...OPTIONS, "Max-Forwards: 70", "X: a", "Max-Forwards:  9"),
    text(...OPTIONS, "X: a", "Max-Forwards:  9"),
  ],
  [
    "two equal Content-Types",
    text(...OPTIONS, "Content-Type: application/sdp", "X: a", "c: Application/SDP"),
    text(...OPTIONS, "Content-Type: application/sdp", "X: a"),
  ],
];

Deno.test("what devices break and nothing hangs on is repaired", () => {
  for (const [name, written, repaired] of REPAIRED) {
    const read = message(written);
    assertEquals(writeMessage(read), repaired, name);
    assertEquals(writeMessage(message(repaired)), repaired, name);
  }
});

Deno.test("equal lengths may stand twice", () => {
  assertEquals(message(text(...OPTIONS, "l: 1", "Content-Length: 01") + "ab").body, "a");
});
