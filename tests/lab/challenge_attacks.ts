import { ASKING } from "./asking.ts";
import { isSignalling, textOf } from "./capture.ts";
import { pause } from "./command.ts";
import { headerOf } from "./hostile.ts";
import type { Packet } from "./pcap.ts";
import type { Scene } from "./scene.ts";
import type { SipHost } from "./sip_host.ts";
import { ADDRESSES } from "./topology.ts";

const LOOK_MS = 2_000;

/** A server far away asks a phone that dials it for its password: no digest leaves (RULES H4). */
export async function challengeSteps(scene: Scene, farAway: SipHost): Promise<void> {
  const { site } = scene;
  await scene.step("a server that a phone dials draws no digest of its password", async () => {
    const startedMs = Date.now();
    const before = (await farAway.report()).received.length;
    const phone = site.phone("phoneA");
    await phone.dial(`sip:${ASKING}@${ADDRESSES.farAway}`);
    await pause(LOOK_MS);
    await phone.hangUp();
    const { received } = await farAway.report();
    const problems = received.slice(before).some((line) => line.startsWith("INVITE "))
      ? []
      : ["The server got no INVITE, so nothing was tried"];
    const [inside, outside] = await Promise.all(
      ["inside", "outside"].map((name) => site.captures.get(name)!.packets(startedMs)),
    );
    return [...problems, ...phoneProblems(inside!), ...digestProblems(outside!)];
  });
}

/** The phone is refused, and nobody asks it. */
function phoneProblems(packets: readonly Packet[]): string[] {
  const texts = packets.filter((packet) =>
    isSignalling(packet) && packet.to.startsWith(`${ADDRESSES.phoneA}:`)
  ).map(textOf).filter((text) => headerOf(text, "To")?.includes(ASKING));
  const problems = texts.some((text) => text.startsWith("SIP/2.0 403 "))
    ? []
    : ["The phone was not told that its call is refused"];
  const asked = texts.filter((text) => headerOf(text, "Proxy-Authenticate") !== undefined);
  return asked.length === 0 ? problems : [...problems, "The phone was asked for its password"];
}

function digestProblems(packets: readonly Packet[]): string[] {
  const given = packets.filter((packet) =>
    isSignalling(packet) && packet.to.startsWith(`${ADDRESSES.farAway}:`) &&
    headerOf(textOf(packet), "Proxy-Authorization") !== undefined
  );
  return given.length === 0 ? [] : [`The server got ${given.length} digests`];
}
