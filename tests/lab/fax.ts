import { eventually, pause } from "./command.ts";
import { MediaHost } from "./media_host.ts";
import type { SocketReport } from "./media_program.ts";
import { type SeenDescription, seenDescriptions } from "./offers.ts";
import type { Report } from "./report.ts";
import { Scene } from "./scene.ts";
import { scenarioFile, Sipp } from "./sipp.ts";
import { accountOf, ADDRESSES, MACHINE_USER, type Site } from "./topology.ts";

const AUDIO_PORT = 7000;
const IMAGE_PORT = 7002;
const SEND_MS = 2_500;

/** A call by SIPp that changes to T.38: UDPTL crosses in both directions, on the ports that audio had. */
export function faxSteps(report: Report, folder: string): Promise<void> {
  return Scene.play({ title: "fax", report, folder }, async (scene) => {
    const { site } = scene;
    await site.addOutsideHost("machine");
    const inside = await MediaHost.start(site.network, "phoneA");
    const outside = await MediaHost.start(site.network, "machine");
    const called = start(site, "machine");
    await pause(300);
    const caller = start(site, "phoneA");
    await scene.step("a call changes to T.38, packets cross in both directions", async () => {
      const [towardsPhone, towardsMachine] = await imagePorts(site);
      if (towardsPhone === undefined || towardsMachine === undefined) {
        return [`No T.38 was agreed: ${await caller.errors()} ${await called.errors()}`];
      }
      await send(inside, ADDRESSES.phoneA, {
        ip: ADDRESSES.routerInside,
        port: towardsPhone.ports["image"]!,
      });
      await send(outside, ADDRESSES.machine, {
        ip: ADDRESSES.routerOutside,
        port: towardsMachine.ports["image"]!,
      });
      await pause(SEND_MS);
      await Promise.all([inside.stopSending(), outside.stopSending()]);
      await pause(200);
      const [ours, theirs] = [await imageOf(inside), await imageOf(outside)];
      return [
        ...crossedProblems("the machine", { sender: ours, receiver: theirs }),
        ...crossedProblems("the phone", { sender: theirs, receiver: ours }),
        ...await samePortProblems(site, [towardsPhone, towardsMachine]),
      ];
    });
    await scene.step("both ends are content", async () => {
      const ended = () => caller.exitCode === 0 && called.exitCode === 0;
      if (await eventually(ended, { timeoutMs: 8_000 })) return [];
      return [`SIPp has not ended well: ${await caller.errors()} ${await called.errors()}`];
    });
  });
}

function start(site: Site, host: "phoneA" | "machine"): Sipp {
  const calls = host === "phoneA";
  const user = "100";
  const keys = [
    ...["-key", "audio_port", String(AUDIO_PORT), "-key", "image_port", String(IMAGE_PORT)],
    ...["-m", "1"],
  ];
  const login = [
    ...["-au", user, "-ap", accountOf(user).password, "-key", "user", user],
    ...["-key", "domain", ADDRESSES.provider, "-key", "called", MACHINE_USER],
  ];
  return Sipp.start(site.network, {
    host,
    ip: ADDRESSES[host],
    scenario: scenarioFile(calls ? "fax_caller" : "fax_called"),
    folder: site.folder,
    name: `fax-${host}`,
    ...(calls ? { target: `${ADDRESSES.routerInside}:5060` } : {}),
    arguments: calls ? [...keys, ...login] : keys,
  });
}

/** The descriptions with T.38 that each end has got from sipmasq. */
async function imagePorts(site: Site): Promise<(SeenDescription | undefined)[]> {
  let found: (SeenDescription | undefined)[] = [];
  await eventually(async () => {
    const seen = seenDescriptions(await site.packets(0)).filter(({ ports }) => ports["image"]);
    found = [
      seen.find(({ to }) => to.startsWith(`${ADDRESSES.phoneA}:`)),
      seen.find(({ from }) => from.startsWith(`${ADDRESSES.routerOutside}:`)),
    ];
    return found.every((one) => one !== undefined);
  }, { timeoutMs: 6_000 });
  return found;
}

async function send(
  media: MediaHost,
  ip: string,
  to: { ip: string; port: number },
): Promise<void> {
  const stream = { from: { ip, port: IMAGE_PORT }, to: [to], ssrc: 0 };
  await media.send([stream], { everyMs: 30, kind: "udptl" });
}

async function imageOf(media: MediaHost): Promise<SocketReport | undefined> {
  return (await media.report()).find(({ at }) => at.endsWith(`:${IMAGE_PORT}`));
}

function crossedProblems(
  who: string,
  { sender, receiver }: { sender: SocketReport | undefined; receiver: SocketReport | undefined },
): string[] {
  const [sent, received] = [sender?.sent ?? 0, receiver?.received ?? 0];
  if (sent < SEND_MS / 30 / 2) return [`Only ${sent} packets were sent to ${who}`];
  // The first ones may come before the other end has opened its socket.
  return received >= sent - 3 ? [] : [`${who} got ${received} of ${sent} packets`];
}

async function samePortProblems(
  site: Site,
  images: readonly (SeenDescription | undefined)[],
): Promise<string[]> {
  const audio = seenDescriptions(await site.packets(0)).filter(({ ports }) => ports["audio"]);
  return images.flatMap((image) => {
    const same = audio.some(({ ip, ports }) =>
      ip === image?.ip && ports["audio"] === image.ports["image"]
    );
    return same
      ? []
      : [`T.38 at ${image?.ip} has port ${image?.ports["image"]}, audio had another`];
  });
}
