import type { Address } from "../../src/base/address.ts";
import { type LoadAgent, openAgent } from "./agents.ts";
import { atRate, sleep } from "./machine.ts";
import { INSIDE, OUTSIDE } from "./subject.ts";

/** What became of the calls. */
export interface CallCounts {
  started: number;
  established: number;
  ended: number;
  failed: number;
}

const HOLD_MS = 500;

/** So many phones call in turn, each from an address of its own: one alone would soon hold its share (RULES V7). */
const PHONES = 20;

/** Makes calls from phones to one party at an even rate: answered at once, hung up after half a second. */
export async function makeCalls(options: {
  readonly inside: Address;
  readonly perSecond: number;
  readonly seconds: number;
}): Promise<CallCounts> {
  const counts: CallCounts = { started: 0, established: 0, ended: 0, failed: 0 };
  const answered = new Set<string>();
  const media = (ip: string): Address => ({ family: 4, ip, port: 4000 });
  const party = openAgent({
    ip: OUTSIDE.parties,
    user: "200",
    media: media(OUTSIDE.parties),
    event: (event, { agent }, now) => {
      if (event.kind === "invited") agent.accept(event.callId, now);
    },
  });
  const phones = Array.from({ length: PHONES }, (_, index): LoadAgent => {
    const ip = phoneIp(index);
    return openAgent({
      ip,
      user: `${100 + index}`,
      media: media(ip),
      outboundProxy: options.inside,
      event: (event, { agent, socket }) => {
        if (event.kind === "failed") counts.failed++;
        if (event.kind === "ended") counts.ended++;
        // A repeated answer is told again.
        if (event.kind !== "answered" || answered.has(event.callId)) return;
        answered.add(event.callId);
        counts.established++;
        setTimeout(() => socket.act((later) => agent.hangUp(event.callId, later)), HOLD_MS);
      },
    });
  });
  let calls = 0;
  counts.started = await atRate(options, () => {
    const { agent, socket } = phones[calls++ % PHONES]!;
    socket.act((now) => agent.call(party.agent.aor, now));
  });
  for (let wait = 0; wait < 50 && counts.ended + counts.failed < counts.started; wait++) {
    await sleep(100);
  }
  await Promise.all([...phones, party].map(({ socket }) => socket.close()));
  return counts;
}

/** The address of a phone, counted on from the first one's. */
function phoneIp(index: number): string {
  const [, network, host] = /^(.*\.)(\d+)$/.exec(INSIDE.phones)!;
  return `${network}${Number(host) + index}`;
}
