import { assertEquals } from "@std/assert";
import { Outages } from "../../../src/proxy/outages.ts";
import { TIMES } from "../../../src/proxy/times.ts";

Deno.test("trouble is said when it begins, once an hour, and when it is of another kind", () => {
  const outages = new Outages<"silent" | "busy">(10);
  assertEquals(outages.fail("a", { kind: "silent", now: 0 }), { say: true, since: undefined });
  assertEquals(outages.fail("a", { kind: "silent", now: TIMES.stillDown - 1 }), {
    say: false,
    since: 0,
  });
  assertEquals(outages.fail("a", { kind: "silent", now: TIMES.stillDown }), {
    say: true,
    since: 0,
  });
  assertEquals(outages.fail("a", { kind: "busy", now: TIMES.stillDown + 1 }), {
    say: true,
    since: undefined,
  });
  assertEquals(outages.since("a"), TIMES.stillDown + 1);
});

Deno.test("its end is told once, with how long it lasted, and that it was said", () => {
  const outages = new Outages<"silent">(10);
  assertEquals(outages.end("a", 0), undefined);
  outages.fail("a", { kind: "silent", now: 1_000 });
  outages.fail("a", { kind: "silent", now: 5_000 });
  assertEquals(outages.end("a", 9_000), { kind: "silent", lastedMs: 8_000, said: true });
  assertEquals([outages.end("a", 9_000), outages.since("a")], [undefined, undefined]);
  assertEquals(outages.fail("a", { kind: "silent", now: 10_000 }), {
    say: false,
    since: undefined,
  });
  assertEquals(outages.end("a", 11_000)?.said, false);
  assertEquals(outages.fail("a", { kind: "silent", now: 1_000 + TIMES.saidAgain }).say, true);
});

Deno.test("a second time soon after is said once it lasts, and then once an hour", () => {
  const outages = new Outages<"silent">(10);
  const fail = (now: number) => outages.fail("a", { kind: "silent", now });
  fail(0);
  outages.end("a", 1_000);
  assertEquals(fail(2_000), { say: false, since: undefined });
  assertEquals(fail(1_999 + TIMES.outageLasts), { say: false, since: 2_000 });
  const said = 2_000 + TIMES.outageLasts;
  assertEquals(fail(said), { say: true, since: 2_000 });
  assertEquals(fail(said + TIMES.stillDown - 1).say, false);
  assertEquals(fail(said + TIMES.stillDown).say, true);
  assertEquals(outages.end("a", said + TIMES.stillDown)?.said, true);
});

Deno.test("it counts from what was lost first, but not from before it last worked", () => {
  const outages = new Outages<"silent">(10);
  outages.fail("a", { kind: "silent", now: 32_000, lostAt: 0 });
  assertEquals([outages.since("a"), outages.end("a", 40_000)?.lastedMs], [0, 40_000]);
  outages.fail("a", { kind: "silent", now: 50_000, lostAt: 18_000 });
  assertEquals(outages.since("a"), 40_000);
});

Deno.test("what failed lately is known until it works or its time is over", () => {
  const outages = new Outages<"silent">(10);
  outages.fail("a", { kind: "silent", now: 0 });
  assertEquals([outages.failedWithin("a", 60, 59), outages.failedWithin("a", 60, 60)], [
    true,
    false,
  ]);
  outages.end("a", 1);
  assertEquals(outages.failedWithin("a", 60, 2), false);
});

Deno.test("what nothing more will be said of is forgotten, what goes on only for want of room", () => {
  const outages = new Outages<"silent">(2);
  outages.fail("over", { kind: "silent", now: 0 });
  outages.end("over", 1);
  outages.fail("on", { kind: "silent", now: 0 });
  outages.fail("new", { kind: "silent", now: TIMES.saidAgain });
  assertEquals([outages.size, outages.since("on")], [2, 0]);
  outages.fail("newer", { kind: "silent", now: TIMES.saidAgain + 1 });
  assertEquals([outages.size, outages.since("on")], [2, undefined]);
});
