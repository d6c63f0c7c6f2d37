import { rtpFrom } from "./capture.ts";
import type { Report } from "./report.ts";
import { Scene } from "./scene.ts";
import { callProblems, makeCall } from "./talk.ts";
import { ADDRESSES, OUTBOUND, type Site } from "./topology.ts";

/** A call between two phones of the house: by the provider's rules, without its detour for the audio. */
export function localSteps(report: Report, folder: string): Promise<void> {
  return Scene.play({ title: "local call", report, folder }, async (scene) => {
    const { site } = scene;
    await site.startPhones(["phoneA", "phoneB"], { outbound: OUTBOUND });
    await scene.call("phone A calls phone B, and hangs up", { from: "phoneA", to: "phoneB" });
    await scene.step("phone B calls phone A through the provider, and is hung up", async () => {
      const startedMs = Date.now();
      const plan = { from: "phoneB", to: "phoneA", hangUp: "phoneA" } as const;
      const talk = await makeCall(site, plan);
      return [...callProblems(talk), ...await detourProblems(site, startedMs)];
    });
  });
}

/** The signalling has to pass the provider, and no audio may leave. */
async function detourProblems(site: Site, startedMs: number): Promise<string[]> {
  const problems: string[] = [];
  if (!/lab: relayed INVITE to sip:100[^@]*@203\.0\.113\.1:5060;line=/.test(site.provider.log)) {
    problems.push("The provider has not relayed the INVITE back to us");
  }
  const outside = await site.captures.get("outside")!.packets(startedMs);
  const audio = rtpFrom(outside, ADDRESSES.routerOutside).length;
  if (audio > 0) problems.push(`${audio} packets of its audio were outside`);
  return problems;
}
