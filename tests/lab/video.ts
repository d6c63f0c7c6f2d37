import { pause } from "./command.ts";
import type { Report } from "./report.ts";
import { Scene } from "./scene.ts";
import { type Stream, streamsTo } from "./streams.ts";
import { callProblems, makeCall } from "./talk.ts";
import { ADDRESSES, OUTBOUND, type PhoneHost, type Site } from "./topology.ts";

const VIDEO = { video: true } as const;

/** A call with audio and video, out and in: both streams arrive whole on both sides. */
export function videoSteps(report: Report, folder: string): Promise<void> {
  return Scene.play({ title: "video", report, folder }, async (scene) => {
    const { site } = scene;
    await site.startPhones(["user200"], VIDEO);
    await site.startPhones(["phoneA"], { outbound: OUTBOUND, ...VIDEO });
    for (const [from, to] of [["phoneA", "user200"], ["user200", "phoneA"]] as const) {
      await scene.step(`${from} calls ${to} with audio and video`, async () => {
        const startedMs = Date.now();
        const talk = await makeCall(site, { from, to });
        return [...callProblems(talk), ...await videoProblems(site, startedMs)];
      });
      await pause(500);
    }
  });
}

async function videoProblems(site: Site, startedMs: number): Promise<string[]> {
  const packets = await site.packets(startedMs);
  const hosts = ["phoneA", "user200"] as const;
  return hosts.flatMap((host: PhoneHost) => {
    const video = streamsTo(packets, ADDRESSES[host]).filter(isVideo);
    if (video.length !== 1) return [`${host} got ${video.length} video streams`];
    const [{ packets: count, missing }] = video as [Stream];
    const problems: string[] = [];
    if (count < 20) problems.push(`${host} got ${count} packets of video only`);
    if (missing > 0) problems.push(`${host} lacks ${missing} packets of video`);
    return problems;
  });
}

/** Video has a dynamic payload type here, audio is PCMU. */
function isVideo(stream: Stream): boolean {
  return stream.payloadType >= 96;
}
