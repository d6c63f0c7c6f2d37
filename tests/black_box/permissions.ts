import { type Case, expectThat } from "./cases.ts";
import { endAt, killAt, makePlace, startAt } from "./place.ts";
import type { Program, Running } from "./program.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
/** What `given_up.ts` tries and must not be able to do afterwards. */
const LOST = [
  "read a file",
  "list a folder",
  "write a file",
  "rename a file",
  "open a database",
  "read the environment",
  "ask for it again",
];
const KEPT = [
  "read by cat",
  "read the host's addresses",
  "read the host's routes",
  "look up a name",
  "send a datagram",
  "store a record",
];

/** Runs a tool in the project's folder and returns what it printed. */
async function tool(name: string, args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(name, {
    args: [...args],
    cwd: ROOT,
    stdin: "null",
  }).output();
  const [out, problem] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (!success) throw new Error(`Cannot run ${name} ${args.join(" ")}:\n${out}${problem}`);
  return out!;
}

async function permissions(): Promise<string[]> {
  return (await tool("make", ["--silent", "permissions"])).trim().split(" ");
}

/** Runs the deeds as source, or as the bundle that a build would make of them. */
async function expectGivenUp(program: Program, kind: "source" | "bundle"): Promise<void> {
  const folder = await program.home();
  const source = `${ROOT}tests/black_box/given_up.ts`;
  const entry = kind === "source" ? source : `${folder}/given_up.mjs`;
  if (kind === "bundle") {
    await tool(Deno.execPath(), [
      ...["bundle", "--quiet", "--minify", "--platform", "deno", "--output", entry, source],
    ]);
  }
  const own = await permissions();
  const told = (await tool(Deno.execPath(), [
    "run",
    "--quiet",
    "--unstable-net",
    "--unstable-kv",
    ...own,
    entry,
    folder,
  ])).split("\n");
  const expected = [
    ...[...LOST, ...KEPT].map((deed) => `before it can ${deed}`),
    ...LOST.map((deed) => `after it cannot ${deed}`),
    ...KEPT.map((deed) => `after it can ${deed}`),
  ];
  const missing = expected.filter((line) => !told.includes(line));
  expectThat(missing.length === 0, `Expected ${missing.join(", ")}, came:\n${told.join("\n")}`);
}

/** The start that the README advises. */
const BLOCKED = "--block-signal=USR1";
/** Where Deno's debugger listens; it says nothing of it when it is told to be quiet. */
const DEBUGGER = { hostname: "127.0.0.1", port: 9229 };
/** So long it may take, and so long it is watched when it must not come. */
const DEBUGGER_MS = { comes: 15_000, doesNotCome: 4_000 };

async function hasDebugger(): Promise<boolean> {
  try {
    (await Deno.connect(DEBUGGER)).close();
    return true;
  } catch {
    return false;
  }
}

/** True when the signal opens the debugger; what got it works on in any case. */
async function opensDebugger(running: Running, withinMs: number): Promise<boolean> {
  expectThat(!await hasDebugger(), "Expected nobody on the debugger's port before the signal");
  // Again and again: a signal that comes before Deno's handler is set may be lost.
  for (const end = performance.now() + withinMs; performance.now() < end;) {
    running.kill("SIGUSR1");
    await new Promise((done) => setTimeout(done, 100));
    if (await hasDebugger()) return true;
  }
  return false;
}

async function expectNoDebugger(program: Program, envOptions: readonly string[]): Promise<void> {
  const { env, args } = await makePlace(program);
  const running = program.start(args, { env, envOptions });
  await running.says("calls with audio");
  const opened = await opensDebugger(running, DEBUGGER_MS.doesNotCome);
  running.kill("SIGUSR2");
  await running.says("Statistics");
  await endAt(running);
  expectThat(!opened, `Expected no debugger after env ${envOptions.join(" ")}`);
}

/** Why the advice is needed: without it, and by the ways that seem to be simpler, the debugger opens. */
async function expectDebugger(program: Program, envOptions: readonly string[]): Promise<void> {
  const file = `${program.folder}/waits.js`;
  // Deno sets its handler some time after it has begun to wait; before that the signal ends it.
  await Deno.writeTextFile(file, "setInterval(() => console.log('waits'), 500);");
  const env = await program.env();
  const args = ["run", "--quiet", "--no-config", file];
  const running = program.start(args, { env, envOptions }, Deno.execPath());
  await running.says("waits", 4);
  const opened = await opensDebugger(running, DEBUGGER_MS.comes);
  await killAt(running);
  const what = `a debugger after env ${envOptions.join(" ")}`;
  expectThat(opened, `Expected ${what}, came:\n${running.output}`);
}

/** What the program may do while it runs. */
export const PERMISSIONS: readonly Case[] = [
  ...(["source", "bundle"] as const).map((kind): Case => ({
    name: `what is given up after the start cannot be done, and all that is needed can (${kind})`,
    run: (program) => expectGivenUp(program, kind),
  })),
  {
    name: `USR1 opens Deno's debugger, but not when the start is by env ${BLOCKED}`,
    async run(program) {
      const readme = await Deno.readTextFile(`${ROOT}README.md`);
      expectThat(readme.includes(`exec env ${BLOCKED} `), `Expected ${BLOCKED} in the README`);
      await expectNoDebugger(program, [BLOCKED]);
      if (program.unpacks) await expectNoDebugger(program, []);
      await expectDebugger(program, []);
      await expectDebugger(program, ["--ignore-signal=USR1"]);
    },
  },
  {
    name: "HUP reads the configuration again, though the program has given up reading",
    async run(program) {
      const place = await makePlace(program);
      const file = place.args.at(-1)!;
      const text = await Deno.readTextFile(file);
      const running = await startAt(program, place);
      await Deno.writeTextFile(file, `${text}\n[log]\nlevel = "debug"\n`);
      running.kill("SIGHUP");
      await running.says(`Reloaded: Configuration is ${file}`);
      await Deno.writeTextFile(file, "[log]\nlevel = 7\n");
      running.kill("SIGHUP");
      await running.says(`${file}:2: log.level`);
      await Deno.remove(file);
      running.kill("SIGHUP");
      await running.says("Cannot read the configuration: no such file");
      await endAt(running);
    },
  },
];
