import { rtpFrom } from "./capture.ts";
import { eventually, pause } from "./command.ts";
import { MediaHost } from "./media_host.ts";
import { seenDescriptions } from "./offers.ts";
import type { Packet } from "./pcap.ts";
import type { Report } from "./report.ts";
import { Scene } from "./scene.ts";
import { scenarioFile, Sipp } from "./sipp.ts";
import { streamsTo } from "./streams.ts";
import { ADDRESSES, MACHINE_USER, OUTBOUND, type Site } from "./topology.ts";

const PORT = 7000;
const EARLY_SSRC = 0x6561726c;
const ANSWER_SSRC = 0x616e7377;
const RINGING_MS = 2_000;
const TALK_MS = 2_500;
/** What was on its way when the answer came. */
const SETTLE_MS = 200;

/** Early media of one fork, then the answer of another from another IP while the first still sends. */
export function earlySteps(report: Report, folder: string): Promise<void> {
  return Scene.play({ title: "early media", report, folder }, async (scene) => {
    const { site } = scene;
    await site.startPhones(["phoneA"], { outbound: OUTBOUND });
    await site.addOutsideHost("machine");
    await site.addOutsideHost("mailbox");
    const early = await MediaHost.start(site.network, "machine");
    const answering = await MediaHost.start(site.network, "mailbox");
    const sipp = Sipp.start(site.network, {
      host: "machine",
      ip: ADDRESSES.machine,
      scenario: scenarioFile("early"),
      folder: site.folder,
      name: "early",
      arguments: [
        ...["-key", "early_ip", ADDRESSES.machine, "-key", "answer_ip", ADDRESSES.mailbox],
        ...["-key", "port", String(PORT), "-m", "1"],
      ],
    });
    await scene.step("both are heard and spoken to, each in its time", async () => {
      const startedMs = Date.now();
      const { problems, answeredMs } = await call(site, { early, answering });
      const packets = await site.packets(startedMs);
      return [...problems, ...heardProblems(packets, answeredMs)];
    });
    await scene.step("the machine is content", async () => {
      const ended = await eventually(() => sipp.exitCode === 0, { timeoutMs: 3_000 });
      return ended ? [] : [`SIPp has not ended well: ${await sipp.errors()}`];
    });
  });
}

async function call(
  site: Site,
  { early, answering }: { early: MediaHost; answering: MediaHost },
): Promise<{ problems: string[]; answeredMs: number }> {
  const phone = site.phone("phoneA");
  const startedMs = Date.now();
  await phone.dial(`sip:${MACHINE_USER}@${ADDRESSES.provider}`);
  if (!await phone.saw("CALL_PROGRESS", { timeoutMs: 5_000 })) {
    return { problems: ["The 183 did not arrive"], answeredMs: Date.now() };
  }
  const offer = seenDescriptions(await site.captures.get("outside")!.packets(startedMs))
    .findLast(({ from, what }) =>
      from.startsWith(`${ADDRESSES.routerOutside}:`) && what === "INVITE"
    );
  const to = [{ ip: ADDRESSES.routerOutside, port: offer?.ports["audio"] ?? 9 }];
  const stream = (ip: string, ssrc: number) => [{ from: { ip, port: PORT }, to, ssrc }];
  await answering.listen([{ ip: ADDRESSES.mailbox, port: PORT }]);
  await early.send(stream(ADDRESSES.machine, EARLY_SSRC), { everyMs: 20 });
  const answered = await phone.saw("CALL_ESTABLISHED", { timeoutMs: 5_000 });
  const answeredMs = Date.now();
  await answering.send(stream(ADDRESSES.mailbox, ANSWER_SSRC), { everyMs: 20 });
  await pause(TALK_MS);
  await phone.hangUp();
  return { problems: answered ? [] : ["The 200 did not arrive"], answeredMs };
}

/** Who was heard before and after the answer, and who was spoken to. */
export function heardProblems(packets: readonly Packet[], answeredMs: number): string[] {
  const before = packets.filter(({ timeMs }) => timeMs < answeredMs);
  const after = packets.filter(({ timeMs }) => timeMs > answeredMs + SETTLE_MS);
  const heard = (part: readonly Packet[], ssrc: number) =>
    streamsTo(part, ADDRESSES.phoneA).find((stream) => stream.ssrc === ssrc)?.packets ?? 0;
  const spoken = (part: readonly Packet[], ip: string) =>
    rtpFrom(part, ADDRESSES.routerOutside).filter(({ to }) => to === `${ip}:${PORT}`).length;
  const found = {
    "of the early media were heard while it rang": [heard(before, EARLY_SSRC), RINGING_MS / 20],
    "went to the early media while it rang": [spoken(before, ADDRESSES.machine), RINGING_MS / 20],
    "of the answer were heard": [heard(after, ANSWER_SSRC), (TALK_MS - 500) / 20],
    "went to who answered": [spoken(after, ADDRESSES.mailbox), (TALK_MS - 500) / 20],
    "of the early media were heard after the answer": [heard(after, EARLY_SSRC), 0],
    "went to the early media after the answer": [spoken(after, ADDRESSES.machine), 0],
  } as const;
  return Object.entries(found)
    .filter(([, [count, wanted]]) => wanted === 0 ? count > 0 : count < wanted)
    .map(([what, [count, wanted]]) => `${count} packets ${what}, expected ${wanted || "none"}`);
}
