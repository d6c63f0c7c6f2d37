import { assert, assertEquals } from "@std/assert";
import { Dice } from "./dice.ts";
import { fuzz, type FuzzReport, leastMs } from "./fuzz.ts";
import { mutate, mutateBytes, mutateOutside } from "./mutate.ts";
import { figures, problems } from "./report.ts";
import { PLACES } from "./samples.ts";

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
    longest: { ms: 1, text: "" },
    failures: [],
  };
  assertEquals(problems(good), []);
  assertEquals(problems({ ...good, failures: ["x"] }), ["x"]);
  assertEquals(problems({ ...good, after: "calls 1" }).length, 1);
  assertEquals(problems({ ...good, classes: { SIP: { accepted: 0, refused: 0 } } }).length, 2);
});

Deno.test("a slow message is told from a pause of the machine by letting it come again", () => {
  const datagram = { side: "outside", from: PLACES.stranger, text: "noise" } as const;
  const longest = { ms: 90, text: datagram.text, datagram };
  let now = 0;
  // Each look at the clock is so much later: an event lasts as long as one look.
  const clock = (step: number) => () => now += step;
  assertEquals(leastMs(longest, clock(2)), 2);
  assertEquals(leastMs(longest, clock(70)), 70);
  assertEquals(leastMs({ ms: 90, text: "" }, clock(2)), 90);
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
