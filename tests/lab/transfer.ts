import { sentAudioMs } from "./capture.ts";
import { pause } from "./command.ts";
import type { Report } from "./report.ts";
import { Scene } from "./scene.ts";
import { audioProblems } from "./talk.ts";
import { ADDRESSES, OUTBOUND, type PhoneHost, type Site } from "./topology.ts";

const ANSWER_MS = 6_000;
const TALK_MS = 3_000;

interface Transfer {
  /** Who calls first and is called: one of them is sent on to a third. */
  readonly caller: PhoneHost;
  readonly called: PhoneHost;
  readonly transferring: PhoneHost;
  readonly target: PhoneHost;
}

/** Blind transfer: the party that is sent on talks to the third, whoever of them is inside. */
export function transferSteps(report: Report, folder: string): Promise<void> {
  return Scene.play({ title: "transfer", report, folder }, async (scene) => {
    const { site } = scene;
    await site.startPhones(["user200", "user201"]);
    await site.startPhones(["phoneA", "phoneB"], { outbound: OUTBOUND });
    const transfer = (name: string, plan: Transfer) =>
      scene.step(name, () => transferProblems(site, plan));
    await transfer("phone A is sent on to a user outside", {
      caller: "phoneA",
      called: "user200",
      transferring: "user200",
      target: "user201",
    });
    await transfer("phone A sends a caller on to phone B", {
      caller: "user200",
      called: "phoneA",
      transferring: "phoneA",
      target: "phoneB",
    });
    await transfer("phone A sends phone B, which it called, on to a user outside", {
      caller: "phoneA",
      called: "phoneB",
      transferring: "phoneA",
      target: "user201",
    });
  });
}

async function transferProblems(site: Site, plan: Transfer): Promise<string[]> {
  const { caller, called, transferring, target } = plan;
  const sentOn = transferring === caller ? called : caller;
  const hosts = [...new Set([caller, called, target])];
  const marks = new Map(hosts.map((host) => [host, site.phone(host).events.length]));
  const saw = (host: PhoneHost, type: string) =>
    site.phone(host).saw(type, { timeoutMs: ANSWER_MS, after: marks.get(host)! });
  await site.phone(caller).dial(uriOf(site, called));
  if (!await saw(caller, "CALL_ESTABLISHED")) return [`${caller} was not connected to ${called}`];
  if (!await saw(called, "CALL_ESTABLISHED")) return [`${called} was not connected to ${caller}`];
  await pause(500);
  marks.set(sentOn, site.phone(sentOn).events.length);
  await site.phone(transferring).command("transfer", uriOf(site, target));
  const problems: string[] = [];
  if (!await saw(target, "CALL_ESTABLISHED")) problems.push(`${target} was not connected`);
  if (!await saw(sentOn, "CALL_ESTABLISHED")) problems.push(`${sentOn} was not sent on`);
  if (!await saw(transferring, "CALL_CLOSED")) problems.push(`${transferring} was not let go`);
  const startedMs = Date.now();
  await pause(TALK_MS);
  await site.phone(sentOn).hangUp();
  if (!await saw(target, "CALL_CLOSED")) problems.push(`${target} did not hear the end`);
  if (problems.length > 0) {
    for (const host of hosts) await site.phone(host).hangUp();
  }
  return [...problems, ...await heardProblems(site, { one: sentOn, other: target, startedMs })];
}

/** The last call of each heard the other. */
async function heardProblems(
  site: Site,
  talk: { one: PhoneHost; other: PhoneHost; startedMs: number },
): Promise<string[]> {
  const packets = await site.packets(talk.startedMs);
  const problems: string[] = [];
  for (const [host, other] of [[talk.one, talk.other], [talk.other, talk.one]] as const) {
    const recordings = await site.phone(host).takeRecordings();
    problems.push(...audioProblems({
      host,
      recording: recordings.at(-1) ?? { sampleRate: 8_000, samples: new Int16Array() },
      otherHz: site.phone(other).options.toneHz,
      ownHz: site.phone(host).options.toneHz,
      sentMs: sentAudioMs(packets, ADDRESSES[other]),
    }));
  }
  for (const phone of site.phones.values()) await phone.takeRecordings();
  return problems;
}

function uriOf(site: Site, host: PhoneHost): string {
  const { account, domain } = site.phone(host).options;
  return `sip:${account.user}@${domain}`;
}
