import { pause } from "./command.ts";
import { MediaHost } from "./media_host.ts";
import type { Packet } from "./pcap.ts";
import type { Report } from "./report.ts";
import { Scene } from "./scene.ts";
import { streamsTo } from "./streams.ts";
import { callProblems, makeCall } from "./talk.ts";
import { ADDRESSES, OUTBOUND, type PhoneHost } from "./topology.ts";

/** The range of media ports that the firewall admits, RTCP's among them. */
const PORTS = Array.from({ length: 1_000 }, (_, index) => 10_000 + index);
const SSRC = 0x53707261;
/** Every port so often: four packets in a row need less than a second. */
const EVERY_MS = 200;

/** A stranger who sends well-formed RTP to every media port, before and during a call, is heard by nobody and hears nobody. */
export function spraySteps(report: Report, folder: string): Promise<void> {
  return Scene.play({ title: "spray", report, folder }, async (scene) => {
    const { site } = scene;
    await site.startPhones(["user200"]);
    await site.startPhones(["phoneA"], { outbound: OUTBOUND });
    const stranger = await MediaHost.start(site.network, "stranger");
    const to = PORTS.map((port) => ({ ip: ADDRESSES.routerOutside, port }));
    // One stream a port, so that each has an unbroken row of sequence numbers.
    const streams = to.map((place) => (
      { from: { ip: ADDRESSES.stranger, port: 40_000 }, to: [place], ssrc: SSRC }
    ));
    await stranger.send(streams, { everyMs: EVERY_MS });
    await pause(1_500);
    for (const [from, called] of [["phoneA", "user200"], ["user200", "phoneA"]] as const) {
      await scene.step(`${from} calls ${called} under it`, async () => {
        const startedMs = Date.now();
        const talk = await makeCall(site, { from, to: called });
        const packets = await site.packets(startedMs);
        return [...callProblems(talk), ...await sprayProblems(packets, stranger)];
      });
    }
    await scene.control("the same check for the far end's own packets", async () => {
      const packets = await site.packets(0);
      return relayed(packets, { host: "user200", ssrcs: ssrcsOf(packets) });
    });
    await stranger.stopSending();
  });
}

async function sprayProblems(packets: readonly Packet[], stranger: MediaHost): Promise<string[]> {
  const sprayed = packets.filter(({ from }) => from === `${ADDRESSES.stranger}:40000`).length;
  const got = (await stranger.report()).reduce((sum, { received }) => sum + received, 0);
  const problems = relayed(packets, { host: "stranger", ssrcs: new Set([SSRC]) });
  if (sprayed < PORTS.length * 10) problems.push(`The stranger has sent ${sprayed} packets only`);
  if (got > 0) problems.push(`The stranger got ${got} packets`);
  return problems;
}

/** What of somebody's media was relayed inwards, and what was sent back. */
function relayed(
  packets: readonly Packet[],
  { host, ssrcs }: { host: PhoneHost | "stranger"; ssrcs: ReadonlySet<number> },
): string[] {
  const back = packets.filter(({ from, to }) =>
    from.startsWith(`${ADDRESSES.routerOutside}:1`) && to.startsWith(`${ADDRESSES[host]}:`)
  );
  const inside = streamsTo(packets, ADDRESSES.phoneA).filter(({ ssrc }) => ssrcs.has(ssrc));
  const problems: string[] = [];
  if (back.length > 0) problems.push(`${back.length} packets went to ${host}`);
  const heard = inside.reduce((sum, stream) => sum + stream.packets, 0);
  if (heard > 0) problems.push(`${heard} packets of ${host} were relayed to the phone`);
  return problems;
}

function ssrcsOf(packets: readonly Packet[]): Set<number> {
  const sent = streamsTo(packets, ADDRESSES.routerOutside)
    .filter(({ from }) => from.startsWith(`${ADDRESSES.user200}:`));
  return new Set(sent.map(({ ssrc }) => ssrc));
}
