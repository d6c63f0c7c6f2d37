import { attackSteps } from "./attacks.ts";
import { attendedSteps } from "./attended.ts";
import { Beside } from "./beside.ts";
import { callSteps } from "./calls.ts";
import { natControls, outsideControls, stoppedControl } from "./controls.ts";
import { manySteps } from "./many.ts";
import { messageSteps } from "./messages.ts";
import { makeFolder, ownRemains, removeLeftovers, removeOwn } from "./network.ts";
import { addressSteps } from "./address.ts";
import { earlySteps } from "./early.ts";
import { failoverSteps } from "./failover.ts";
import { faxSteps } from "./fax.ts";
import { holdSteps } from "./hold.ts";
import { loadSteps } from "./load.ts";
import { localSteps } from "./local.ts";
import { privateProviderSteps } from "./private_providers.ts";
import { providerSteps } from "./providers.ts";
import { Report } from "./report.ts";
import { ringingSteps } from "./ringing.ts";
import { spraySteps } from "./spray.ts";
import { strangerSteps } from "./strangers.ts";
import { missingNeeds } from "./tools.ts";
import { survivalSteps } from "./survival.ts";
import { transferSteps } from "./transfer.ts";
import { videoSteps } from "./video.ts";

const MOST_MS = 1_020_000;
/** It waits for minutes: among all parts it runs beside the others. */
const BESIDE = "survival";

type Part = (report: Report, folder: string) => Promise<void>;

/** What the lab shows, in this order; each part makes its own site. Names on the command line choose some of them. */
const PARTS: Readonly<Record<string, Part>> = {
  outside: outsideControls,
  nat: natControls,
  stopped: stoppedControl,
  calls: callSteps,
  ringing: ringingSteps,
  local: localSteps,
  hold: holdSteps,
  transfer: transferSteps,
  attended: attendedSteps,
  messages: messageSteps,
  providers: providerSteps,
  privateProviders: privateProviderSteps,
  failover: failoverSteps,
  address: addressSteps,
  strangers: strangerSteps,
  attacks: attackSteps,
  early: earlySteps,
  fax: faxSteps,
  spray: spraySteps,
  video: videoSteps,
  many: manySteps,
  survival: survivalSteps,
  load: loadSteps,
};

/** Runs the lab and gives the exit code. */
async function runLab(report: Report): Promise<number> {
  const unknown = Deno.args.filter((name) => !Object.hasOwn(PARTS, name));
  if (unknown.length > 0) {
    const known = Object.keys(PARTS).join(", ");
    console.error(`Cannot run ${unknown.join(", ")}: the parts of the lab are ${known}`);
    return 2;
  }
  if (!await report.step("what the lab needs is there", missingNeeds)) return report.close();
  const removed = await removeLeftovers();
  if (removed.length > 0) console.log(`           removed of a former run: ${removed.join(", ")}`);
  if (Deno.args.length === 0) beside = Beside.start(BESIDE);
  for (const [name, part] of Object.entries(PARTS)) {
    const chosen = Deno.args.length === 0 ? name !== BESIDE : Deno.args.includes(name);
    if (chosen) await runPart(report, part);
  }
  await beside?.finish(report);
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
    if (keep !== undefined) await keepFolder(folder, `${keep}/${part.name}`);
    else await Deno.remove(folder, { recursive: true });
  }
}

async function keepFolder(folder: string, kept: string): Promise<void> {
  await Deno.mkdir(kept, { recursive: true });
  await Deno.remove(kept, { recursive: true });
  await Deno.rename(folder, kept);
}

async function remainsProblems(): Promise<string[]> {
  return (await ownRemains()).map((name) => `${name} is still there`);
}

/** A run that is interrupted or takes too long takes what it has made with it. */
async function giveUp(report: Report, reason: string): Promise<never> {
  await report.step("the lab runs to its end", () => Promise.resolve([reason]));
  await beside?.stop();
  await removeOwn();
  Deno.exit(report.close());
}

let beside: Beside | undefined;
const report = new Report((line) => console.log(line));
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, () => giveUp(report, `It was ended by ${signal}`));
}
setTimeout(() => giveUp(report, `It took longer than ${MOST_MS / 1_000} s`), MOST_MS);
Deno.exit(await runLab(report));
