import { type Case, expectOutcome, expectThat } from "./cases.ts";
import type { Program } from "./program.ts";

const unpacks = (program: Program): boolean => program.unpacks;
const RUNTIME = "/var/lib/sipmasq/runtime";

async function namesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(folder)) names.push(entry.name);
  return names.sort();
}

/** Where the program puts itself before it runs, and what it does when it may not. */
export const UNPACKING: readonly Case[] = [
  {
    name: "two started at once both run, and leave one unpacked folder",
    async run(program) {
      const home = await program.home();
      const caller = { env: { HOME: home } };
      const outcomes = await Promise.all([
        program.run(["version"], caller),
        program.run(["version"], caller),
      ]);
      for (const outcome of outcomes) expectOutcome(outcome, 0, ["sipmasq "]);
      if (!program.unpacks) return;
      const names = await namesIn(`${home}/.cache/sipmasq`);
      const one = names.length === 1 && /^[0-9a-f]{64}$/.test(names[0]!);
      expectThat(one, `Expected one folder named by a SHA-256, came ${names.join(", ")}`);
      const mode = ((await Deno.stat(`${home}/.cache/sipmasq`)).mode! & 0o777).toString(8);
      expectThat(mode === "700", `Expected mode 700, came ${mode}`);
    },
  },
  {
    name: "without HOME it takes the user's own from the system, or says what to set",
    async run(program) {
      const outcome = await program.run(["version"]);
      if (outcome.code === 0) return expectOutcome(outcome, 0, ["sipmasq "]);
      expectOutcome(outcome, 1, ["Cannot start", "XDG_CACHE_HOME"]);
    },
  },
  {
    name: "without HOME but with a cache folder set it runs",
    async run(program) {
      const env = { XDG_CACHE_HOME: await program.home() };
      expectOutcome(await program.run(["version"], { env }), 0, ["sipmasq "]);
    },
  },
  {
    name: "with an empty environment it still finds the programs it reads the system with",
    applies: unpacks,
    async run(program) {
      const env = { XDG_CACHE_HOME: await program.home() };
      const file = await program.configuration("");
      const outcome = await program.run(["check", "--config", file], { env, bare: true });
      expectOutcome(outcome, 0, ["open files"]);
      expectThat(!outcome.output.includes("Failed"), `Expected no failure:\n${outcome.output}`);
    },
  },
  {
    name: "with a home that cannot be written to it says so and what to set",
    applies: unpacks,
    async run(program) {
      const home = await program.home();
      await Deno.chmod(home, 0o500);
      const outcome = await program.run(["version"], { env: { HOME: home } });
      expectOutcome(outcome, 1, ["Cannot start", `${home}/.cache/sipmasq`, "XDG_CACHE_HOME"]);
    },
  },
  {
    name: "with a home that cannot be written to it runs from the run-time folder",
    applies: unpacks,
    async run(program) {
      const [home, runtime] = [await program.home(), await program.home()];
      await Deno.chmod(home, 0o500);
      const env = { HOME: home, XDG_RUNTIME_DIR: runtime };
      expectOutcome(await program.run(["version"], { env }), 0, ["sipmasq "]);
    },
  },
  {
    name: "once unpacked it runs from a home that has become read-only",
    applies: unpacks,
    async run(program) {
      const home = await program.home();
      const caller = { env: { HOME: home } };
      expectOutcome(await program.run(["version"], caller), 0);
      await Deno.chmod(home, 0o500);
      expectOutcome(await program.run(["version"], caller), 0, ["sipmasq "]);
    },
  },
  {
    name: "a folder that others may enter, or that is a link, is not run from",
    applies: unpacks,
    async run(program) {
      const open = await program.home();
      await Deno.mkdir(`${open}/sipmasq`);
      await Deno.chmod(`${open}/sipmasq`, 0o777);
      if (Deno.uid() === 0) await Deno.chown(`${open}/sipmasq`, 65534, 65534);
      const opened = await program.run(["version"], {
        env: { XDG_CACHE_HOME: open, HOME: "/none" },
      });
      expectOutcome(opened, 1, ["Cannot start", "chmod 700"]);
      const linked = await program.home();
      await Deno.symlink(open, `${linked}/sipmasq`);
      const env = { XDG_CACHE_HOME: linked, HOME: "/none" };
      expectOutcome(await program.run(["version"], { env }), 1, ["Cannot start"]);
    },
  },
  {
    name: "somebody else's folder is not run from",
    applies: (program) => program.unpacks && Deno.uid() === 0,
    async run(program) {
      const cache = await program.home();
      await Deno.mkdir(`${cache}/sipmasq`, { mode: 0o700 });
      await Deno.chown(`${cache}/sipmasq`, 65533, 65533);
      const env = { XDG_CACHE_HOME: cache, HOME: "/none" };
      const outcome = await program.run(["version"], { env });
      expectOutcome(outcome, 1, ["Cannot start", "belongs to somebody else"]);
    },
  },
  {
    name: "a file that was cut short says that it is damaged",
    applies: unpacks,
    async run(program) {
      const bytes = await Deno.readFile(`${program.folder}/sipmasq`);
      const file = `${program.folder}/cut-short`;
      await Deno.writeFile(file, bytes.subarray(0, bytes.length - 1000), { mode: 0o755 });
      const env = { HOME: await program.home() };
      expectOutcome(await program.run(["version"], { env }, file), 1, ["damaged"]);
      await Deno.remove(file);
    },
  },
  {
    name: "nothing is put into the folder where everybody may write",
    applies: unpacks,
    async run(program) {
      const before = await namesIn("/tmp");
      expectOutcome(await program.run(["version"], { env: { HOME: "/none" } }), 1, [
        "Cannot start",
      ]);
      const made = (await namesIn("/tmp")).filter((name) => !before.includes(name));
      // Self-tests of others may run at the same time.
      const ours = made.filter((name) => /^(sipmasq$|\.new\.)/.test(name));
      expectThat(ours.length === 0, `Expected nothing new in /tmp, came ${ours.join(", ")}`);
    },
  },
  {
    name: "root runs it from the system's own folder, whatever HOME is",
    applies: (program) => program.unpacks && Deno.uid() === 0,
    async run(program) {
      const was = await Deno.stat(RUNTIME).then(() => true, () => false);
      const outcome = await program.run(["version"], { root: true, env: { HOME: "/none" } });
      const names = await namesIn(RUNTIME).catch(() => []);
      if (!was) await Deno.remove(RUNTIME, { recursive: true }).catch(() => {});
      // The folder above it goes as well, unless a state lies in it.
      if (!was) await Deno.remove("/var/lib/sipmasq").catch(() => {});
      expectOutcome(outcome, 0, ["sipmasq "]);
      expectThat(names.length === 1, `Expected one folder in ${RUNTIME}, came ${names.join(", ")}`);
    },
  },
];
