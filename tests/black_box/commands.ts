import { type Case, expectOutcome, expectThat } from "./cases.ts";

const WRONG = `
[inside]
lissen = ["udp:5060"]

[outside]
advertise = 7
keepalive = "25 parsecs"

[media]
ports = "20000-10000"
`;

const NO_TOML = `[inside]
interface = eth1
[media]
ports: 10000-10999
`;

/** What each problem of {@linkcode WRONG} is about, with its line. */
const PROBLEMS = ["inside.lissen", "outside.advertise", "outside.keepalive", "media.ports"];
const LINES = ["3", "6", "7", "10"];

/** The commands that start nothing. */
export const COMMANDS: readonly Case[] = [
  {
    name: "version names the program and its runtime",
    async run(program) {
      const env = await program.env();
      expectOutcome(await program.run(["version"], { env }), 0, ["sipmasq ", "Deno "]);
    },
  },
  {
    name: "--help says what it is for and lists the commands",
    async run(program) {
      const env = await program.env();
      const outcome = await program.run(["--help"], { env });
      expectOutcome(outcome, 0, ["Usage:", "selftest", "check", "version", "--config"]);
    },
  },
  {
    name: "an unknown command is wrong usage, with the nearest name",
    async run(program) {
      const env = await program.env();
      expectOutcome(await program.run(["selftset"], { env }), 2, ["selftest"]);
    },
  },
  {
    name: "options that a command would ignore are wrong usage",
    async run(program) {
      const env = await program.env();
      const outcome = await program.run(["selftest", "--config", "any.toml"], { env });
      expectOutcome(outcome, 2, ["selftest reads no configuration; use check"]);
    },
  },
  {
    name: "check prints the effective configuration of an empty file",
    async run(program) {
      const env = await program.env();
      const file = await program.configuration("");
      const outcome = await program.run(["check", "--config", file], { env });
      expectOutcome(outcome, 0, ["[inside]", "[outside]", "[media]"]);
    },
  },
  {
    name: "check lists every problem of a wrong configuration with key and line, and ends with 2",
    async run(program) {
      const env = await program.env();
      const file = await program.configuration(WRONG);
      const outcome = await program.run(["check", "--config", file], { env });
      expectOutcome(outcome, 2, PROBLEMS);
      for (const [index, key] of PROBLEMS.entries()) {
        const line = outcome.output.split("\n").find((candidate) => candidate.includes(key))!;
        const number = new RegExp(`(line |:)${LINES[index]}\\b`);
        expectThat(number.test(line), `Expected line ${LINES[index]} for ${key}, came: ${line}`);
      }
    },
  },
  {
    name: "check FILE shows every fault of TOML at once, each with a caret",
    async run(program) {
      const env = await program.env();
      const file = await program.configuration(NO_TOML);
      expectOutcome(await program.run(["check", file], { env }), 2, [
        `${file}:2:13: inside.interface: Not TOML: a text needs quotes: write "eth1"\n` +
        "    interface = eth1\n                ^\n",
        `${file}:4:6: media.ports: Not TOML: a key needs "=" and a value: ` +
        `write ports = "10000-10999"\n    ports: 10000-10999\n         ^\n`,
      ]);
    },
  },
  {
    name: "help COMMAND explains it, and -c is led to --config",
    async run(program) {
      const env = await program.env();
      expectOutcome(await program.run(["help", "check"], { env }), 0, ["sipmasq check [FILE]"]);
      expectOutcome(await program.run(["check", "-c", "x"], { env }), 2, ["--config FILE"]);
    },
  },
  {
    name: "an address to advertise where nobody reaches us keeps a start from going on",
    async run(program) {
      const env = await program.env();
      const file = await program.configuration(`[inside]
interface = "127.0.1.1/24"
[outside]
interface = "127.0.2.1/24"
advertise = "127.0.1.9"
`);
      const words = [`${file}:5: outside.advertise: Cannot advertise 127.0.1.9: `];
      expectOutcome(await program.run(["check", file], { env }), 2, words);
      expectOutcome(await program.run(["run", file], { env }), 2, words);
    },
  },
  {
    name: "run with a wrong configuration starts nothing and ends with 2",
    async run(program) {
      const env = await program.env();
      const file = await program.configuration(WRONG);
      expectOutcome(await program.run(["run", "--config", file], { env }), 2, PROBLEMS);
    },
  },
];
