import { assert, assertEquals, assertThrows } from "@std/assert";
import { requestText } from "../unit/proxy/world_fixture.ts";
import { Arena, WORLDS } from "./arena.ts";
import { Dice } from "./dice.ts";
import { fuzz, type FuzzReport, leastMs } from "./fuzz.ts";
import { mutate, mutateBytes, mutateOutside } from "./mutate.ts";
import { figures, problems } from "./report.ts";
import { PLACES } from "./samples.ts";
import { Slowest } from "./slowest.ts";

const COUNT = 20_000;
const SEED = 1;

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
    slowest: [],
    failures: [],
  };
  assertEquals(problems(good), []);
  assertEquals(problems({ ...good, failures: ["x"] }), ["x"]);
  assertEquals(problems({ ...good, after: "calls 1" }).length, 1);
  assertEquals(problems({ ...good, classes: { SIP: { accepted: 0, refused: 0 } } }).length, 2);
});

Deno.test("a slow message is told from a pause of the machine by letting it come again", () => {
  const datagram = { side: "outside", from: PLACES.stranger, text: "noise" } as const;
  const slow = { ms: 90, text: datagram.text, datagram };
  let now = 0;
  // Each look at the clock is so much later: an event lasts as long as one look.
  const clock = (step: number) => () => now += step;
  assertEquals(leastMs(slow, clock(2)), 2);
  assertEquals(leastMs(slow, clock(70)), 70);
});

Deno.test("the ten slowest are kept, slowest first", () => {
  const datagram = { side: "outside", from: PLACES.stranger, text: "noise" } as const;
  const slowest = new Slowest();
  assertEquals(slowest.bar, 0);
  for (const ms of [3, 1, 12, 5, 7, 9, 2, 11, 4, 6, 8, 10]) {
    slowest.note({ ms, text: "", datagram });
  }
  assertEquals(slowest.list.map(({ ms }) => ms), [12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
  assertEquals(slowest.bar, 3);
});

Deno.test("the worlds differ: in one calls carry the registered Contact and strangers' tokens are refused", () => {
  const [usual, other] = Object.keys(WORLDS).map((world) => {
    const arena = new Arena({ clock: () => 0, world });
    const { masked, contact } = arena.living;
    const parts = { uri: masked, call: "stranger", contact: "<sip:x@198.51.100.66>" };
    const via = "SIP/2.0/UDP 198.51.100.66;branch=z9hG4bK-stranger";
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
