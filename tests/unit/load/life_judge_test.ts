import { assertEquals } from "@std/assert";
import { ok, refuse } from "../../../src/base/result.ts";
import { Recording, ToneSender } from "../../../src/selftest/rtp.ts";
import { judgeTalk } from "../../../src/selftest/talk.ts";
import { experienceOf, type Life, type Line } from "../../load/life_judge.ts";

const DUE = { seconds: 10, packets: 500 };
const WHOLE = "phone heard 500 of 500 packets of 700 Hz";
const LINE: Line = { talk: ok(`${WHOLE}; ${WHOLE}`), registrations: { done: 9, tried: 9 } };
const GOOD: Life = {
  talking: [LINE, LINE],
  passing: { done: 8, tried: 8, problems: [] },
  leaks: [],
};

function problems(change: Partial<Life>): string[] {
  return experienceOf({ ...GOOD, ...change }, DUE).problems;
}

function talking(change: Partial<Line>): Partial<Life> {
  return { talking: [LINE, { ...LINE, ...change }] };
}

function words(talk: string): Partial<Life> {
  return talking({ talk: ok(talk) });
}

Deno.test("a life without a fault is told in figures", () => {
  assertEquals(experienceOf(GOOD, DUE), {
    problems: [],
    words: "2000 of 2000 packets of 2 calls, 8 of 8 new calls, 18 of 18 registrations",
  });
});

const FAULTS: [what: string, change: Partial<Life>, problems: string[]][] = [
  ["a lost packet", words(`${WHOLE}; party heard 499 of 500 packets of 400 Hz`), [
    "expected 500 packets at both ends of a call: " +
    `${WHOLE}; party heard 499 of 500 packets of 400 Hz`,
  ]],
  ["a talk of no packets", words("phone heard 0 of 0 packets; party heard 0 of 0 packets"), [
    "expected 500 packets at both ends of a call: " +
    "phone heard 0 of 0 packets; party heard 0 of 0 packets",
  ]],
  ["a talk too short", words("phone heard 9 of 9 packets; party heard 9 of 9 packets"), [
    "expected 500 packets at both ends of a call: " +
    "phone heard 9 of 9 packets; party heard 9 of 9 packets",
  ]],
  ["one end only", words(WHOLE), [`expected 500 packets at both ends of a call: ${WHOLE}`]],
  ["words that say nothing of packets", words("all was heard"), [
    "expected 500 packets at both ends of a call: all was heard",
  ]],
  ["a talk that failed", talking({ talk: refuse("phone heard silence") }), ["phone heard silence"]],
  ["no calls that talk", { talking: [] }, ["no call talked"]],
  ["a registration lost", talking({ registrations: { done: 8, tried: 9 } }), [
    "1 of 18 registrations were lost",
  ]],
  ["a phone that never registered", talking({ registrations: { done: 0, tried: 0 } }), [
    "a phone tried 0 registrations, not 2 or more",
  ]],
  [
    "a phone that registered once in ten seconds",
    talking({ registrations: { done: 1, tried: 1 } }),
    [
      "a phone tried 1 registrations, not 2 or more",
    ],
  ],
  ["no new calls", { passing: { done: 0, tried: 0, problems: [] } }, [
    "a phone tried 0 calls, not 2 or more",
  ]],
  ["a new call that failed", { passing: { done: 7, tried: 8, problems: ["came nothing"] } }, [
    "came nothing",
    "1 of 8 calls were lost",
  ]],
  ["a call lost without a word", { passing: { done: 7, tried: 8, problems: [] } }, [
    "1 of 8 calls were lost",
  ]],
  ["leaks, of which three are shown", { leaks: ["a", "b", "c", "d"] }, [
    "seen outside: a",
    "seen outside: b",
    "seen outside: c",
  ]],
];

Deno.test("what was lost is told, and what was never tried", () => {
  for (const [what, change, expected] of FAULTS) assertEquals(problems(change), expected, what);
});

Deno.test("a flood shorter than one try demands one all the same", () => {
  const once: Life = { ...GOOD, passing: { done: 0, tried: 0, problems: [] } };
  assertEquals(experienceOf(once, { ...DUE, seconds: 1 }).problems, [
    "a phone tried 0 calls, not 1 or more",
  ]);
});

Deno.test("the self-test's own words are understood", () => {
  const heard = (name: string, lost: number): string => {
    const sender = new ToneSender({ frequency: 700, ssrc: 1, sequence: 1 });
    const recording = new Recording();
    for (let index = 0; index < DUE.packets; index++) {
      const packet = sender.next();
      if (index !== lost) recording.add(packet);
    }
    const verdict = judgeTalk({ recording, reports: 1, strangers: [] }, {
      name,
      own: 400,
      expected: 700,
      packets: DUE.packets,
    });
    return verdict.ok ? verdict.value : "";
  };
  assertEquals(problems(words(`${heard("phone", -1)}; ${heard("party", -1)}`)), []);
  assertEquals(problems(words(`${heard("phone", -1)}; ${heard("party", 7)}`)).length, 1);
});
