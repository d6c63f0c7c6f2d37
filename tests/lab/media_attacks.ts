import { textOf } from "./capture.ts";
import { pause } from "./command.ts";
import { callProblemsAsCaptured } from "./hold.ts";
import { MediaHost } from "./media_host.ts";
import type { Packet } from "./pcap.ts";
import type { Scene } from "./scene.ts";
import { streamsTo } from "./streams.ts";
import { callProblems, makeCall } from "./talk.ts";
import { ADDRESSES, type PhoneHost, type Site } from "./topology.ts";

const SSRC = 0x4d616c6c;
const PACKET_MS = 20;
/** Somebody is silent for so long before another one tries to take his place. */
const SILENT_MS = 6_000;
/** The hold has been answered, and both have fallen silent. */
const HELD_MS = 2_500;
const RING_MS = 4_000;
/** The attacker sends alone for so long before the answer, and again after it. */
const QUICKER_MS = 1_000;

interface Attack {
  readonly by: "stranger" | "farAway" | "phoneC";
  /** Who says nothing while it is tried. */
  readonly silent?: PhoneHost;
  /** Who holds the call while it is tried. */
  readonly holding?: PhoneHost;
  /** Our side that is attacked. */
  readonly at: "inside" | "outside";
}

/**
 * Nobody takes a call's audio over, neither before its first packet nor in the midst of it, nor when a party is silent
 * or holds (RULES L2, L3).
 */
export async function mediaAttackSteps(scene: Scene): Promise<void> {
  const attack = (name: string, tried: Attack) =>
    scene.step(`${name}: both parties are heard, the attacker is not`, () => {
      return attackProblems(scene, tried);
    });
  await scene.step("somebody far away sends audio from the first ring on: nobody hears it", () => {
    return earlyProblems(scene);
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
  await attack("a neighbour does while the far end holds the call", {
    by: "stranger",
    at: "outside",
    holding: "user200",
  });
  await scene.control("the same check for the parties' own audio", async () => {
    const packets = await scene.site.packets(0);
    const sent = streamsTo(packets, ADDRESSES.routerInside);
    return relayedProblems(packets, sent.map(({ ssrc }) => ssrc));
  });
}

async function attackProblems(scene: Scene, attack: Attack): Promise<string[]> {
  const { site } = scene;
  const { by, silent, holding, at } = attack;
  const startedMs = Date.now();
  const media = await MediaHost.start(site.network, by);
  const router = at === "inside" ? ADDRESSES.routerInside : ADDRESSES.routerOutside;
  const meanwhile = async () => {
    await pause(500);
    const ports = usedPorts(await site.packets(startedMs), router);
    if (silent !== undefined) {
      await site.mute(silent, true);
      await pause(SILENT_MS);
    }
    if (holding !== undefined) {
      await site.phone(holding).command("hold", "");
      await pause(HELD_MS);
    }
    await sendInto(media, { by, router, ports });
    await pause(1_500);
    if (silent !== undefined) await site.mute(silent, false);
    if (holding !== undefined) await site.phone(holding).command("resume", "");
  };
  const plan = { from: "phoneA", to: "user200", meanwhile } as const;
  const problems = holding === undefined
    ? callProblems(await makeCall(site, plan))
    : await callProblemsAsCaptured(site, plan);
  return [...problems, ...await attackerProblems(site, { media, startedMs })];
}

/** The attacker knows the port from the INVITE, and is quicker than the far end. */
async function earlyProblems({ site }: Scene): Promise<string[]> {
  const startedMs = Date.now();
  const by = "farAway";
  const media = await MediaHost.start(site.network, by);
  const router = ADDRESSES.routerOutside;
  const called = site.phone("user201");
  const before = called.events.length;
  const ringing = async () => {
    const rings = await called.saw("CALL_INCOMING", { timeoutMs: RING_MS, after: before });
    const ports = offeredPorts(await site.packets(startedMs), router);
    await sendInto(media, { by, router, ports });
    await pause(QUICKER_MS);
    await site.mute("user201", true);
    await called.command("accept", "");
    return rings && ports.length > 0 ? [] : ["It did not ring"];
  };
  const meanwhile = async () => {
    await pause(QUICKER_MS);
    await site.mute("user201", false);
  };
  const talk = await makeCall(site, { from: "phoneA", to: "user201", ringing, meanwhile });
  return [...callProblems(talk), ...await attackerProblems(site, { media, startedMs })];
}

/** Sends a stream of the attacker to some ports of the router, until its program is stopped. */
async function sendInto(
  media: MediaHost,
  { by, router, ports }: { by: Attack["by"]; router: string; ports: readonly number[] },
): Promise<void> {
  const from = { ip: ADDRESSES[by], port: 40_000 };
  const streams = ports.map((port) => ({ from, to: [{ ip: router, port }], ssrc: SSRC }));
  await media.send(streams, { everyMs: PACKET_MS });
}

/** Stops the attacker's program; what is wrong with what it sent, got, and had relayed. */
async function attackerProblems(
  site: Site,
  { media, startedMs }: { media: MediaHost; startedMs: number },
): Promise<string[]> {
  const [report] = await media.report();
  await media.stop();
  const problems = relayedProblems(await site.packets(startedMs), [SSRC]);
  if ((report?.sent ?? 0) < 25) problems.push(`The attacker has sent ${report?.sent ?? 0} packets`);
  if ((report?.received ?? 0) > 0) problems.push(`The attacker got ${report!.received} packets`);
  return problems;
}

/** The ports that the latest INVITE of the router offers. */
function offeredPorts(packets: readonly Packet[], router: string): number[] {
  const invite = packets.filter(({ from }) => from === `${router}:5060`).map(textOf)
    .findLast((text) => text.startsWith("INVITE "));
  return [...(invite ?? "").matchAll(/\r\nm=audio (\d+) /g)].map(([, port]) => Number(port));
}

/** The ports of the router that packets of a call go to. */
function usedPorts(packets: readonly Packet[], router: string): number[] {
  const ports = streamsTo(packets, router).map(({ to }) => Number(to.split(":")[1]));
  return [...new Set(ports)];
}

/** What of the attacker's stream the router sent on, to either party. */
function relayedProblems(packets: readonly Packet[], ssrcs: readonly number[]): string[] {
  return (["phoneA", "user200", "user201"] as const).flatMap((host) => {
    const heard = streamsTo(packets, ADDRESSES[host]).filter(({ ssrc }) => ssrcs.includes(ssrc));
    const count = heard.reduce((sum, stream) => sum + stream.packets, 0);
    return count === 0 ? [] : [`${host} heard ${count} packets of the attacker`];
  });
}
