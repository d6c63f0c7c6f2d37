import { assertEquals } from "@std/assert";
import { type Call, callIdentifier, Calls } from "../../../src/proxy/calls.ts";
import { ANYBODY } from "../base/anybody.ts";

const LIMIT = 5;

function call(id: string): Call {
  return { id, holder: ANYBODY } as Call;
}

Deno.test("a call is told by Call-ID, caller's tag and caller's side (T3)", () => {
  const ids = [
    callIdentifier("a", "b", "inside"),
    callIdentifier("a", "b", "outside"),
    callIdentifier("ab", "", "inside"),
    callIdentifier("", "ab", "inside"),
  ];
  assertEquals(new Set(ids).size, 4);
});

Deno.test("calls are held up to a limit, and their places are free again", () => {
  const calls = new Calls({ limit: LIMIT });
  for (let count = 0; count < LIMIT; count++) calls.add(call(`${count}`));
  assertEquals(calls.add(call("more")), "full");
  const first = calls.get("0")!;
  calls.delete(first);
  assertEquals([calls.get("0"), calls.add(call("more")), calls.size], [
    undefined,
    undefined,
    LIMIT,
  ]);
  assertEquals([...calls.values()].at(-1)?.id, "more");
});
