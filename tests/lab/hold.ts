import { arrivedAudio, rtpFrom } from "./capture.ts";
import { eventually, pause } from "./command.ts";
import type { Report } from "./report.ts";
import { Scene } from "./scene.ts";
import { callProblems, makeCall, type Plan } from "./talk.ts";
import { ADDRESSES, OUTBOUND, type PhoneHost, type Site } from "./topology.ts";

const HOLD_MS = 2_000;
const ANSWER_MS = 3_000;
/** What is on its way, or was sent before the answer came. */
const SETTLE_MS = 300;

/** Holding a call from either side silences the other one; resuming brings the audio back. */
export function holdSteps(report: Report, folder: string): Promise<void> {
  return Scene.play({ title: "hold", report, folder }, async (scene) => {
    const { site } = scene;
    await site.startPhones(["user200"]);
    await site.startPhones(["phoneA"], { outbound: OUTBOUND });
    const parties = { from: "phoneA", to: "user200" } as const;
    await scene.step("phone A holds and resumes", async () => {
      const problems: string[] = [];
      const meanwhile = async () => {
        problems.push(...await heldProblems(site, { holding: "phoneA", silent: "user200" }));
      };
      return [...await callProblemsAsCaptured(site, { ...parties, meanwhile }), ...problems];
    });
    await scene.step("phone A is held and resumed", async () => {
      const problems: string[] = [];
      const meanwhile = async () => {
        problems.push(...await heldProblems(site, { holding: "user200", silent: "phoneA" }));
      };
      return [...await callProblemsAsCaptured(site, { ...parties, meanwhile }), ...problems];
    });
  });
}

/** A call judged by what came to each phone, since baresip records nothing more after a hold. */
export async function callProblemsAsCaptured(site: Site, plan: Plan): Promise<string[]> {
  const startedMs = Date.now();
  const talk = await makeCall(site, plan);
  const packets = await site.packets(startedMs);
  const hearings = talk.hearings.map((hearing) => ({
    ...hearing,
    recording: arrivedAudio(packets, ADDRESSES[hearing.host]),
  }));
  return callProblems({ ...talk, hearings });
}

/** Holds for a while and resumes: meanwhile the silent party gets and sends nothing but what keeps the way open. */
async function heldProblems(
  site: Site,
  parties: { holding: PhoneHost; silent: PhoneHost },
): Promise<string[]> {
  const phone = site.phone(parties.holding);
  await pause(1_000);
  const reinvites = () => countReinvites(site);
  const before = reinvites();
  await phone.command("hold", "");
  const problems: string[] = [];
  if (!await eventually(() => reinvites() > before, { timeoutMs: ANSWER_MS })) {
    problems.push("The provider has seen no re-INVITE");
  }
  await pause(SETTLE_MS);
  const heldMs = Date.now();
  await pause(HOLD_MS);
  const resumedMs = Date.now();
  await phone.command("resume", "");
  const packets = (await site.packets(heldMs)).filter(({ timeMs }) => timeMs < resumedMs);
  const sent = rtpFrom(packets, ADDRESSES[parties.silent]).length;
  if (sent > 0) problems.push(`${parties.silent} sent ${sent} packets while it was held`);
  return problems;
}

function countReinvites(site: Site): number {
  return site.provider.log.split("\n").filter((line) => line.includes("lab: re-INVITE")).length;
}
