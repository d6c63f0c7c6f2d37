import { assertEquals } from "@std/assert";
import { listeningFaults, meeting, type Outage, type Packet } from "../../soak/silence.ts";

const SSRC = 7;
/** A call of 10 s. */
const CALL = { from: 1_000, until: 11_000 };

/** Five packets a second from one time to another, in ms. */
function packets(from: number, to: number, ssrc = SSRC): Packet[] {
  const count = Math.ceil((to - from) / 200);
  return Array.from({ length: count }, (_, index) => ({ atMs: from + index * 200, ssrc }));
}

function faults(heard: Packet[], outages: Outage[] = []): string[] {
  return listeningFaults({ ...CALL, heard, ssrc: SSRC }, outages);
}

const MIDDLE: Outage = { from: 4_000, until: 6_000 };
const [BEFORE, AFTER] = [packets(1_100, 4_000), packets(6_900, 11_000)];

Deno.test("a call heard to its end has no fault, with a restart in it or without", () => {
  assertEquals(faults(packets(1_100, 11_000)), []);
  assertEquals(faults([...BEFORE, ...AFTER], [MIDDLE]), []);
});

const SILENCES: [what: string, heard: Packet[], outages: Outage[], fault: string][] = [
  [
    "nothing at all",
    [],
    [],
    "heard nothing for 10.0 s, from the call's begin to its end",
  ],
  [
    "one packet only",
    packets(1_100, 1_200),
    [],
    "heard nothing for 9.9 s, from a packet to its end",
  ],
  [
    "audio that began late",
    packets(4_000, 11_000),
    [],
    "heard nothing for 3.0 s, from the call's begin to a packet",
  ],
  [
    "a hole without a restart",
    [...BEFORE, ...AFTER],
    [],
    "heard nothing for 3.0 s, from a packet to a packet",
  ],
  [
    "audio that died at a restart",
    BEFORE,
    [MIDDLE],
    "heard nothing for 5.0 s, from a restart to its end",
  ],
  [
    "audio that came back late",
    [...BEFORE, ...packets(8_100, 11_000)],
    [MIDDLE],
    "heard nothing for 2.1 s, from a restart to a packet",
  ],
  [
    "audio that was gone before a restart",
    [...packets(1_100, 1_700), ...AFTER],
    [MIDDLE],
    "heard nothing for 2.5 s, from a packet to a restart",
  ],
  [
    "audio that died after one of two restarts",
    BEFORE,
    [MIDDLE, { from: 8_500, until: 10_000 }],
    "heard nothing for 2.5 s, from a restart to a restart",
  ],
];

Deno.test("silence while the program ran is a fault, whatever fell into the call", () => {
  for (const [what, heard, outages, fault] of SILENCES) {
    assertEquals(faults(heard, outages), [fault], what);
  }
});

Deno.test("silence while the program did not run is none", () => {
  const end = { from: 9_000, until: Infinity };
  assertEquals(faults(packets(1_100, 9_000), [end]), []);
  assertEquals(faults(packets(1_100, 8_400), [{ from: 8_500, until: 9_100 }]), []);
  const before = { from: -5_000, until: 2_500 };
  assertEquals(faults(packets(4_000, 11_000), [before]), []);
});

Deno.test("audio of another call is a fault, and does not stand for that of this one", () => {
  assertEquals(faults([...packets(1_100, 11_000), ...packets(5_000, 5_300, 8)]), [
    "heard 2 packets of another call",
  ]);
  assertEquals(faults(packets(1_100, 11_000, 8)), [
    "heard 50 packets of another call",
    "heard nothing for 10.0 s, from the call's begin to its end",
  ]);
});

Deno.test("a call outlives a restart when it is up long enough after it, else it was cut", () => {
  const meet = (...outages: Outage[]) => meeting(CALL, outages);
  assertEquals(meet(), "none");
  assertEquals(meet({ from: 0, until: 900 }, { from: 11_000, until: 12_000 }), "none");
  assertEquals(meet(MIDDLE), "outlived");
  assertEquals(meet({ from: 0, until: 1_500 }), "outlived");
  assertEquals(meet(MIDDLE, { from: 8_000, until: 9_100 }), "cut");
  assertEquals(meet({ from: 8_000, until: Infinity }), "cut");
});
