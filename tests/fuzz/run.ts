import type { Part, PartReport } from "./worker.ts";

/** The same tries each time, so that a red run is a fault of the change; another SEED explores. `make test` has 1. */
const SEED = 2;
/** Threads, each with a seed of its own: as many on every machine, or the tries would be others. */
const PARTS = 2;

/** Lets a thread try its part. */
async function inThread(part: Part): Promise<PartReport> {
  const thread = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  const { promise, resolve, reject } = Promise.withResolvers<PartReport>();
  thread.onmessage = ({ data }: MessageEvent<PartReport>) => resolve(data);
  thread.onerror = ({ message }) => reject(new Error(message));
  thread.postMessage(part);
  return await promise.finally(() => thread.terminate());
}

/** Usage: run.ts COUNT [SEED] */
async function main(): Promise<number> {
  const count = Number(Deno.args[0] ?? 200_000);
  const seed = Number(Deno.args[1] ?? SEED);
  const parts = Array.from({ length: PARTS }, (_, index) => (
    { seed: seed * PARTS + index, count: Math.ceil(count / PARTS) }
  ));
  const found: string[] = [];
  for (const [index, report] of (await Promise.all(parts.map(inThread))).entries()) {
    console.log(`seed ${seed}, part ${index + 1}: ${parts[index]!.count} tries`);
    for (const line of report.figures) console.log(line);
    found.push(...report.problems);
  }
  for (const problem of found) console.log(`FAILED ${problem}`);
  if (found.length > 0) {
    console.log(`\nThe same tries again: make fuzz SEED=${seed} COUNT=${count}`);
  }
  console.log(`\n${found.length === 0 ? 1 : 0} passed, ${found.length} failed, 0 skipped`);
  return found.length === 0 ? 0 : 1;
}

Deno.exit(await main());
