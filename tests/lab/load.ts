import { eventually, pause } from "./command.ts";
import type { Report } from "./report.ts";
import { Scene } from "./scene.ts";
import { scenarioFile, Sipp, type SippStatistics } from "./sipp.ts";
import { accountOf, ADDRESSES, MACHINE_USER, type PhoneHost, type Site } from "./topology.ts";

const SECONDS = 60;
const OUT = { rate: 20, count: 20 * SECONDS };
const IN = { rate: 5, count: 5 * SECONDS };
/** How long the last calls and a retransmission or two of them may take. */
const END_MS = 20_000;

/** Calls at a constant rate for a minute, most of them out, some in, judged by SIPp's own statistics. */
export function loadSteps(report: Report, folder: string): Promise<void> {
  const sipmasq = { level: "info" } as const;
  return Scene.play({ title: "load", report, folder, sipmasq }, async (scene) => {
    const { site } = scene;
    await site.addOutsideHost("machine");
    // Who has no registration has the share of a guest (RULES V7), which is about 16 calls a second.
    await scene.step("two machines inside register", async () => [
      ...await registerProblems(site, "phoneA", "100"),
      ...await registerProblems(site, "phoneB", "101"),
    ]);
    const answersOutside = answer(site, "machine", ADDRESSES.machine);
    const answersInside = answer(site, "phoneB", ADDRESSES.phoneB);
    await pause(500);
    const out = callers(site, { host: "phoneA", called: MACHINE_USER, ...OUT });
    const into = callers(site, { host: "user200", called: "101", ...IN });
    await scene.step(`${OUT.count} calls out, ${OUT.rate} a second`, () => judge(out, OUT.count));
    await scene.step(`${IN.count} calls in beside them`, () => judge(into, IN.count));
    await scene.step("who was called counts the same", async () => [
      ...await calledProblems(answersOutside, OUT.count),
      ...await calledProblems(answersInside, IN.count),
    ]);
  });
}

/** What SIPp's statistics have against a run of `count` calls. */
export function statisticsProblems(statistics: SippStatistics, count: number): string[] {
  const { successful, failed, unexpected } = statistics;
  const problems: string[] = [];
  if (successful !== count) problems.push(`${successful} of ${count} calls were successful`);
  if (failed !== 0) problems.push(`${failed} calls failed`);
  if (unexpected !== 0) problems.push(`${unexpected} messages were unexpected`);
  return problems;
}

async function judge(sipp: Sipp, count: number): Promise<string[]> {
  const ended = () => sipp.exitCode !== undefined;
  const inTime = await eventually(ended, { timeoutMs: SECONDS * 1_000 + END_MS });
  if (!inTime) await sipp.stop();
  const problems = statisticsProblems(await sipp.statistics(), count);
  if (problems.length === 0) return [];
  return [...problems, await sipp.errors()];
}

/** The called side writes its statistics every second: it ends with the last call, not by itself. */
async function calledProblems(sipp: Sipp, count: number): Promise<string[]> {
  const enough = async () => (await sipp.statistics()).successful >= count;
  await eventually(enough, { timeoutMs: 5_000 });
  await sipp.stop();
  return statisticsProblems(await sipp.statistics(), count);
}

function callers(
  site: Site,
  options: { host: PhoneHost; called: string; rate: number; count: number },
): Sipp {
  const { host, called, rate, count } = options;
  return Sipp.start(site.network, {
    host,
    ip: ADDRESSES[host],
    scenario: scenarioFile("caller"),
    folder: site.folder,
    name: `caller-${host}`,
    target: host === "phoneA" ? `${ADDRESSES.routerInside}:5060` : `${ADDRESSES.provider}:5060`,
    arguments: [
      ...keys(host === "phoneA" ? "100" : "200"),
      ...["-key", "called", called, "-r", String(rate), "-m", String(count), "-l", String(count)],
    ],
  });
}

function answer(site: Site, host: "machine" | "phoneB", ip: string): Sipp {
  return Sipp.start(site.network, {
    host,
    ip,
    scenario: scenarioFile("called"),
    folder: site.folder,
    name: `called-${host}`,
  });
}

/** Registers SIPp on a host inside. */
export async function registerProblems(
  site: Site,
  host: "phoneA" | "phoneB",
  user: string,
): Promise<string[]> {
  const sipp = Sipp.start(site.network, {
    host,
    ip: ADDRESSES[host],
    scenario: scenarioFile("register"),
    folder: site.folder,
    name: `register-${host}`,
    target: `${ADDRESSES.routerInside}:5060`,
    arguments: [...keys(user), "-m", "1"],
  });
  const registered = await eventually(() => sipp.exitCode === 0, { timeoutMs: 5_000 });
  return registered ? [] : [`${host} is not registered: ${await sipp.errors()}`];
}

/** SIPp's arguments for a user's account at the provider. */
export function keys(user: string): string[] {
  const credentials = ["-au", user, "-ap", accountOf(user).password];
  return [...credentials, "-key", "user", user, "-key", "domain", ADDRESSES.provider];
}
