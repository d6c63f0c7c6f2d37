import type { Phone } from "./baresip.ts";
import { pause } from "./command.ts";
import { sentAudioMs } from "./capture.ts";
import { hearingProblems, type Recording } from "./tone.ts";
import { ADDRESSES, type PhoneHost, type Site } from "./topology.ts";

/** A call that is to be made. */
export interface Plan {
  readonly from: PhoneHost;
  readonly to: PhoneHost;
  /** The domain that is dialled; the called phone's own unless said otherwise. */
  readonly domain?: string;
  /** What happens while it rings, such as accepting it; gives what was wrong. */
  readonly ringing?: () => Promise<readonly string[]>;
  /** Who hangs up; the caller unless said otherwise. */
  readonly hangUp?: PhoneHost;
  /** What happens once both are connected. */
  readonly meanwhile?: () => Promise<void>;
}

/** What one party of a call heard, and for how long the other sent. */
export interface Hearing {
  readonly host: PhoneHost;
  readonly recording: Recording;
  readonly otherHz: number;
  readonly ownHz: number;
  readonly sentMs: number;
}

/** A call that was tried: what went wrong in its signalling, and what both heard. */
export interface Talk {
  readonly problems: readonly string[];
  readonly established: boolean;
  readonly hearings: readonly Hearing[];
}

const TALK_MS = 4_000;
const ANSWER_MS = 6_000;
const END_MS = 4_000;

/** Makes a call, lets both tones sound, and hangs up. */
export async function makeCall(site: Site, plan: Plan): Promise<Talk> {
  const caller = site.phone(plan.from);
  const called = site.phone(plan.to);
  const startedMs = Date.now();
  const [callerEvents, calledEvents] = [caller.events.length, called.events.length];
  await caller.dial(`sip:${called.options.account.user}@${plan.domain ?? called.options.domain}`);
  const problems: string[] = [...await plan.ringing?.() ?? []];
  const within = { timeoutMs: ANSWER_MS };
  const established = await caller.saw("CALL_ESTABLISHED", { ...within, after: callerEvents });
  if (!established) {
    problems.push(
      `${plan.from} was not connected to ${plan.to}: ${lastEvent(caller, callerEvents)}`,
    );
  } else if (!await called.saw("CALL_ESTABLISHED", { ...within, after: calledEvents })) {
    problems.push(`${plan.to} did not get the ACK of ${plan.from}`);
  }
  if (established) {
    await plan.meanwhile?.();
    await pause(TALK_MS);
  }
  await site.phone(plan.hangUp ?? plan.from).hangUp();
  if (established) {
    problems.push(...await endProblems(plan, [caller, callerEvents], [called, calledEvents]));
  }
  return { problems, established, hearings: await hearings(site, { plan, startedMs }) };
}

/** Everything that is wrong with a call: its signalling and its audio in both directions. */
export function callProblems(talk: Talk): string[] {
  return [...talk.problems, ...talk.hearings.flatMap(audioProblems)];
}

/** What is wrong with what one party heard. */
export function audioProblems(hearing: Hearing): string[] {
  return hearingProblems(hearing.recording, hearing)
    .map((problem) => `${hearing.host}: ${problem}`);
}

async function endProblems(plan: Plan, ...parties: [Phone, number][]): Promise<string[]> {
  const problems: string[] = [];
  for (const [phone, after] of parties) {
    if (await phone.saw("CALL_CLOSED", { timeoutMs: END_MS, after })) continue;
    problems.push(`${phone.options.host} did not hear that ${plan.hangUp ?? plan.from} hung up`);
    await phone.hangUp();
  }
  return problems;
}

async function hearings(site: Site, call: { plan: Plan; startedMs: number }): Promise<Hearing[]> {
  const packets = await site.packets(call.startedMs);
  const hear = async (host: PhoneHost, other: PhoneHost): Promise<Hearing> => ({
    host,
    recording: await site.phone(host).takeRecording(),
    otherHz: site.phone(other).options.toneHz,
    ownHz: site.phone(host).options.toneHz,
    sentMs: sentAudioMs(packets, ADDRESSES[other]),
  });
  const { from, to } = call.plan;
  return [await hear(from, to), await hear(to, from)];
}

function lastEvent(phone: Phone, after: number): string {
  const last = phone.events.slice(after).at(-1);
  return last === undefined ? "it reported nothing" : `${last.type} ${last.param}`;
}
