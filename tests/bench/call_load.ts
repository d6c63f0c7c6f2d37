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

/** Makes calls from one phone to one party at an even rate: answered at once, hung up after half a second. */
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
  const phone: LoadAgent = openAgent({
    ip: INSIDE.phones,
    user: "100",
    media: media(INSIDE.phones),
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
  counts.started = await atRate(options, () => {
    phone.socket.act((now) => phone.agent.call(party.agent.aor, now));
  });
  for (let wait = 0; wait < 50 && counts.ended + counts.failed < counts.started; wait++) {
    await sleep(100);
  }
  await Promise.all([phone.socket.close(), party.socket.close()]);
  return counts;
}
