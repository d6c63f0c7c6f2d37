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

/** A run that is interrupted or takes too long takes its namespaces with it. */
async function giveUp(reason: string): Promise<never> {
  console.log(`FAILED     ${reason}`);
  await removeOwn();
  console.log("\n0 passed, 1 failed, 0 skipped");
  Deno.exit(1);
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, () => giveUp(`The lab was ended by ${signal}`));
}
setTimeout(() => giveUp(`The lab took longer than ${MOST_MS / 1_000} s`), MOST_MS);
Deno.exit(await runLab(new Report((line) => console.log(line))));
