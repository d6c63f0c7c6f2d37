import { sipmasqSteps } from "./calls.ts";
import { natControls, outsideControls, stoppedControl } from "./controls.ts";
import { makeFolder, ownRemains, removeLeftovers, removeOwn } from "./network.ts";
import { Report } from "./report.ts";
import { missingNeeds } from "./tools.ts";

const MOST_MS = 240_000;

type Part = (report: Report, folder: string) => Promise<void>;

/** Runs the whole lab and gives the exit code. */
async function runLab(report: Report): Promise<number> {
  if (!await report.step("what the lab needs is there", missingNeeds)) return report.close();
  const removed = await removeLeftovers();
  if (removed.length > 0) console.log(`           removed of a former run: ${removed.join(", ")}`);
  for (const part of [outsideControls, natControls, stoppedControl, sipmasqSteps]) {
    await runPart(report, part);
  }
  await report.step("nothing of this run is left", remainsProblems);
  return report.close();
}

async function runPart(report: Report, part: Part): Promise<void> {
  const folder = await makeFolder();
  try {
    await part(report, folder);
  } catch (error) {
    await report.step(`${part.name} could be set up`, () => Promise.reject(error));
  } finally {
    const keep = Deno.env.get("LAB_KEEP");
    if (keep !== undefined) await Deno.rename(folder, `${keep}/${part.name}`);
    else await Deno.remove(folder, { recursive: true });
  }
}

async function remainsProblems(): Promise<string[]> {
  return (await ownRemains()).map((name) => `${name} is still there`);
}

/** A run that is interrupted or takes too long takes what it has made with it. */
async function giveUp(report: Report, reason: string): Promise<never> {
  await report.step("the lab runs to its end", () => Promise.resolve([reason]));
  await removeOwn();
  Deno.exit(report.close());
}

const report = new Report((line) => console.log(line));
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, () => giveUp(report, `It was ended by ${signal}`));
}
setTimeout(() => giveUp(report, `It took longer than ${MOST_MS / 1_000} s`), MOST_MS);
Deno.exit(await runLab(report));
