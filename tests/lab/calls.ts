import { registrationProblems } from "./checks.ts";
import type { Report } from "./report.ts";
import { Scene } from "./scene.ts";
import { callProblems, makeCall } from "./talk.ts";
import { OUTBOUND, type Site } from "./topology.ts";

/** Two phones behind sipmasq register, call out and are called, before and after a power cut. */
export function callSteps(report: Report, folder: string): Promise<void> {
  return Scene.play({ title: "calls", report, folder }, async (scene) => {
    const { site } = scene;
    await scene.step("two phones register, the registrar sees masked Contacts only", async () => {
      await site.startPhones(["user200", "user201"]);
      await site.startPhones(["phoneA", "phoneB"], { outbound: OUTBOUND });
      return await maskedProblems(site);
    });
    await scene.call("phone A calls out, and hangs up", { from: "phoneA", to: "user200" });
    await scene.call("phone B calls out, and is hung up", {
      from: "phoneB",
      to: "user201",
      hangUp: "user201",
    });
    await scene.call("phone A is called, and is hung up", { from: "user200", to: "phoneA" });
    await scene.call("phone B is called, and hangs up", {
      from: "user201",
      to: "phoneB",
      hangUp: "phoneB",
    });
    await scene.step("two calls at once, one out and one in", () => twoAtOnce(site));
    await scene.step("after a power cut a phone is called without registering again", async () => {
      await scene.sipmasq.kill();
      const before = site.provider.registrations().length;
      await scene.start();
      const problems = callProblems(await makeCall(site, { from: "user200", to: "phoneA" }));
      const again = site.provider.registrations().length - before;
      return again === 0 ? problems : [...problems, `There were ${again} registrations meanwhile`];
    });
  });
}

async function maskedProblems(site: Site): Promise<string[]> {
  const problems: string[] = [];
  for (const user of ["100", "101"]) {
    const registration = await site.provider.registered(user, { timeoutMs: 0 });
    problems.push(...registrationProblems(user, registration));
  }
  return problems;
}

async function twoAtOnce(site: Site): Promise<string[]> {
  const talks = await Promise.all([
    makeCall(site, { from: "phoneA", to: "user200" }),
    makeCall(site, { from: "user201", to: "phoneB" }),
  ]);
  return talks.flatMap(callProblems);
}
