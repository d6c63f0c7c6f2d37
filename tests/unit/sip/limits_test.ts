import { assertEquals } from "@std/assert";
import {
  CSEQ_END,
  FIELD_VALUES_MAX,
  HEADER_FIELDS_MAX,
  MESSAGE_LENGTH_MAX,
  PARAMS_MAX,
} from "../../../src/sip/limits.ts";
import { parseParams } from "../../../src/sip/params.ts";
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

Deno.test("a header field has 256 values at most, whatever their length", () => {
  for (const value of ["a", "x".repeat(200)]) {
    const values = new Array<string>(FIELD_VALUES_MAX).fill(value);
    assertEquals(kindOf(text(...OPTIONS, `Supported: ${values}`)), undefined);
    assertEquals(kindOf(text(...OPTIONS, `Supported: ${values},a`)), "too-many");
  }
});

Deno.test("a URI or value has 100 parameters at most", () => {
  const params = ";a".repeat(PARAMS_MAX);
  assertEquals(parseParams(params, 0).ok, true);
  assertEquals(parseParams(`${params};a`, 0).ok, false);
});

Deno.test("a CSeq number is less than 2^31", () => {
  const lines = OPTIONS.slice(0, -1);
  assertEquals(kindOf(text(...lines, `CSeq: ${CSEQ_END - 1} OPTIONS`)), undefined);
  assertEquals(kindOf(text(...lines, `CSeq: ${CSEQ_END} OPTIONS`)), "cseq");
});
