import { pause } from "./command.ts";
import { MediaHost } from "./media_host.ts";
import type { Packet } from "./pcap.ts";
import type { Scene } from "./scene.ts";
import { streamsTo } from "./streams.ts";
import { callProblems, makeCall } from "./talk.ts";
import { ADDRESSES, type PhoneHost } from "./topology.ts";

const SSRC = 0x4d616c6c;
const PACKET_MS = 20;
/** Somebody is silent for so long before another one tries to take his place. */
const SILENT_MS = 6_000;

interface Attack {
  readonly by: "stranger" | "farAway" | "phoneC";
  /** Who says nothing while it is tried. */
  readonly silent?: PhoneHost;
  /** Our side that is attacked. */
  readonly at: "inside" | "outside";
}

/** Nobody takes a call's audio over, neither at its beginning nor when a party is silent (RULES L2, L3). */
export async function mediaAttackSteps(scene: Scene): Promise<void> {
  const attack = (name: string, tried: Attack) =>
    scene.step(`${name}: both parties are heard, the attacker is not`, () => {
      return attackProblems(scene, tried);
    });
  await attack("somebody far away sends audio into a call", { by: "farAway", at: "outside" });
  await attack("a neighbour of the far end does", { by: "stranger", at: "outside" });
  await attack("a host inside does", { by: "phoneC", at: "inside" });
  await attack("a neighbour does while the far end is silent", {
    by: "stranger",
    at: "outside",
    silent: "user200",
  });
  await attack("somebody far away does while the far end is silent", {
    by: "farAway",
    at: "outside",
    silent: "user200",
  });
  await attack("a host inside does while the phone is silent", {
    by: "phoneC",
    at: "inside",
    silent: "phoneA",
  });
  await scene.control("the same check for the parties' own audio", async () => {
    const packets = await scene.site.packets(0);
    const sent = streamsTo(packets, ADDRESSES.routerInside);
    return relayedProblems(packets, sent.map(({ ssrc }) => ssrc));
  });
}

async function attackProblems(scene: Scene, { by, silent, at }: Attack): Promise<string[]> {
  const { site } = scene;
  const startedMs = Date.now();
  const media = await MediaHost.start(site.network, by);
  const from = { ip: ADDRESSES[by], port: 40_000 };
  const router = at === "inside" ? ADDRESSES.routerInside : ADDRESSES.routerOutside;
  const meanwhile = async () => {
    await pause(500);
    const ports = usedPorts(await site.packets(startedMs), router);
    if (silent !== undefined) {
      await site.mute(silent, true);
      await pause(SILENT_MS);
    }
    const to = ports.map((port) => ({ ip: router, port }));
    const streams = to.map((place) => ({ from, to: [place], ssrc: SSRC }));
    await media.send(streams, { everyMs: PACKET_MS });
    await pause(1_500);
    if (silent !== undefined) await site.mute(silent, false);
  };
  const talk = await makeCall(site, { from: "phoneA", to: "user200", meanwhile });
  const [report] = await media.report();
  await media.stop();
  const packets = await site.packets(startedMs);
  const problems = [...callProblems(talk), ...relayedProblems(packets, [SSRC])];
  if ((report?.sent ?? 0) < 25) problems.push(`The attacker has sent ${report?.sent ?? 0} packets`);
  if ((report?.received ?? 0) > 0) problems.push(`The attacker got ${report!.received} packets`);
  return problems;
}

/** The ports of the router that packets of a call go to. */
function usedPorts(packets: readonly Packet[], router: string): number[] {
  const ports = streamsTo(packets, router).map(({ to }) => Number(to.split(":")[1]));
  return [...new Set(ports)];
}

/** What of the attacker's stream the router sent on, to either party. */
function relayedProblems(packets: readonly Packet[], ssrcs: readonly number[]): string[] {
  return (["phoneA", "user200"] as const).flatMap((host) => {
    const heard = streamsTo(packets, ADDRESSES[host]).filter(({ ssrc }) => ssrcs.includes(ssrc));
    const count = heard.reduce((sum, stream) => sum + stream.packets, 0);
    return count === 0 ? [] : [`${host} heard ${count} packets of the attacker`];
  });
}
