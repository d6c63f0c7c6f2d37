import { sleep } from "../bench/machine.ts";
import type { End } from "./end.ts";
import { listeningFaults, meeting, type Outage } from "./silence.ts";
import type { Tally } from "./tally.ts";

/** How calls go. */
export interface Course {
  /** True as long as calls shall come. */
  readonly running: () => boolean;
  readonly tally: Tally;
  /** When the program was not there, up to now. */
  readonly outages: readonly Outage[];
}

const RING_MS = 500;
const SHORTEST_MS = 3_000;
const LONGEST_MS = 10_000;
const REGISTER_MS = 20_000;

/** Calls back and forth between a phone and a party, one call after the other, until it is over. */
export async function keepCalling(phone: End, party: End, course: Course): Promise<void> {
  const { running, tally } = course;
  await sleep(Math.random() * LONGEST_MS);
  while (running()) {
    const [caller, called] = Math.random() < 0.5 ? [phone, party] : [party, phone];
    phone.clear();
    party.clear();
    try {
      await callOnce(caller, called, course);
    } catch (error) {
      tally.faults.push(error instanceof Error ? error.message : String(error));
    }
    await sleep(Math.random() * 1000);
  }
}

/** Registers again and again. */
export async function keepRegistered(phone: End, course: Course): Promise<void> {
  const { running, tally } = course;
  await sleep(Math.random() * REGISTER_MS);
  while (running()) {
    try {
      await phone.register();
      tally.registrations++;
    } catch (error) {
      tally.faults.push(error instanceof Error ? error.message : String(error));
    }
    for (let waited = 0; waited < REGISTER_MS && running(); waited += 1000) await sleep(1000);
  }
}

async function callOnce(caller: End, called: End, course: Course): Promise<void> {
  const { tally } = course;
  const id = caller.act((agent, now) => agent.call(called.agent.aor, now));
  await called.expect("invited", id);
  await caller.expect("ringing", id);
  await sleep(Math.random() * RING_MS);
  const fate = Math.random();
  if (fate < 0.1) {
    called.act((agent, now) => agent.reject(id, { status: 486, now }));
    await expectFailure(caller, id, 486);
    tally.refused++;
  } else if (fate < 0.2) {
    caller.act((agent, now) => agent.hangUp(id, now));
    await called.expect("ended", id);
    await expectFailure(caller, id, 487);
    tally.cancelled++;
  } else {
    await talk({ caller, called, id }, course);
    tally.answered++;
  }
}

async function expectFailure(end: End, id: string, status: number): Promise<void> {
  const failed = await end.expect("failed", id);
  if (failed.status === status) return;
  throw new Error(`${end.agent.aor} expected ${status}, came ${failed.status} ${failed.reason}`);
}

async function talk(
  { caller, called, id }: { caller: End; called: End; id: string },
  { tally, outages }: Course,
): Promise<void> {
  called.act((agent, now) => agent.accept(id, now));
  const answered = await caller.expect("answered", id);
  const established = await called.expect("established", id);
  const from = performance.now();
  const ms = SHORTEST_MS + Math.random() * (LONGEST_MS - SHORTEST_MS);
  // Different ones: the caller's is even.
  const ssrc = Math.floor(Math.random() * 2 ** 31) * 2;
  await Promise.all([
    caller.talk(answered.farMedia, ssrc, ms),
    called.talk(established.farMedia, ssrc + 1, ms),
  ]);
  const until = performance.now();
  const met = meeting({ from, until }, outages);
  if (met !== "none") tally[met]++;
  for (const [end, other] of [[caller, ssrc + 1], [called, ssrc]] as const) {
    const listening = { from, until, heard: end.heard, ssrc: other };
    tally.faults.push(
      ...listeningFaults(listening, outages).map((fault) => `${end.agent.aor} ${fault}`),
    );
  }
  const [first, second] = Math.random() < 0.5 ? [caller, called] : [called, caller];
  first.act((agent, now) => agent.hangUp(id, now));
  await second.expect("ended", id);
  await first.expect("ended", id);
}
