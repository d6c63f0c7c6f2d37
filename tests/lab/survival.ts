import { arrivedAudio, sentAudioMs } from "./capture.ts";
import { eventually, pause } from "./command.ts";
import type { Report } from "./report.ts";
import { Scene } from "./scene.ts";
import { longestGapMs } from "./streams.ts";
import { makeCall, type Plan } from "./talk.ts";
import { hearingProblems } from "./tone.ts";
import { ADDRESSES, OUTBOUND, type PhoneHost, PHONES, type Site } from "./topology.ts";

/** The longest that the audio of a call shall be away for a restart, and the longest that it may on a slow machine. */
const AIM_GAP_MS = 500;
const MOST_GAP_MS = 3_000;
const ANSWER_MS = 6_000;
const HOLD_MS = 180_000;
const TONE_S = 240;

/**
 * Calls outlive the end of the program, and a hold outlives minutes of silence: one call is held from the
 * beginning, while sipmasq is killed and started again in other calls and while phones ring.
 */
export function survivalSteps(report: Report, folder: string): Promise<void> {
  // So short that a call which does not count as held would be ended long before.
  const sipmasq = { media: 'idle = "60s"' };
  return Scene.play({ title: "survival", report, folder, sipmasq }, async (scene) => {
    const { site } = scene;
    await site.startPhones(["user200"], { answer: "manual" });
    await site.startPhones(["user201"], { answer: "manual", toneSeconds: TONE_S });
    await site.startPhones(["phoneA"], { outbound: OUTBOUND });
    await site.startPhones(["phoneC"], { outbound: OUTBOUND, toneSeconds: TONE_S });
    await site.startPhones(["phoneB"], { outbound: OUTBOUND, answer: "manual" });
    let heldAtMs = 0;
    await scene.step("phone C holds a call", async () => {
      const problems = await connect(site, { from: "phoneC", to: "user201" });
      await pause(1_000);
      await site.phone("phoneC").command("hold", "");
      heldAtMs = Date.now();
      return problems;
    });
    await killSteps(scene, report);
    await ringingSteps(scene);
    await hiddenSteps(scene);
    await scene.step("after three minutes phone C resumes its call", () => resume(site, heldAtMs));
  });
}

/** `kill -9` in a call: the gap is counted in the RTP sequence numbers that reach either side. */
async function killSteps(scene: Scene, report: Report): Promise<void> {
  const { site } = scene;
  let gaps = "";
  await scene.step("killed and started again in a call, its audio goes on", async () => {
    const startedMs = Date.now();
    let backMs = 0;
    const meanwhile = async () => {
      await pause(1_500);
      await restart(scene);
      backMs = Date.now() + 500;
    };
    const plan = accepted(site, { from: "phoneA", to: "user200", meanwhile });
    const { problems } = await makeCall(site, plan);
    const packets = await site.packets(startedMs);
    const after = packets.filter(({ timeMs }) => timeMs > backMs);
    const parties = [["phoneA", "user200"], ["user200", "phoneA"]] as const;
    const found = parties.flatMap(([host, other]) => {
      const gapMs = longestGapMs(packets, ADDRESSES[host]);
      gaps += `${host}: ${gapText(gapMs)}. `;
      const heard = hearingProblems(arrivedAudio(after, ADDRESSES[host]), {
        otherHz: PHONES[other].toneHz,
        ownHz: PHONES[host].toneHz,
        sentMs: sentAudioMs(after, ADDRESSES[other]),
      }).map((problem) => `${host}, after the restart: ${problem}`);
      if (gapMs !== undefined && gapMs > 0 && gapMs <= MOST_GAP_MS) return heard;
      return [
        ...heard,
        `${host}: the gap is ${gapMs} ms, it has to be between 0 and ${MOST_GAP_MS}`,
      ];
    });
    return [...problems, ...found];
  });
  report.note(gaps);
}

/** A gap beside its aim; the limit is another and fails the step. */
function gapText(gapMs: number | undefined): string {
  if (gapMs === undefined) return "no audio at all";
  const stands = gapMs <= AIM_GAP_MS ? "within" : "beyond";
  return `${gapMs} ms without audio, aim at most ${AIM_GAP_MS} ms: ${stands}`;
}

/** The same while a phone rings: the answer arrives, CANCEL works, a refusal arrives. */
async function ringingSteps(scene: Scene): Promise<void> {
  const { site } = scene;
  const out = { from: "phoneA", to: "user200" } as const;
  const into = { from: "user200", to: "phoneB" } as const;
  for (const [way, parties] of [["out", out], ["in", into]] as const) {
    const ringing = () => rings(scene, parties.to);
    await scene.step(`killed while a call ${way} rings, the answer arrives`, () => {
      const plan = { ...parties, ringing: () => answer(site, parties.to, ringing) };
      return audible(site, plan);
    });
    await scene.step(`killed while a call ${way} rings, CANCEL works`, async () => {
      return await endedProblems(site, { ...parties, ringing, hangsUp: parties.from });
    });
    await scene.step(`killed while a call ${way} rings, its refusal arrives`, async () => {
      return await endedProblems(site, { ...parties, ringing, hangsUp: parties.to });
    });
  }
}

/** The far end behind a NAT of its own that gives every destination another port. */
async function hiddenSteps(scene: Scene): Promise<void> {
  const { site } = scene;
  await scene.step("a far end behind a second NAT calls", async () => {
    await site.addHidden();
    await site.startPhones(["hidden"]);
    return await audible(site, { from: "hidden", to: "phoneA" });
  });
}

async function restart(scene: Scene): Promise<void> {
  await scene.sipmasq.kill();
  await scene.start();
}

/** The phone rings; then sipmasq is killed and started again. */
async function rings(scene: Scene, host: PhoneHost): Promise<string[]> {
  const { events } = scene.site.phone(host);
  const ringing = () => events.findLast(({ type }) => type.startsWith("CALL_"))?.type;
  if (!await eventually(() => ringing() === "CALL_INCOMING", { timeoutMs: ANSWER_MS })) {
    return [`${host} did not ring`];
  }
  await pause(300);
  await restart(scene);
  return [];
}

async function answer(
  site: Site,
  host: PhoneHost,
  ringing: () => Promise<string[]>,
): Promise<string[]> {
  const problems = await ringing();
  await site.phone(host).command("accept", "");
  return problems;
}

/** A call to somebody who accepts by hand. */
function accepted(site: Site, plan: Plan): Plan {
  return {
    ...plan,
    ringing: async () => {
      const phone = site.phone(plan.to);
      const rang = await phone.saw("CALL_INCOMING", { timeoutMs: ANSWER_MS });
      await pause(200);
      await phone.command("accept", "");
      return rang ? [] : [`${plan.to} did not ring`];
    },
  };
}

/** A call judged by what the captures say arrived, since recordings begin before the restart. */
async function audible(site: Site, plan: Plan): Promise<string[]> {
  const talk = await makeCall(site, plan);
  return [
    ...talk.problems,
    ...talk.hearings.flatMap((hearing) =>
      hearingProblems(hearing.recording, hearing).map((problem) => `${hearing.host}: ${problem}`)
    ),
  ];
}

async function connect(
  site: Site,
  parties: { from: PhoneHost; to: PhoneHost },
): Promise<string[]> {
  const [caller, called] = [site.phone(parties.from), site.phone(parties.to)];
  const { account, domain } = called.options;
  await caller.dial(`sip:${account.user}@${domain}`);
  const rang = await called.saw("CALL_INCOMING", { timeoutMs: ANSWER_MS });
  await called.command("accept", "");
  const connected = await caller.saw("CALL_ESTABLISHED", { timeoutMs: ANSWER_MS });
  return rang && connected ? [] : [`${parties.from} was not connected to ${parties.to}`];
}

/** A call that ends before it is answered, after a restart: both must hear of it, and nothing is left of it. */
async function endedProblems(
  site: Site,
  options: {
    from: PhoneHost;
    to: PhoneHost;
    hangsUp: PhoneHost;
    ringing: () => Promise<string[]>;
  },
): Promise<string[]> {
  const { from, to, hangsUp, ringing } = options;
  const [caller, called] = [site.phone(from), site.phone(to)];
  const before = [caller.events.length, called.events.length];
  await caller.dial(`sip:${called.options.account.user}@${called.options.domain}`);
  const problems = await ringing();
  await site.phone(hangsUp).hangUp();
  for (const [index, phone] of [caller, called].entries()) {
    const after = before[index]!;
    if (await phone.saw("CALL_CLOSED", { timeoutMs: ANSWER_MS, after })) continue;
    problems.push(`${phone.options.host} did not hear that ${hangsUp} ended it`);
    await phone.hangUp();
  }
  return problems;
}

/** The held call is resumed when its three minutes are over: both hear each other, nobody was hung up. */
async function resume(site: Site, heldAtMs: number): Promise<string[]> {
  const parties = ["phoneC", "user201"] as const;
  await pause(Math.max(0, heldAtMs + HOLD_MS - Date.now()));
  const problems = parties
    .filter((host) => site.phone(host).events.some(({ type }) => type === "CALL_CLOSED"))
    .map((host) => `${host} was hung up while the call was on hold`);
  const startedMs = Date.now();
  await site.phone("phoneC").command("resume", "");
  await pause(3_000);
  const packets = await site.packets(startedMs + 500);
  for (const [host, other] of [parties, parties.toReversed()] as [PhoneHost, PhoneHost][]) {
    const found = hearingProblems(arrivedAudio(packets, ADDRESSES[host]), {
      otherHz: PHONES[other].toneHz,
      ownHz: PHONES[host].toneHz,
      sentMs: sentAudioMs(packets, ADDRESSES[other]),
    });
    problems.push(...found.map((problem) => `${host}: ${problem}`));
  }
  await site.phone("phoneC").hangUp();
  const closed = () => site.phone("user201").events.some(({ type }) => type === "CALL_CLOSED");
  if (!await eventually(closed, { timeoutMs: ANSWER_MS })) problems.push("user201 was not hung up");
  return problems;
}
