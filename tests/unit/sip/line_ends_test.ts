import { assert, assertEquals } from "@std/assert";
import { withCrlf } from "../../../src/sip/line_ends.ts";
import { parseMessage } from "../../../src/sip/parse.ts";
import { writeMessage } from "../../../src/sip/write.ts";
import { OPTIONS, text } from "./messages.ts";

function rewritten(written: string): string {
  const parsed = parseMessage(written);
  assert(parsed.ok);
  return writeMessage(withCrlf(parsed.value));
}

Deno.test("bare line feeds before the body become CR LF, those in it stay", () => {
  const plain = text(...OPTIONS, "X: 1", " 2", "Content-Length: 4");
  assertEquals(rewritten(plain.replaceAll("\r\n", "\n") + "a\nb\r"), plain + "a\nb\r");
  for (let at = plain.indexOf("\r\n"); at >= 0; at = plain.indexOf("\r\n", at + 1)) {
    const one = plain.slice(0, at) + plain.slice(at + 1);
    assertEquals(rewritten(one + "a\nb\r"), plain + "a\nb\r");
  }
});

Deno.test("a message without any stays the same object", () => {
  const parsed = parseMessage(text(...OPTIONS));
  assert(parsed.ok && withCrlf(parsed.value) === parsed.value);
});
