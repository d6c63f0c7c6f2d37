import { assertEquals } from "@std/assert";
import type { Talk } from "../../../src/selftest/media_line.ts";
import { Recording, ToneSender } from "../../../src/selftest/rtp.ts";
import { judgeInterrupted, judgeTalk, type Listener } from "../../../src/selftest/talk.ts";

const LISTENER: Listener = { name: "phone", expected: 700, own: 400, packets: 100 };

interface Heard {
  /** True for the numbers of packets that arrive. */
  readonly arrives?: (index: number) => boolean;
  readonly frequency?: (index: number) => number;
  readonly reports?: number;
  readonly strangers?: readonly string[];
}

function talk(heard: Heard): Talk {
  const { arrives = () => true, frequency = () => 700, reports = 1, strangers = [] } = heard;
  const senders = new Map(
    [700, 400].map((tone) =>
      [tone, new ToneSender({ frequency: tone, ssrc: tone, sequence: 1000 })] as const
    ),
  );
  const recording = new Recording();
  for (let index = 0; index < LISTENER.packets; index++) {
    const packets = new Map([...senders].map(([tone, sender]) => [tone, sender.next()] as const));
    if (arrives(index)) recording.add(packets.get(frequency(index))!);
  }
  return { recording, reports, strangers };
}

const without = (from: number, to: number) => (index: number): boolean =>
  index < from || index >= to;

const TALKS: readonly [string, Heard, whole: string, interrupted: string][] = [
  ["a whole talk", {}, "100 packets of 700 Hz", "100 packets of 700 Hz, 0.00 s missing"],
  [
    "a hole of half a second",
    { arrives: without(30, 55) },
    "silence in 25 %",
    "75 of 100 packets of 700 Hz, 0.50 s missing",
  ],
  [
    "a hole of more than a second",
    { arrives: without(30, 81) },
    "silence in 51 %",
    "49 of 100 packets: 1.02 s were missing, at most 1 s may",
  ],
  [
    "audio that never comes back",
    { arrives: (index) => index < 60 },
    "silence in 40 %",
    "60 of 100 packets: expected audio to the end, it ended after 1.20 s",
  ],
  ["nothing", { arrives: () => false }, "silence in 100 %", "it ended after 0.00 s"],
  [
    "the own tone from the break on",
    { frequency: (index) => index < 50 ? 700 : 400 },
    "700 Hz in 50 % of the time, own 400 Hz in 50 %",
    "but its own tone came back",
  ],
  [
    "a packet from somebody else",
    { strangers: ["192.0.2.1:4"] },
    "and some from 192.0.2.1:4, which its SDP does not name",
    "and some from 192.0.2.1:4, which its SDP does not name",
  ],
  [
    "no RTCP",
    { reports: 0 },
    "but no RTCP: expected 1 report",
    "100 packets of 700 Hz, 0.00 s missing",
  ],
];

for (const [name, heard, whole, interrupted] of TALKS) {
  Deno.test(`${name} is judged as a whole and as interrupted`, () => {
    const texts = [judgeTalk, judgeInterrupted].map((judge) => {
      const verdict = judge(talk(heard), LISTENER);
      return verdict.ok ? verdict.value : verdict.reason;
    });
    assertEquals(texts.map((text, index) => text.includes([whole, interrupted][index]!)), [
      true,
      true,
    ], texts.join("\n"));
  });
}

Deno.test("only sound talks pass: whole ones both ways, interrupted ones up to a second", () => {
  const passed = TALKS.map(([name, heard]) => {
    const verdicts = [judgeTalk, judgeInterrupted].map((judge) => judge(talk(heard), LISTENER).ok);
    return [name, ...verdicts];
  }).filter((row) => row.includes(true));
  assertEquals(passed, [
    ["a whole talk", true, true],
    ["a hole of half a second", false, true],
    ["no RTCP", false, true],
  ]);
});
