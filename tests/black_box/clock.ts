import { type Case, expectThat } from "./cases.ts";
import { type Bench, onBench } from "./bench.ts";
import { callIn, expectComplaints, hangUp, passSelftest, register } from "./place.ts";
import type { Program } from "./program.ts";

const BOOT = "@1970-01-01 00:00:10";
/** In the last line of the statistics. */
const LAST_COUNTER = "names being asked for";
const WRONG = "The clock says 1970-01-01T00:00:1";
const SET = "The clock was set ";

/** A clock that a program is made to see, and that the test sets. */
class Clock {
  readonly #file: string;
  readonly #library: string;

  constructor(file: string, library: string) {
    this.#file = file;
    this.#library = library;
  }

  /** What makes a program see it. Its time goes on from the moment it was set; how long things take stays true. */
  get env(): Readonly<Record<string, string>> {
    return {
      LD_PRELOAD: this.#library,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
    };
  }

  /** Sets it: `@1970-01-01 00:00:10`, or `+400d` for so much later than the machine's. */
  async set(time: string): Promise<void> {
    await Deno.writeTextFile(this.#file, `${time}\n`);
  }
}

/** The package names its folder after the machine. */
async function library(): Promise<string> {
  for await (const { name } of Deno.readDir("/usr/lib")) {
    const path = `/usr/lib/${name}/faketime/libfaketimeMT.so.1`;
    if (await Deno.stat(path).then(() => true, () => false)) return path;
  }
  throw new Error(
    "Cannot set the program's clock: libfaketime is not there; run make black-box-deps",
  );
}

async function withClock(program: Program, act: (clock: Clock) => Promise<void>): Promise<void> {
  const before = await leavings();
  try {
    await act(new Clock(await program.configuration(""), await library()));
  } finally {
    // The library cannot tidy up after programs that are killed.
    for (const name of await leavings()) {
      if (!before.includes(name)) await Deno.remove(`/dev/shm/${name}`).catch(() => {});
    }
  }
}

async function leavings(): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir("/dev/shm")) {
    if (name.includes("faketime")) names.push(name);
  }
  return names;
}

/** The registration is there for most of its 300 s, as the statistics say, and a call goes through. */
async function called({ running, scene }: Bench): Promise<void> {
  const asked = running.output.length;
  running.kill("SIGUSR2");
  await running.says(LAST_COUNTER, running.output.split(LAST_COUNTER).length);
  const row = /Phones: 1\n.*expires in\n.* {2}(\d+) min\b/.exec(running.output.slice(asked));
  const left = Number(row?.[1] ?? 0);
  expectThat(left >= 4, `Expected 4 min or more, came ${left}:\n${running.output}`);
  await callIn(scene);
  await hangUp(scene, "party");
}

function timesSaid({ running }: Bench, words: string): number {
  return running.output.split(words).length - 1;
}

async function bootIn1970(program: Program, clock: Clock): Promise<void> {
  await onBench(program, async (bench) => {
    const { place } = bench;
    // The router is switched off, and has forgotten the time when it comes back.
    await bench.kill();
    await clock.set(BOOT);
    await bench.start(clock.env);
    await Promise.all([called(bench), passSelftest(program, { ...place.env, ...clock.env })]);
    await bench.kill();
    await bench.start(clock.env);
    await called(bench);
    await register(bench.scene);
    await bench.end();
    expectComplaints(bench.running, [WRONG]);
    expectThat(timesSaid(bench, SET) === 0, `Nobody set the clock:\n${bench.running.output}`);
    // And once more with the true time: saved in 1970, still there.
    await bench.start();
    await called(bench);
    await bench.end();
    expectComplaints(bench.running, []);
  });
}

async function jump(program: Program, clock: Clock): Promise<void> {
  await clock.set(BOOT);
  await onBench(program, async (bench) => {
    const { scene } = bench;
    await callIn(scene);
    for (const [index, time] of ["+0", "+400d", "@2027-01-01 00:00:00"].entries()) {
      await clock.set(time);
      await bench.running.says(SET, index + 1);
    }
    await passSelftest(program, { ...bench.place.env, ...clock.env });
    await hangUp(scene, "phone");
    await called(bench);
    await bench.kill();
    expectComplaints(bench.running, [WRONG, "no audio came from either side"]);
    expectThat(timesSaid(bench, SET) === 3, `Set three times:\n${bench.running.output}`);
    await clock.set(BOOT);
    await bench.start(clock.env);
    await called(bench);
    await bench.end();
    expectComplaints(bench.running, [WRONG]);
    await bench.start();
    await called(bench);
    await bench.end();
    expectComplaints(bench.running, []);
  }, { env: clock.env });
}

/** A clock that is wrong, and one that is set. */
export const CLOCK: readonly Case[] = [
  {
    name: "the clock says 1970: it says so once, works, and loses no registration, then or later",
    run: (program) => withClock(program, (clock) => bootIn1970(program, clock)),
  },
  {
    name: "the clock jumps, forward and back, in a call: each is said once, and nothing is lost",
    run: (program) => withClock(program, (clock) => jump(program, clock)),
  },
];
