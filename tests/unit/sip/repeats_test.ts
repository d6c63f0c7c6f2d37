import { assertEquals } from "@std/assert";
import { withoutRepeats } from "../../../src/sip/repeats.ts";
import { writeMessage } from "../../../src/sip/write.ts";
import { message } from "./messages.ts";
import { VALID } from "./valid_messages.ts";

const BEFORE = message(VALID.intmeth!);
const FIELD = { key: "max-forwards", name: "Max-Forwards" };

/** The lines of the Max-Forwards that are left of these. */
function left(...lines: string[]): string[] {
  const others = BEFORE.headers.filter(({ key }) => key !== FIELD.key);
  const headers = [...others, ...lines.map((line) => ({ ...FIELD, line }))];
  const { headers: after } = withoutRepeats({ ...BEFORE, headers });
  assertEquals(after.slice(0, others.length), others);
  return after.slice(others.length).map(({ line }) => line);
}

Deno.test("of several Max-Forwards the lowest stays, as it was written", () => {
  const [high, low] = ["Max-Forwards: 70\r\n", "Max-Forwards:  09\r\n"] as const;
  assertEquals(left(high, low), [low]);
  assertEquals(left(low, high, high), [low]);
  assertEquals(left(high), [high]);
});

Deno.test("one that is no number leaves all of them to who judges the message", () => {
  const lines = ["Max-Forwards: 70\r\n", "Max-Forwards: x\r\n"];
  assertEquals(left(...lines), lines);
});

Deno.test("a message without repeats is itself", () => {
  assertEquals(withoutRepeats(BEFORE), BEFORE);
  assertEquals(writeMessage(withoutRepeats(BEFORE)), VALID.intmeth);
});
