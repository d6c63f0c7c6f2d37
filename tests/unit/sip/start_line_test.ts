import { assertEquals } from "@std/assert";
import { parseStartLine, type StartLine } from "../../../src/sip/start_line.ts";

const SIP = { version: "SIP/2.0" };

const LINES: [line: string, parsed: StartLine][] = [
  ["INVITE sip:a@b SIP/2.0", { ...SIP, kind: "request", method: "INVITE", uri: "sip:a@b" }],
  ["RE%47IST%45R x:y sip/2.0", {
    version: "sip/2.0",
    kind: "request",
    method: "RE%47IST%45R",
    uri: "x:y",
  }],
  ["SIP/2.0 200 OK", { ...SIP, kind: "response", status: 200, reason: "OK" }],
  ["SIP/2.0 100 ", { ...SIP, kind: "response", status: 100, reason: "" }],
  ["SIP/2.0 699", { ...SIP, kind: "response", status: 699, reason: "" }],
  ["SIP/2.0 200 = 2**3 * 5**2 \u00d0\u00bd", {
    ...SIP,
    kind: "response",
    status: 200,
    reason: "= 2**3 * 5**2 \u00d0\u00bd",
  }],
];

Deno.test("request lines and status lines are told apart and read", () => {
  for (const [line, value] of LINES) assertEquals(parseStartLine(line), { ok: true, value }, line);
});

Deno.test("spaces too many are taken, and the line goes on without them", () => {
  for (
    const line of ["INVITE  sip:a@b SIP/2.0", "INVITE sip:a@b  SIP/2.0", "INVITE sip:a@b SIP/2.0 "]
  ) {
    const parsed = parseStartLine(line);
    assertEquals(
      parsed.ok && parsed.value.kind === "request" && parsed.value.repaired,
      "INVITE sip:a@b SIP/2.0",
    );
  }
});

const REFUSED: [line: string, kind: string, status: number | undefined][] = [
  ["", "start-line", undefined],
  ["GET / HTTP/1.1", "start-line", undefined],
  ["INVITE sip:a@b", "start-line", undefined],
  ["INVITE SIP/2.0", "request-uri", 400],
  ["IN(ITE sip:a@b SIP/2.0", "start-line", undefined],
  ["SIP/2.0 4294967301 better not break the receiver", "start-line", undefined],
  ["SIP/2.0 99 Early", "start-line", undefined],
  ["SIP/3.0 200 OK", "start-line", undefined],
  ["OPTIONS sip:a@b SIP/7.0", "version", 505],
  ["INVITE\t sip:a@b SIP/2.0", "start-line", 400],
  ["INVITE  sip:a@b  SIP/7.0", "version", 505],
  ["INVITE sip:a@b; lr SIP/2.0", "request-uri", 400],
  ["INVITE <sip:a@b> SIP/2.0", "request-uri", 400],
  ["INVITE sip:2001:db8::10 SIP/2.0", "request-uri", 400],
  ["INVITE sip:a@b?Route=%3Csip:example.com%3E SIP/2.0", "request-uri", 400],
  ["INVITE a@b SIP/2.0", "request-uri", 400],
];

Deno.test("a faulty first line is refused, and answerable if it is clearly a request", () => {
  for (const [line, kind, status] of REFUSED) {
    const parsed = parseStartLine(line);
    const fault = parsed.ok ? undefined : parsed.reason;
    assertEquals([fault?.kind, fault?.answer?.status], [kind, status], line);
  }
});
