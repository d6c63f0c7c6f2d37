import { assertEquals } from "@std/assert";
import { ok, refuse, type Result } from "../../../src/base/result.ts";
import { DnsCache, type Found, withTimeout } from "../../../src/net/dns_cache.ts";

const HOUR = 3_600_000;

/** A cache whose clock and whose DNS the test sets; `asked` holds each query. */
function bench(limit = 10) {
  let now = 0;
  let answer: () => Promise<Result<Found<string>>> = () => Promise.resolve(refuse("No such name"));
  const asked: string[] = [];
  const cache = new DnsCache<string>({
    lookup: (name) => (asked.push(name), answer()),
    now: () => now,
    limit,
    timeoutMs: 30,
    negativeMs: 5_000,
  });
  return {
    cache,
    asked,
    at: (ms: number) => void (now = ms),
    answers: (value: string, ttlMs = 10_000) =>
      void (answer = () => Promise.resolve(ok({ values: [value], ttlMs }))),
    fails: (reason: string) => void (answer = () => Promise.resolve(refuse(reason))),
    isSilent: () => void (answer = () => new Promise(() => {})),
  };
}

Deno.test("an answer is kept for its time to live and asked for again after it", async () => {
  const { cache, asked, at, answers } = bench();
  answers("192.0.2.1");
  assertEquals(await cache.get("a.example"), ok(["192.0.2.1"]));
  at(9_999);
  answers("192.0.2.2");
  assertEquals(await cache.get("a.example"), ok(["192.0.2.1"]));
  at(10_000);
  assertEquals(await cache.get("a.example"), ok(["192.0.2.2"]));
  assertEquals(asked.length, 2);
});

Deno.test("questions for one name at one time are one query", async () => {
  const { cache, asked, answers } = bench();
  answers("192.0.2.1");
  await Promise.all([cache.get("a.example"), cache.get("a.example"), cache.get("a.example")]);
  assertEquals(asked, ["a.example"]);
});

Deno.test("a silent DNS server is a reason after the time-out", async () => {
  const { cache, isSilent } = bench();
  isSilent();
  assertEquals(
    await cache.get("a.example"),
    refuse("No answer from the DNS for a.example within 0.03 s"),
  );
});

Deno.test("a failure is remembered for a while and then asked again", async () => {
  const { cache, asked, at, fails, answers } = bench();
  fails("No such name");
  assertEquals(await cache.get("a.example"), refuse("No such name"));
  answers("192.0.2.1");
  at(4_999);
  assertEquals(await cache.get("a.example"), refuse("No such name"));
  at(5_000);
  assertEquals(await cache.get("a.example"), ok(["192.0.2.1"]));
  assertEquals(asked.length, 2);
});

Deno.test("the last good answer outlives failures for a day, without a query at each question", async () => {
  const { cache, asked, at, answers, fails } = bench();
  answers("192.0.2.1");
  await cache.get("a.example");
  fails("Broken");
  at(HOUR);
  assertEquals(await cache.get("a.example"), ok(["192.0.2.1"]));
  at(HOUR + 29_999);
  assertEquals(await cache.get("a.example"), ok(["192.0.2.1"]));
  assertEquals(asked.length, 2);
  at(23 * HOUR);
  assertEquals(await cache.get("a.example"), ok(["192.0.2.1"]));
  at(24 * HOUR);
  assertEquals(await cache.get("a.example"), refuse("Broken"));
});

Deno.test("the cache never holds more names than its limit, and drops the oldest", async () => {
  const { cache, asked, answers } = bench(8);
  answers("192.0.2.1");
  for (let index = 0; index < 50; index++) {
    await cache.get(`${index}.example`);
    assertEquals(cache.size <= 8, true);
  }
  await cache.get("49.example");
  assertEquals(asked.length, 50);
  await cache.get("0.example");
  assertEquals(asked.length, 51);
});

Deno.test("a kept name has its last good answer whatever else is looked up", async () => {
  const { cache, asked, at, answers, fails } = bench(8);
  answers("192.0.2.1");
  await cache.get("provider.example", true);
  await cache.get("other.example");
  at(HOUR);
  fails("Broken");
  for (let index = 0; index < 50; index++) await cache.get(`${index}.example`);
  assertEquals(await cache.get("provider.example"), ok(["192.0.2.1"]));
  assertEquals(await cache.get("other.example"), refuse("Broken"));
  // A day after it was last kept it is a name like any other.
  answers("192.0.2.1");
  at(25 * HOUR);
  for (let index = 0; index < 50; index++) await cache.get(`${index}.example`);
  const before = asked.length;
  await cache.get("provider.example");
  assertEquals(asked.length, before + 1);
});

Deno.test("kept names leave a further name a place, and give way to it while they fill more than half", async () => {
  const { cache, asked, answers } = bench(8);
  answers("192.0.2.1");
  for (let index = 0; index < 8; index++) await cache.get(`${index}.example`, true);
  assertEquals(await cache.get("new.example"), ok(["192.0.2.1"]));
  for (let index = 10; index < 50; index++) await cache.get(`${index}.example`);
  const before = asked.length;
  for (let index = 2; index < 8; index++) await cache.get(`${index}.example`);
  assertEquals(asked.length, before);
});

Deno.test("with every place taken by a running query a further name is refused", async () => {
  const { cache, isSilent } = bench(2);
  isSilent();
  const running = [cache.get("a.example"), cache.get("b.example")];
  assertEquals(await cache.get("c.example"), refuse("Too many names are being looked up"));
  await Promise.all(running);
});

Deno.test("a promise in time wins over its time-out, a late one loses", async () => {
  const late = () => "late";
  assertEquals(await withTimeout(Promise.resolve("in time"), { ms: 1_000, late }), "in time");
  assertEquals(await withTimeout(new Promise<string>(() => {}), { ms: 1, late }), "late");
});
