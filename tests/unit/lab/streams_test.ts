import { assertEquals } from "@std/assert";
import { longestGapMs, streamsTo } from "../../lab/streams.ts";
import { rtp } from "./packets.ts";

const [US, PHONE] = ["192.168.71.1:10000", "192.168.71.11:20000"];

function arrived(...sequences: number[]) {
  return sequences.map((sequence) => rtp(US, PHONE, { sequence }));
}

const GAPS: [what: string, sequences: number[], gapMs: number, missing: number][] = [
  ["nothing is missing", [7, 8, 9], 0, 0],
  ["two in a row, and one more", [1, 4, 5, 7], 40, 3],
  ["numbers wrap", [65_534, 65_535, 2], 40, 2],
  ["packets overtake each other and come twice", [5, 7, 6, 6, 4, 8], 0, 0],
];

Deno.test("a gap is what sequence numbers lack between the first and the last packet", () => {
  for (const [what, sequences, gapMs, missing] of GAPS) {
    const packets = arrived(...sequences);
    assertEquals(longestGapMs(packets, "192.168.71.11"), gapMs, what);
    assertEquals(streamsTo(packets, "192.168.71.11")[0]?.missing, missing, what);
  }
  assertEquals(longestGapMs(arrived(1), "192.168.71.12"), undefined);
});

Deno.test("streams are told apart by SSRC and addresses; RTCP and other IPs are left out", () => {
  const packets = [
    rtp(US, PHONE, { sequence: 1, ssrc: 1 }),
    rtp(US, PHONE, { sequence: 900, ssrc: 2, type: 96 }),
    rtp("192.168.71.1:10002", PHONE, { sequence: 5, ssrc: 1 }),
    rtp(US, PHONE, { sequence: 1, ssrc: 9, type: 200 }),
    rtp(US, "192.168.71.110:20000", { sequence: 1 }),
  ];
  const found = streamsTo(packets, "192.168.71.11");
  assertEquals(found.map(({ ssrc, from, payloadType }) => [ssrc, from, payloadType]), [
    [1, US, 0],
    [2, US, 96],
    [1, "192.168.71.1:10002", 0],
  ]);
});
