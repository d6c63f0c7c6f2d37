import { outsideProblems, registrationProblems, witnessProblems } from "./checks.ts";
import type { Report, Step } from "./report.ts";
import { Sipmasq } from "./sipmasq.ts";
import { callProblems, makeCall, type Plan } from "./talk.ts";
import { OUTBOUND, Site } from "./topology.ts";

/** Two phones behind sipmasq register, call out and are called, before and after a power cut. */
export async function sipmasqSteps(report: Report, folder: string): Promise<void> {
  const site = await Site.makeBoth(folder);
  let sipmasq: Sipmasq | undefined;
  const step = async (name: string, run: Step["run"]) => {
    const passed = await report.step(name, run);
    if (!passed) report.note(sipmasq?.log ?? "");
    return passed;
  };
  const call = (name: string, plan: Plan) =>
    step(name, async () => callProblems(await makeCall(site, plan)));
  try {
    const started = await step("sipmasq starts on the router", async () => {
      sipmasq = await Sipmasq.start(site.network, folder);
      return [];
    });
    if (!started) return;
    await step("two phones register, the registrar sees masked Contacts only", async () => {
      await site.startPhones(["user200", "user201"]);
      await site.startPhones(["phoneA", "phoneB"], OUTBOUND);
      return await maskedProblems(site);
    });
    await call("phone A calls out, and hangs up", { from: "phoneA", to: "user200" });
    await call("phone B calls out, and is hung up", {
      from: "phoneB",
      to: "user201",
      hangUp: "user201",
    });
    await call("phone A is called, and is hung up", { from: "user200", to: "phoneA" });
    await call("phone B is called, and hangs up", {
      from: "user201",
      to: "phoneB",
      hangUp: "phoneB",
    });
    await step("two calls at once, one out and one in", () => twoAtOnce(site));
    await step("after a power cut a phone is called without registering again", async () => {
      await sipmasq?.kill();
      const before = site.provider.registrations().length;
      sipmasq = await Sipmasq.start(site.network, folder);
      const problems = callProblems(await makeCall(site, { from: "user200", to: "phoneA" }));
      const again = site.provider.registrations().length - before;
      return again === 0 ? problems : [...problems, `There were ${again} registrations meanwhile`];
    });
    await step("nothing that was seen outside names the inside", async () => {
      return [...await outsideProblems(site), ...witnessProblems(site.provider.log)];
    });
    await step("the captures have lost nothing", () => captureProblems(site));
    await step("sipmasq ends when it is told to", async () => {
      await sipmasq?.stop();
      return sipmasq?.exitCode === 0 ? [] : [`Its exit code was ${sipmasq?.exitCode}`];
    });
  } finally {
    await site.remove();
  }
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

async function captureProblems(site: Site): Promise<string[]> {
  const problems: string[] = [];
  for (const [name, capture] of site.captures) {
    const lost = await capture.stop();
    if (lost !== 0) problems.push(`The capture of ${name} has lost ${lost} packets`);
  }
  return problems;
}
