import { assertEquals } from "@std/assert";
import { CSEQ_END, HEADER_FIELDS_MAX, MESSAGE_LENGTH_MAX } from "../../../src/sip/limits.ts";
import { parseMessage } from "../../../src/sip/parse.ts";
import { OPTIONS, text } from "./messages.ts";

function kindOf(written: string): string | undefined {
  const parsed = parseMessage(written);
  return parsed.ok ? undefined : parsed.reason.kind;
}

Deno.test("a message may be as long as a datagram, not longer", () => {
  const head = text(...OPTIONS);
  const body = "x".repeat(MESSAGE_LENGTH_MAX - head.length);
  assertEquals(kindOf(head + body), undefined);
  assertEquals(kindOf(head + body + "x"), "oversized");
});

Deno.test("a message has 256 header fields at most", () => {
  const more = Array.from({ length: HEADER_FIELDS_MAX - OPTIONS.length + 1 }, () => "X: y");
  assertEquals(kindOf(text(...OPTIONS, ...more)), undefined);
  assertEquals(kindOf(text(...OPTIONS, ...more, "X: y")), "too-many");
});

Deno.test("a CSeq number is less than 2^31", () => {
  const lines = OPTIONS.slice(0, -1);
  assertEquals(kindOf(text(...lines, `CSeq: ${CSEQ_END - 1} OPTIONS`)), undefined);
  assertEquals(kindOf(text(...lines, `CSeq: ${CSEQ_END} OPTIONS`)), "cseq");
});
