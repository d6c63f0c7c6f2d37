import { Heap, inspectorUrl } from "../bench/heap.ts";
import { sleep } from "../bench/machine.ts";
import { Crowd } from "./crowd.ts";
import { differences, type Sample, slope, slopeFaults, type Tables } from "./measure.ts";
import { Program } from "./program.ts";
import { tallyFaults, tallyText } from "./tally.ts";

/*
 * Fifty calls that come and go through sipmasq on loopback, phones that register again, and restarts.
 * Arguments: minutes, and the permissions of the program. Half of the time it is ended and started again, the other
 * half it is left alone, and only what its memory holds is counted. In both, the ends of each call must hear each
 * other as long as the program runs. Before, between and after them it rests, so that what is left over can be
 * compared.
 */

const CALLS = 50;
const INSIDE = { ours: "127.0.8.1", phones: "127.0.8.2" };
const OUTSIDE = { ours: "127.0.9.1", provider: "127.0.9.2" };
/** Longer than transactions linger and the end of a dialog is remembered. */
const REST_MS = 40_000;
/** An answered INVITE of a call that a start brought back: 32 s for copies of its 2xx, and 32 s abandoned (RULES N4). */
const RESTORED_MS = 68_000;
/** When it is ended and started again, as parts of the first half. */
const RESTARTS = [
  [0.15, "SIGTERM"],
  [0.3, "SIGKILL"],
  [0.45, "SIGKILL"],
  [0.6, "SIGKILL"],
  [0.75, "SIGKILL"],
] as const;
/** How long it runs between two, however long it took to start: calls go on in that time, or do not. */
const UP_LEAST_MS = 5_000;
/** Under load memory grows until the collector has leisure: what counts is how low it falls after it. */
const GROWTH_MOST = 10;
const LEISURE_MS = 120_000;
/** What is reachable is looked at so often, once as many calls are over as are remembered at a time. */
const SAMPLE_MS = 5000;
const WARM_MS = 60_000;
const counts = { passed: 0, failed: 0, skipped: 0 };

function report(name: string, faults: readonly string[], figures = ""): void {
  counts[faults.length === 0 ? "passed" : "failed"]++;
  console.log(`${faults.length === 0 ? "ok   " : "FAIL "} ${name}${figures}`);
  for (const fault of faults.slice(0, 20)) console.log(`      ${fault}`);
  if (faults.length > 20) console.log(`      and ${faults.length - 20} more`);
}

/** Ends and starts the program while calls go on. */
async function restart(program: Program, ms: number): Promise<void> {
  const startedAt = performance.now();
  for (const [part, signal] of RESTARTS) {
    await sleep(Math.max(UP_LEAST_MS, startedAt + part * ms - performance.now()));
    await program.restart(signal);
  }
}

/** Tables, sockets and memory after a rest. */
async function rest(program: Program): Promise<{ tables: Tables; megabytes: number }> {
  const startedAt = program.outages.at(-1)?.until ?? -Infinity;
  await sleep(Math.max(REST_MS, startedAt + RESTORED_MS - performance.now()));
  const tables = new Map([...await program.tables(), ["open sockets", program.sockets]]);
  return { tables, megabytes: program.megabytes };
}

/** Memory while calls come and go: the most in all, in megabytes, and what was reachable. */
async function watch(
  program: Program,
  ms: number,
): Promise<{ most: number; samples: Sample[] }> {
  const heap = await Heap.open(inspectorUrl(program.log));
  const startedAt = performance.now();
  const samples: Sample[] = [];
  let most = 0;
  for (let atMs = 0; atMs < ms; atMs = performance.now() - startedAt) {
    most = Math.max(most, program.megabytes);
    if (atMs > WARM_MS) samples.push({ atMs, megabytes: await heap.megabytes() });
    await sleep(SAMPLE_MS);
  }
  await heap.close();
  return { most, samples };
}

function judgeSlope(samples: readonly Sample[]): void {
  const found = slope(samples);
  if (found === undefined) {
    counts.skipped++;
    console.log("skip  memory does not rise: too short to say, soak for 5 minutes or more");
    return;
  }
  const { first, last } = found;
  report(
    "memory does not rise",
    slopeFaults(found),
    `: ${first.toFixed(2)} MB reachable, ${last.toFixed(2)} at the end (${samples.length} samples)`,
  );
}

/** Waits for memory to fall to a limit; what it came to, in megabytes. */
async function fall(program: Program, limit: number): Promise<number> {
  const endAt = performance.now() + LEISURE_MS;
  while (program.megabytes > limit && performance.now() < endAt) await sleep(1000);
  return program.megabytes;
}

function judgeCrowd(crowd: Crowd, { outages }: Program): void {
  const longest = Math.max(...outages.map(({ from, until }) => until - from)) / 1_000;
  report(
    "every call and registration went as it should, and both ends heard each other to the end",
    tallyFaults(crowd.tally),
    `: ${tallyText(crowd.tally)}, ${outages.length} restarts of ${longest.toFixed(1)} s at most`,
  );
  report("nothing of the inside was seen outside", crowd.leaks);
}

async function soak(program: Program, crowd: Crowd, ms: number): Promise<void> {
  const live = (): Promise<void> => {
    const endAt = performance.now() + ms / 2;
    return crowd.live(() => performance.now() < endAt, program.outages);
  };
  await program.start();
  await crowd.register();
  const first = await rest(program);
  await Promise.all([live(), restart(program, ms / 2)]);
  const second = await rest(program);
  report("tables and ports after restarts are as before", differences(first.tables, second.tables));
  const [{ most, samples }] = await Promise.all([watch(program, ms / 2), live()]);
  const third = await rest(program);
  report("tables and ports at the end are as before", differences(first.tables, third.tables));
  const last = await fall(program, second.megabytes + GROWTH_MOST);
  const [before, between, load, after] = [first.megabytes, second.megabytes, most, last]
    .map(Math.round);
  report(
    "memory comes back",
    last <= second.megabytes + GROWTH_MOST ? [] : [`More than ${GROWTH_MOST} MB are kept`],
    `: ${before} MB before, ${between} between, ${load} under load, ${after} after`,
  );
  judgeSlope(samples);
  judgeCrowd(crowd, program);
  const complaints = program.log.split("\n").filter((line) => /^\S+ error /.test(line));
  report("the log has no error", complaints);
}

async function main(folder: string): Promise<void> {
  const [minutes, ...permissions] = Deno.args;
  const ms = Number(minutes) * 60_000;
  if (!(ms >= 60_000)) throw new Error(`Cannot soak for ${minutes} minutes: say 1 or more`);
  const program = await Program.at(folder, {
    inside: INSIDE.ours,
    outside: OUTSIDE.ours,
    permissions,
  });
  const crowd = new Crowd({
    size: CALLS,
    phonesIp: INSIDE.phones,
    providerIp: OUTSIDE.provider,
    inside: program.inside,
  });
  try {
    await soak(program, crowd, ms);
  } finally {
    await program.end("SIGTERM");
    await crowd.close();
  }
}

const folder = await Deno.makeTempDir({ prefix: "sipmasq-soak-" });
try {
  await main(folder);
} catch (error) {
  report("the soak runs to its end", [error instanceof Error ? error.message : String(error)]);
} finally {
  await Deno.remove(folder, { recursive: true });
}
console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
Deno.exit(counts.failed === 0 ? 0 : 1);
