import { PACKET_MS, sleep } from "../../src/selftest/media_line.ts";
import { Scene } from "../../src/selftest/scene.ts";
import { Heap, inspectorUrl } from "../bench/heap.ts";
import { cpuSeconds, machineName, memoryMegabytes, peakMegabytes } from "../bench/machine.ts";
import { type Kind, KINDS } from "./flood_source.ts";
import { memoryProblems } from "./memory_judge.ts";
import { PLACES, Program } from "./program.ts";

const RATE = 5_000;
const MANY = 200;
/** A machine that sends less than this part of the rate proves nothing. */
const RATE_LEAST = 0.6;
/** Messages of one source that must have been dropped, for each second of a flood: far less than were sent. */
const DROPPED_LEAST = 1_000;
/**
 * How long requests live on after a flood: those of INVITEs that nobody answers nor acknowledges, and others. Of each
 * round of floods INVITE is the first, and garbage, of which nothing is held, the last: the rest after it is short.
 */
const INVITE_MS = 66_000;
const OTHERS_MS = 39_000;

/** One flood, and what it did to a call and a registered phone. */
interface Outcome {
  readonly problems: string[];
  readonly words: string;
}

/** Usage: flood.ts [SECONDS] for each flood. */
async function main(): Promise<number> {
  const seconds = Number(Deno.args[0] ?? 20);
  console.log(await machineName());
  const program = await Program.start();
  const heap = await Heap.open(inspectorUrl(program.log));
  const packets = seconds * 1_000 / PACKET_MS;
  const scene = new Scene({
    phoneIp: PLACES.phone,
    providerIp: PLACES.provider,
    patienceMs: 4_000,
    secret: PLACES.phone,
    packets,
  }, program.inside);
  const problems: string[] = [];
  let passed = 0;
  const say = (name: string, outcome: Outcome): void => {
    const bad = outcome.problems.length > 0;
    console.log(
      `${bad ? "FAILED" : "ok"} ${name}: ${[outcome.words, ...outcome.problems].join("; ")}`,
    );
    if (bad) problems.push(name);
    else passed++;
  };
  try {
    await begin(scene);
    const live = [await heap.megabytes()];
    for (const sources of [1, MANY]) {
      for (const kind of KINDS) {
        const name = `${kind} from ${sources} on each side`;
        say(name, await flood({ program, scene, kind, sources, seconds }));
      }
      await sleep(restMs(seconds));
      live.push(await heap.megabytes());
    }
    say("what was dropped", await dropped(program, seconds));
    say("memory", memory(live, await peakMegabytes(program.pid)));
  } finally {
    await heap.close();
    await scene.close();
    await program.end();
  }
  console.log(`\n${passed} passed, ${problems.length} failed, 0 skipped`);
  return problems.length === 0 ? 0 : 1;
}

/** Until nothing of a round of floods is held any more. */
function restMs(seconds: number): number {
  const floodMs = seconds * 1_000;
  return Math.max(0, INVITE_MS - (KINDS.length - 1) * floodMs, OTHERS_MS - floodMs);
}

function memory(live: readonly number[], peak: number): Outcome {
  const heaps = live.map((one) => one.toFixed(1)).join(", ");
  return {
    words: `live heap ${heaps} MB, peak ${peak} MB`,
    problems: memoryProblems({ live, peak }),
  };
}

/** The phone registers, and is in a call. */
async function begin(scene: Scene): Promise<void> {
  const { phone, party } = scene;
  phone.socket.act((now) => phone.agent.register(3600, now));
  const registered = await scene.expect(phone, "registered");
  if (!registered.ok) throw new Error(registered.reason);
  const called = await scene.call(phone, party, party.agent.aor);
  if (!called.ok) throw new Error(called.reason);
}

/** Floods both sides in turn while the call talks and the phone registers again and again. */
async function flood(options: {
  program: Program;
  scene: Scene;
  kind: Kind;
  sources: number;
  seconds: number;
}): Promise<Outcome> {
  const { program, scene, kind, sources, seconds } = options;
  const cpu = await cpuSeconds(program.pid);
  const source = startSource(program, { kind, sources, seconds });
  const problems: string[] = [];
  const [talk, registrations] = await Promise.all([
    scene.talk(),
    registerAgain(scene, seconds),
  ]);
  const rate = await rateOf(source);
  if (rate < RATE * RATE_LEAST) problems.push(`the flood had ${rate} of ${RATE} messages a second`);
  const used = (await cpuSeconds(program.pid) - cpu) / seconds * 100;
  if (!talk.ok) problems.push(talk.reason);
  const heard = talk.ok ? talk.value : "";
  for (const [text, got, all] of heard.matchAll(/(\d+) of (\d+) packets/g)) {
    if (got !== all) problems.push(`lost: ${text}`);
  }
  if (registrations.done < registrations.tried) problems.push("registrations were lost");
  const memory = await memoryMegabytes(program.pid);
  const { done, tried } = registrations;
  const words = `${rate}/s, ${done} of ${tried} registrations, ${heard}, ${
    used.toFixed(0)
  } % CPU, ${memory} MB`;
  return { problems, words };
}

function startSource(
  program: Program,
  options: { kind: Kind; sources: number; seconds: number },
): Deno.ChildProcess {
  const { kind, sources, seconds } = options;
  const places = [program.outside, program.inside].map(({ ip, port }) =>
    `${ip.split(".").slice(0, 3).join(".")}=${ip}:${port}`
  );
  const script = new URL("flood_source.ts", import.meta.url).pathname;
  const numbers = [RATE, seconds, sources].map(String);
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--allow-net",
      "--unstable-net",
      script,
      kind,
      ...numbers,
      ...places,
    ],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

/** Messages a second that a source says it sent; 0 when it came to grief. */
async function rateOf(source: Deno.ChildProcess): Promise<number> {
  const { success, stdout } = await source.output();
  return success ? Number(new TextDecoder().decode(stdout)) : 0;
}

async function registerAgain(
  scene: Scene,
  seconds: number,
): Promise<{ done: number; tried: number }> {
  const { phone } = scene;
  const result = { done: 0, tried: 0 };
  const end = performance.now() + seconds * 1_000;
  while (performance.now() < end) {
    phone.happenings.clear();
    phone.socket.act((now) => phone.agent.register(3600, now));
    result.tried++;
    if ((await scene.expect(phone, "registered")).ok) result.done++;
    await sleep(1_000);
  }
  return result;
}

/** Whoever sent too much alone is named, with a number that fits the four floods of one source on each side. */
async function dropped(program: Program, seconds: number): Promise<Outcome> {
  const text = await program.statistics();
  const counts = [...text.matchAll(/ 127\.0\.[67]\.10 +budget +(\d+)$/gm)].map(([, count]) =>
    Number(count)
  );
  const problems = counts.length < 2 ? ["the sources are not named"] : [];
  const least = DROPPED_LEAST * seconds;
  if (counts.some((count) => count < least)) problems.push(`less than ${least} were counted`);
  return { words: `${counts.join(" and ")} of the first source on each side`, problems };
}

Deno.exit(await main());
