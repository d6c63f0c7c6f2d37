import { DatabaseSync } from "node:sqlite";
import { type Case, expectOutcome, expectThat } from "./cases.ts";
import { endAt, expectComplaints, makePlace, type Place, startAt } from "./place.ts";
import type { Program } from "./program.ts";

const PASSWD = "root:x:0:0:root:/root:/bin/sh\n";
const LEFT_ALONE = "is left alone: it has content, and no secret beside it";

/** What is at the place of a state and is not ours. */
const FOREIGN: readonly { name: string; words: string; make: (path: string) => Promise<void> }[] = [
  {
    name: "a file of the system",
    words: LEFT_ALONE,
    make: (path) => Deno.writeTextFile(path, PASSWD),
  },
  {
    name: "the database of another program",
    words: LEFT_ALONE,
    make: (path) => {
      const database = new DatabaseSync(path);
      database.exec("CREATE TABLE songs (title TEXT); INSERT INTO songs VALUES ('Daisy Bell')");
      database.close();
      return Promise.resolve();
    },
  },
  {
    name: "the database of another program, and a secret",
    words: "is left alone: it is a database of another program",
    make: async (path) => {
      const database = new DatabaseSync(path);
      database.exec("CREATE TABLE songs (title TEXT); INSERT INTO songs VALUES ('Daisy Bell')");
      database.close();
      await Deno.writeTextFile(`${path}.secret`, `${"ab".repeat(32)}\n`);
      await give(`${path}.secret`);
    },
  },
  {
    name: "a Deno KV of another program",
    words: LEFT_ALONE,
    make: async (path) => {
      using kv = await Deno.openKv(path);
      await kv.set(["songs", 1], "Daisy Bell");
    },
  },
  { name: "a folder", words: "is a folder and is left alone", make: (path) => Deno.mkdir(path) },
  {
    name: "a link",
    words: "is a link and is left alone",
    make: (path) => Deno.symlink("/etc/passwd", path),
  },
];

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/"));
const modeOf = async (path: string): Promise<string> =>
  ((await Deno.stat(path)).mode! & 0o777).toString(8);

/** A place whose state folder is there already, as the program's user made it. */
async function prepared(program: Program): Promise<Place> {
  const place = await makePlace(program);
  await Deno.mkdir(folderOf(place.state));
  await give(folderOf(place.state));
  return place;
}

/** To the user who runs the program. */
async function give(path: string): Promise<void> {
  const link = (await Deno.lstat(path)).isSymlink;
  if (Deno.uid() === 0 && !link) await Deno.chown(path, 65534, 65534);
}

/** Names, modes and content of all that lies beside a state. */
async function pictureOf(path: string): Promise<string> {
  const lines: string[] = [];
  for await (const { name, isFile } of Deno.readDir(folderOf(path))) {
    const file = `${folderOf(path)}/${name}`;
    const text = isFile ? String(await Deno.readFile(file)) : "";
    lines.push(`${name} ${(await Deno.lstat(file)).mode} ${text}`);
  }
  return lines.sort().join("\n");
}

async function expectLeftAlone(program: Program, place: Place, words: string): Promise<void> {
  const { env, args, state } = place;
  const before = await pictureOf(state);
  expectOutcome(await program.run(args, { env }), 1, [words]);
  expectOutcome(await program.run(["check", ...args.slice(1)], { env }), 2, [words]);
  expectThat(await pictureOf(state) === before, `Expected ${folderOf(state)} as it was`);
}

async function expectModes(path: string): Promise<void> {
  const names = ["state.kv", "state.kv.lock", "state.kv.secret"];
  for (const name of names) {
    const mode = await modeOf(`${folderOf(path)}/${name}`);
    expectThat(mode === "600", `Expected mode 600 of ${name}, came ${mode}`);
  }
  const mode = await modeOf(folderOf(path));
  expectThat(mode === "700", `Expected mode 700 of ${folderOf(path)}, came ${mode}`);
}

/** Whose the state is, and who may read it. */
export const OWNERSHIP: readonly Case[] = [
  ...FOREIGN.map(({ name, words, make }): Case => ({
    name: `[state] path has ${name}: run ends with 1 and check with 2, and it is left alone`,
    async run(program) {
      const place = await prepared(program);
      await make(place.state);
      await give(place.state);
      await expectLeftAlone(program, place, words);
    },
  })),
  {
    name: "[state] path has a file of another user: run ends with 1 and check with 2",
    applies: () => Deno.uid() === 0,
    async run(program) {
      const place = await prepared(program);
      await Deno.writeTextFile(place.state, "");
      const words = "belongs to user 0, and this sipmasq runs as user 65534: it is left alone";
      await expectLeftAlone(program, place, words);
    },
  },
  {
    name: "the state folder gets mode 700 and its files 600, those of before too",
    async run(program) {
      const place = await prepared(program);
      await Deno.chmod(folderOf(place.state), 0o755);
      await endAt(await startAt(program, place));
      await expectModes(place.state);
      await Deno.chmod(folderOf(place.state), 0o777);
      for (const suffix of ["", ".lock", ".secret"]) await Deno.chmod(place.state + suffix, 0o664);
      const running = await startAt(program, place);
      await expectModes(place.state);
      await endAt(running);
      expectComplaints(running, [
        "could be used by other users of this host and is closed to them",
      ]);
    },
  },
  {
    name: "without its secret, or with a damaged one, a state is used, and the damaged one kept",
    async run(program) {
      const place = await makePlace(program);
      await endAt(await startAt(program, place));
      const secret = `${place.state}.secret`;
      await Deno.remove(secret);
      const without = await startAt(program, place);
      await endAt(without);
      expectComplaints(without, [`Secret ${secret} is gone and is made anew: phones get new`]);
      await Deno.writeTextFile(secret, "");
      const damaged = await startAt(program, place);
      await endAt(damaged);
      expectComplaints(damaged, [
        "was damaged and is made anew, the damaged one is kept as " + `${secret}.bad-`,
      ]);
      const text = await Deno.readTextFile(secret);
      expectThat(/^[0-9a-f]{64}\n$/.test(text), `Expected a secret, came ${text}`);
    },
  },
];
