import { assertEquals } from "@std/assert";
import { MESSAGE_LIMITS } from "../../../src/base/limits.ts";
import { parseParams } from "../../../src/sip/params.ts";
import { parseMessage } from "../../../src/sip/parse.ts";
import { OPTIONS, text } from "../sip/messages.ts";

function kindOf(written: string): string | undefined {
  const parsed = parseMessage(written);
  return parsed.ok ? undefined : parsed.reason.kind;
}

Deno.test("a message may be as long as a datagram, not longer", () => {
  const head = text(...OPTIONS);
  const body = "x".repeat(MESSAGE_LIMITS.characters - head.length);
  assertEquals(kindOf(head + body), undefined);
  assertEquals(kindOf(head + body + "x"), "oversized");
});

Deno.test("a message has 256 header fields at most", () => {
  const more = Array.from(
    { length: MESSAGE_LIMITS.headerFields - OPTIONS.length + 1 },
    () => "X: y",
  );
  assertEquals(kindOf(text(...OPTIONS, ...more)), undefined);
  assertEquals(kindOf(text(...OPTIONS, ...more, "X: y")), "too-many");
});

Deno.test("a header field has 256 values at most, whatever their length", () => {
  for (const value of ["a", "x".repeat(200)]) {
    const values = new Array<string>(MESSAGE_LIMITS.fieldValues).fill(value);
    assertEquals(kindOf(text(...OPTIONS, `Supported: ${values}`)), undefined);
    assertEquals(kindOf(text(...OPTIONS, `Supported: ${values},a`)), "too-many");
  }
});

Deno.test("a URI or value has 100 parameters at most", () => {
  const params = ";a".repeat(MESSAGE_LIMITS.params);
  assertEquals(parseParams(params, 0).ok, true);
  assertEquals(parseParams(`${params};a`, 0).ok, false);
});
