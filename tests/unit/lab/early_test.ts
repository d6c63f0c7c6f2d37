import { assertEquals } from "@std/assert";
import { heardProblems } from "../../lab/early.ts";
import type { Packet } from "../../lab/pcap.ts";
import { ADDRESSES } from "../../lab/topology.ts";
import { rtp } from "./packets.ts";

const ANSWERED_MS = 10_000;
const PHONE = `${ADDRESSES.phoneA}:20000`;
const [EARLY, ANSWER] = [0x6561726c, 0x616e7377];

interface Part {
  readonly to: string;
  readonly ssrc: number;
  readonly after: boolean;
}

function packets({ to, ssrc, after }: Part): Packet[] {
  const from = to === PHONE
    ? `${ADDRESSES.routerInside}:10000`
    : `${ADDRESSES.routerOutside}:10000`;
  const start = after ? ANSWERED_MS + 300 : ANSWERED_MS - 2_500;
  return Array.from(
    { length: 110 },
    (_, index) => rtp(from, to, { sequence: index, ssrc, timeMs: start + index * 20 }),
  );
}

const [SERVER, ANSWERER] = [`${ADDRESSES.machine}:7000`, `${ADDRESSES.mailbox}:7000`];
const GOOD: readonly Part[] = [
  { to: PHONE, ssrc: EARLY, after: false },
  { to: SERVER, ssrc: 5, after: false },
  { to: PHONE, ssrc: ANSWER, after: true },
  { to: ANSWERER, ssrc: 5, after: true },
];

Deno.test("a call with early media passes when each is heard and spoken to in its time", () => {
  assertEquals(heardProblems(GOOD.flatMap(packets), ANSWERED_MS), []);
});

Deno.test("it fails when one of them is missing, or the early one goes on", () => {
  for (const [index] of GOOD.entries()) {
    const rest = GOOD.filter((_, other) => other !== index).flatMap(packets);
    assertEquals(heardProblems(rest, ANSWERED_MS).length, 1, String(index));
  }
  for (const part of [{ to: PHONE, ssrc: EARLY }, { to: SERVER, ssrc: 5 }]) {
    const more = [...GOOD, { ...part, after: true }].flatMap(packets);
    assertEquals(heardProblems(more, ANSWERED_MS).length, 1, part.to);
  }
});
