import { assert, assertEquals, assertThrows } from "@std/assert";
import { requestText } from "../unit/proxy/messages.ts";
import { Arena, type ArenaOptions, WORLDS } from "./arena.ts";
import { Dice } from "./dice.ts";
import { fuzz, type FuzzReport, slowEachTime } from "./fuzz.ts";
import { heapInUse } from "./heap.ts";
import { mutate, mutateBytes, mutateOutside } from "./mutate.ts";
import { figures, problems } from "./report.ts";
import { PLACES } from "./samples.ts";
import { Slowest } from "./slowest.ts";

const COUNT = 10_000;
const SEED = 1;

/** Heap and time of single messages are judged by `make fuzz`: collections take long, and other programs run beside. */
Deno.test(`${COUNT} faulty inputs leak nothing, leave nothing and break nothing`, () => {
  const clock = performance.now.bind(performance);
  const report = fuzz({ seed: SEED, count: COUNT, clock });
  console.log(`seed ${SEED}`);
  for (const line of figures(report)) console.log(line);
  assertEquals(problems(report), []);
});

Deno.test("a run with a failure, an empty class or something left is told", () => {
  const good: FuzzReport = {
    classes: { SIP: { accepted: 1, refused: 1 } },
    before: "calls 0",
    after: "calls 0",
    growth: 5_000_000,
    slowest: [],
    failures: [],
  };
  assertEquals(problems(good), []);
  assertEquals(problems({ ...good, failures: ["x"] }), ["x"]);
  assertEquals(problems({ ...good, after: "calls 1" }).length, 1);
  assertEquals(problems({ ...good, growth: 5_000_001 }), ["The heap grew by 5000001 bytes"]);
  assertEquals(problems({ ...good, classes: { SIP: { accepted: 0, refused: 0 } } }).length, 2);
});

/** An arena whose core keeps about 4 kB of all that happens, where no table shows it. */
function hoarding(options: ArenaOptions): Arena {
  const arena = new Arena(options);
  const { core } = arena.stage;
  const kept: number[][] = [];
  const handle = core.handle.bind(core);
  core.handle = (event, now) => {
    kept.push(new Array(500).fill(now));
    return handle(event, now);
  };
  return arena;
}

Deno.test("a core that keeps something of every event is caught while it lives", () => {
  const options = { seed: 3, count: 1_600, clock: () => 0, heap: heapInUse, make: hoarding };
  const [found, ...others] = problems(fuzz(options));
  assert(found?.startsWith("The heap grew"), found);
  assertEquals(others, []);
});

/** A clock by which each call of the core takes a millisecond, but that of a number takes so long. */
function clock(options: { number: number; ms: number }): () => number {
  let [now, looks] = [0, 0];
  return () => {
    looks++;
    return now += looks === 2 * options.number ? options.ms : 1;
  };
}

Deno.test("what is slow is told from a pause of the machine by trying all again", () => {
  const tries = (options: { number: number; ms: number; calls?: number }) =>
    fuzz({ seed: 3, count: 200, clock: clock(options), calls: options.calls ?? Infinity });
  const slow = (again: (calls: number) => Pick<FuzzReport, "slowest">) =>
    slowEachTime(tries({ number: 20, ms: 90 }), { mostMs: 50, again });
  let pauses = 20;
  assertEquals(slow((calls) => tries({ number: ++pauses, ms: 90, calls })), []);
  const [first, ...more] = slow((calls) => tries({ number: 20, ms: 70, calls }));
  assertEquals([first?.ms, more], [70, []]);
  assertEquals(slow((calls) => tries({ number: 20, ms: 50, calls })), []);
});

Deno.test("nothing is tried again when nothing was slow", () => {
  const report = fuzz({ seed: 3, count: 50, clock: clock({ number: 20, ms: 50 }) });
  assertEquals(report.slowest[0]?.ms, 50);
  const again = () => {
    throw new Error("Tried again");
  };
  assertEquals(slowEachTime(report, { mostMs: 50, again }), []);
});

Deno.test("messages, what follows them, timeouts and media packets are timed", () => {
  const arena = new Arena({ clock: () => 0 });
  const timed = new Set<string>();
  const time = arena.slowest.time.bind(arena.slowest);
  arena.slowest.time = (words, run) => {
    timed.add(words().split(" ", 1)[0]!);
    return time(words, run);
  };
  void arena.living;
  arena.wait(60_000);
  const [pair] = arena.stage.bound;
  const to = `${pair!.ip}:${pair!.port}`;
  arena.feedMedia({ from: "192.168.1.20:4000", to }, new Uint8Array(20), false);
  for (const word of ["REGISTER", "SIP/2.0", "dns.answer", "timeout", "media"]) {
    assert(timed.has(word), `${word} of ${[...timed]}`);
  }
});

Deno.test("the fifty slowest are kept, slowest first", () => {
  let now = 0;
  const slowest = new Slowest(() => now);
  for (let step = 1; step <= 60; step++) {
    // Each of 1 to 60 ms once, in no order.
    const ms = step * 7 % 61;
    assertEquals(slowest.time(() => `${ms}`, () => (now += ms, step)), step);
  }
  assertEquals(slowest.list.map(({ ms }) => ms), Array.from({ length: 50 }, (_, at) => 60 - at));
  assertEquals(slowest.list[0], { ms: 60, number: 26, text: "60" });
});

Deno.test("the worlds differ: in one calls carry the registered Contact and strangers' tokens are refused", () => {
  const [usual, other] = Object.keys(WORLDS).map((world) => {
    const arena = new Arena({ clock: () => 0, world });
    const { masked, contact } = arena.living;
    const parts = { uri: masked, call: "stranger", contact: "<sip:x@192.0.2.66>" };
    const via = "SIP/2.0/UDP 192.0.2.66;branch=z9hG4bK-stranger";
    const sent = arena.feed("outside", PLACES.stranger, requestText({ ...parts, via }));
    return { registered: contact === masked, rung: sent.some(({ to }) => to === PLACES.phone) };
  });
  assertEquals(usual, { registered: false, rung: true });
  assertEquals(other, { registered: true, rung: false });
  assertThrows(() => new Arena({ clock: () => 0, world: "none" }), Error, "There is no world none");
});

Deno.test("equal seeds give equal faults, other seeds others, and all stay bytes", () => {
  const text = "INVITE sip:a@192.168.1.20 SIP/2.0\r\nVia: SIP/2.0/UDP 192.168.1.20\r\n\r\n";
  const made = (seed: number) => mutate(text, new Dice(seed));
  assertEquals(made(7), made(7));
  assert(new Set(Array.from({ length: 100 }, (_, seed) => made(seed))).size > 90);
  for (let seed = 0; seed < 500; seed++) {
    // deno-lint-ignore no-control-regex
    assert(/^[\x00-\xff]*$/.test(made(seed)), `seed ${seed}`);
    assert(!mutateOutside(text, new Dice(seed)).includes("192.168.1."), `seed ${seed}`);
  }
  const bytes = new Uint8Array(20);
  assertEquals(mutateBytes(bytes, new Dice(3)), mutateBytes(bytes, new Dice(3)));
  assertEquals(bytes, new Uint8Array(20));
});
