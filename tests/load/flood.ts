import type { Address } from "../../src/base/address.ts";
import { sleep } from "../../src/selftest/media_line.ts";
import { Heap, inspectorUrl } from "../bench/heap.ts";
import { cpuSeconds, machineName, memoryMegabytes, peakMegabytes } from "../bench/machine.ts";
import { Callers } from "./callers.ts";
import { dropProblems, type Drops, readDrops } from "./drop_judge.ts";
import { type Kind, KINDS, type Sent } from "./flood_source.ts";
import type { Experience } from "./life_judge.ts";
import { memoryProblems } from "./memory_judge.ts";
import { INSIDE, OUTSIDE } from "./places.ts";
import { Program } from "./program.ts";
import { reachProblems } from "./reach_judge.ts";
import { socketDrops } from "./socket_drops.ts";

/** Messages a second to each side. */
const RATE = { inside: 5_000, outside: 5_000 } as const;
const MANY = 200;
/**
 * How long requests live on after a flood: those of INVITEs that nobody answers nor acknowledges, and others. Of each
 * round of floods INVITE is the first, and garbage, of which nothing is held, the last: the rest after it is short.
 */
const INVITE_MS = 66_000;
const OTHERS_MS = 39_000;

type Side = keyof typeof RATE;

/** Usage: flood.ts [SECONDS] for each flood. */
async function main(): Promise<number> {
  const seconds = Number(Deno.args[0] ?? 20);
  console.log(await machineName());
  const program = await Program.start();
  const heap = await Heap.open(inspectorUrl(program.log));
  const callers = new Callers(program, seconds);
  let passed = 0;
  let failed = 0;
  const say = (name: string, { problems, words }: Experience): void => {
    const bad = problems.length > 0;
    console.log(`${bad ? "FAILED" : "ok"} ${name}: ${[words, ...problems].join("; ")}`);
    if (bad) failed++;
    else passed++;
  };
  try {
    await callers.begin();
    const live = [await heap.megabytes()];
    let drops = readDrops(await program.statistics());
    for (const sources of [1, MANY]) {
      for (const kind of KINDS) {
        const result = await flood({ program, callers, kind, sources, seconds, drops });
        drops = result.drops;
        say(`${kind} from ${sources} on each side`, result);
      }
      await sleep(restMs(seconds));
      live.push(await heap.megabytes());
    }
    say("memory", memory(live, await peakMegabytes(program.pid)));
  } finally {
    await heap.close();
    await callers.close();
    await program.end();
  }
  console.log(`\n${passed} passed, ${failed} failed, 0 skipped`);
  return failed === 0 ? 0 : 1;
}

/** Until nothing of a round of floods is held any more. */
function restMs(seconds: number): number {
  const floodMs = seconds * 1_000;
  return Math.max(0, INVITE_MS - (KINDS.length - 1) * floodMs, OTHERS_MS - floodMs);
}

function memory(live: readonly number[], peak: number): Experience {
  const heaps = live.map((one) => one.toFixed(1)).join(", ");
  return {
    words: `live heap ${heaps} MB, peak ${peak} MB`,
    problems: memoryProblems({ live, peak }),
  };
}

/** Floods both sides at once while calls talk, come and go, and phones register; `drops` is what was counted before. */
async function flood(options: {
  program: Program;
  callers: Callers;
  kind: Kind;
  sources: number;
  seconds: number;
  drops: Drops;
}): Promise<Experience & { drops: Drops }> {
  const { program, callers, seconds } = options;
  const cpu = await cpuSeconds(program.pid);
  const [experience, inside, outside] = await Promise.all([
    callers.live(seconds),
    floodSide("inside", options),
    floodSide("outside", options),
  ]);
  const used = (await cpuSeconds(program.pid) - cpu) / seconds * 100;
  const drops = readDrops(await program.statistics());
  const problems = [...experience.problems, ...inside.problems, ...outside.problems];
  problems.push(...dropProblems(options.drops, drops, {
    inside: inside.arrived,
    outside: outside.arrived,
    seconds: Math.max(inside.seconds, outside.seconds),
    sourcesPerSide: options.sources,
  }));
  const words = [
    inside.words,
    outside.words,
    experience.words,
    `${drops.total - options.drops.total} drops counted`,
    `${used.toFixed(0)} % CPU`,
    `${await memoryMegabytes(program.pid)} MB`,
  ];
  return { problems, words: words.join(", "), drops };
}

/** Floods one side; what arrived of it. */
async function floodSide(
  side: Side,
  { program, kind, sources, seconds }: {
    program: Program;
    kind: Kind;
    sources: number;
    seconds: number;
  },
): Promise<Experience & { arrived: number; seconds: number }> {
  const target = program[side];
  const before = await lostAt(target);
  const sent = await runSource([kind, RATE[side], seconds, sources].map(String), side, target);
  const lost = await lostAt(target) - before;
  const rate = Math.round(sent.messages / sent.seconds);
  const problems = reachProblems({ side, sent, lost, rate: RATE[side] });
  const arrived = sent.messages - lost;
  const words = `${rate}/s ${side} (${lost} lost before they were read)`;
  return { problems, words, arrived, seconds: sent.seconds };
}

async function lostAt(address: Address): Promise<number> {
  return socketDrops(await Deno.readTextFile("/proc/net/udp"), address);
}

/** Runs a source to its end, as a process of its own; throws when it comes to grief. */
async function runSource(numbers: readonly string[], side: Side, to: Address): Promise<Sent> {
  const script = new URL("flood_source.ts", import.meta.url).pathname;
  const permissions = ["--no-prompt", "--allow-net", "--unstable-net"];
  const place = [side === "inside" ? INSIDE : OUTSIDE, to.ip, String(to.port)];
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...permissions, script, ...numbers, ...place],
    stdout: "piped",
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`The source of the flood ${side} failed: see above`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

Deno.exit(await main());
