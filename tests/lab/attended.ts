import { arrivedAudio, sentAudioMs } from "./capture.ts";
import { eventually, pause } from "./command.ts";
import type { LabProcess } from "./process.ts";
import type { Report } from "./report.ts";
import { Scene } from "./scene.ts";
import { audioProblems } from "./talk.ts";
import { accountOf, ADDRESSES, type PhoneHost, PHONES, type Site } from "./topology.ts";

const ANSWER_MS = 6_000;
const TALK_MS = 3_000;

interface Transfer {
  /** Talks to both others and brings them together. */
  readonly transferring: PhoneHost;
  readonly first: PhoneHost;
  readonly second: PhoneHost;
}

/** Attended transfer, by agents of the lab's own, since baresip's release here does not know Replaces. */
export function attendedSteps(report: Report, folder: string): Promise<void> {
  return Scene.play({ title: "attended transfer", report, folder }, async (scene) => {
    const agents = await startAgents(scene.site);
    const transfer = (name: string, plan: Transfer) =>
      scene.step(name, () => attendedProblems(scene.site, { agents, ...plan }));
    await transfer("phone A brings two users outside together", {
      transferring: "phoneA",
      first: "user200",
      second: "user201",
    });
    await transfer("a user outside brings phones A and B together", {
      transferring: "user200",
      first: "phoneA",
      second: "phoneB",
    });
    await transfer("phone A brings phone B and a user outside together", {
      transferring: "phoneA",
      first: "phoneB",
      second: "user200",
    });
  });
}

type Agents = ReadonlyMap<PhoneHost, LabProcess>;

async function startAgents(site: Site): Promise<Agents> {
  const agents = new Map<PhoneHost, LabProcess>();
  for (const host of ["phoneA", "phoneB", "user200", "user201"] as const) {
    const settings = {
      ...accountOf(PHONES[host].user),
      domain: ADDRESSES.provider,
      ip: ADDRESSES[host],
      toneHz: PHONES[host].toneHz,
      ...(host.startsWith("phone") ? { outbound: ADDRESSES.routerInside } : {}),
    };
    const program = new URL("transfer_agent_main.ts", import.meta.url).pathname;
    const command = [Deno.execPath(), "run", "-A", "--no-prompt", program];
    agents.set(
      host,
      site.network.start(host, [...command, JSON.stringify(settings)], { name: host, input: true }),
    );
  }
  for (const [host, agent] of agents) {
    if (await agent.printed('"registered"', { timeoutMs: 10_000 })) continue;
    throw new Error(`The agent of ${host} did not register: ${agent.output.slice(-500)}`);
  }
  return agents;
}

async function attendedProblems(site: Site, plan: Transfer & { agents: Agents }) {
  const { transferring, first, second, agents } = plan;
  const hosts = [transferring, first, second];
  const marks = new Map(hosts.map((host) => [host, agents.get(host)!.output.length]));
  const saw = (host: PhoneHost, kind: string, times = 1) => {
    const news = () => agents.get(host)!.output.slice(marks.get(host)!);
    const count = () => news().split(`"kind":"${kind}"`).length - 1;
    return eventually(() => count() >= times, { timeoutMs: ANSWER_MS });
  };
  const tell = (host: PhoneHost, line: string) => agents.get(host)!.write(`${line}\n`);
  try {
    for (const [index, host] of [first, second].entries()) {
      await tell(transferring, `call sip:${PHONES[host].user}@${ADDRESSES.provider}`);
      if (!await saw(transferring, "answered", index + 1)) return [`${host} did not answer`];
      if (!await saw(host, "established")) return [`${host} got no ACK`];
    }
    await tell(transferring, "transfer");
    const problems: string[] = [];
    if (!await saw(first, "answered")) problems.push(`${first} did not reach ${second}`);
    if (!await saw(second, "established", 2)) problems.push(`${second} was not called by ${first}`);
    if (!await saw(transferring, "ended", 2)) problems.push(`${transferring} was not let go`);
    await pause(300);
    const startedMs = Date.now();
    await pause(TALK_MS);
    const endedMs = Date.now();
    await tell(first, "hangup");
    if (!await saw(second, "ended", 2)) problems.push(`${second} did not hear the end`);
    return [
      ...problems,
      ...await heardProblems(site, { one: first, other: second, startedMs, endedMs }),
    ];
  } finally {
    for (const host of hosts) await tell(host, "hangup");
    await pause(500);
  }
}

/** Both have to hear each other by what arrived at them. */
async function heardProblems(
  site: Site,
  talk: { one: PhoneHost; other: PhoneHost; startedMs: number; endedMs: number },
): Promise<string[]> {
  const packets = (await site.packets(talk.startedMs)).filter(({ timeMs }) =>
    timeMs < talk.endedMs
  );
  const pairs = [[talk.one, talk.other], [talk.other, talk.one]] as const;
  return pairs.flatMap(([host, other]) =>
    audioProblems({
      host,
      recording: arrivedAudio(packets, ADDRESSES[host]),
      otherHz: PHONES[other].toneHz,
      ownHz: PHONES[host].toneHz,
      sentMs: sentAudioMs(packets, ADDRESSES[other]),
    })
  );
}
