import { assertEquals } from "@std/assert";
import { LOOK_UPS } from "../../../src/base/limits.ts";
import type { Holder } from "../../../src/base/shares.ts";
import { ok, refuse, type Result } from "../../../src/base/result.ts";
import { DnsCache, type Found, withTimeout } from "../../../src/net/dns_cache.ts";
import { QuerySlots } from "../../../src/net/query_slots.ts";
import { ANYBODY } from "../base/anybody.ts";

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
    slots: new QuerySlots(() => now),
  });
  const get = (name: string, kept = false, holder: Holder = ANYBODY) =>
    cache.get(name, { holder, kept });
  return {
    cache: {
      get,
      get size() {
        return cache.size;
      },
    },
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

Deno.test("kept names leave a further name a place: the oldest gives way", async () => {
  const { cache, asked, answers } = bench(8);
  answers("192.0.2.1");
  for (let index = 0; index < 8; index++) await cache.get(`${index}.example`, true);
  for (let index = 10; index < 50; index++) {
    assertEquals(await cache.get(`${index}.example`), ok(["192.0.2.1"]));
  }
  const before = asked.length;
  for (let index = 1; index < 8; index++) await cache.get(`${index}.example`);
  assertEquals(asked.length, before);
});

Deno.test("whoever asks for most names loses his own, kept ones too, and no name that others ask for (V7)", async () => {
  const { cache, asked, at, answers } = bench(8);
  answers("192.0.2.1", HOUR);
  const flood: Holder = { ...ANYBODY, name: "flood" };
  await cache.get("provider.example", true);
  await cache.get("friend.example");
  // It has asked for the provider's name as well, and has some of its own that it registered with.
  await cache.get("provider.example", true, flood);
  for (let index = 0; index < 200; index++) {
    at(index * 1_000);
    await cache.get(`${index}.evil.example`, index % 2 === 0, flood);
  }
  const before = asked.length;
  await cache.get("provider.example", true);
  await cache.get("friend.example");
  assertEquals(asked.length, before);
});

Deno.test("who asks for too much hears so, and what was not asked tells nothing of the name (V7)", async () => {
  const { cache, asked, answers, at } = bench(2_000);
  answers("192.0.2.1");
  const guest: Holder = { name: "192.168.1.66", part: 1, guest: true };
  const { burst, perSecond } = LOOK_UPS.guest;
  for (let index = 0; index < burst; index++) await cache.get(`${index}.example`, false, guest);
  const tooMany = refuse("Too many names are looked up for 192.168.1.66");
  assertEquals(await cache.get("more.example", false, guest), tooMany);
  assertEquals(asked.length, burst);
  assertEquals(await cache.get("more.example"), ok(["192.0.2.1"]));
  // What is known he may hear, and in a second he may ask again.
  assertEquals(await cache.get("more.example", false, guest), ok(["192.0.2.1"]));
  at(1_000);
  for (let index = 0; index < perSecond; index++) {
    assertEquals(await cache.get(`later${index}.example`, false, guest), ok(["192.0.2.1"]));
  }
  assertEquals(await cache.get("again.example", false, guest), tooMany);
});

Deno.test("a name that waits for the turn of one who asks for much is asked for another at once (V7)", async () => {
  const { cache, asked, answers, isSilent } = bench();
  isSilent();
  const guest: Holder = { name: "192.168.1.66", part: 1 / 16, guest: true };
  const names = ["a", "b", "c", "d", "e"];
  const waiting = names.map((name) => cache.get(`${name}.example`, false, guest));
  assertEquals(asked, ["a.example", "b.example", "c.example"]);
  answers("192.0.2.1");
  assertEquals(await cache.get("d.example"), ok(["192.0.2.1"]));
  assertEquals(asked.at(-1), "d.example");
  assertEquals(
    (await Promise.all(waiting)).at(-1),
    refuse("Too many names are looked up for 192.168.1.66"),
  );
  // Nobody has asked the DNS for that one: it is not known to be no name.
  assertEquals(await cache.get("e.example"), ok(["192.0.2.1"]));
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
