import { type Case, expectOutcome, expectThat } from "./cases.ts";
import { endAt, killAt, makePlace, passSelftest, startAt } from "./place.ts";

/** The program while it runs. */
export const RUNNING: readonly Case[] = [
  {
    name: "selftest passes",
    run: async (program) => passSelftest(program, await program.env()),
  },
  {
    name: "selftest passes after one was killed with -9 in the middle",
    async run(program) {
      const caller = await program.env();
      // What the killed one leaves goes with the test's folder.
      const env = { ...caller, TMPDIR: caller.HOME };
      const running = program.start(["selftest"], { env });
      await running.says("ok    4");
      running.kill("SIGKILL");
      await running.outcome;
      await passSelftest(program, env);
    },
  },
  {
    name: "run says where it listens, and ends in order by TERM",
    async run(program) {
      const { env, args, inside, outside } = await makePlace(program);
      const running = program.start(args, { env });
      await running.says(inside);
      await running.says(outside);
      await running.says("calls with audio");
      running.kill("SIGTERM");
      expectOutcome(await running.outcome, 0, [inside, outside]);
    },
  },
  {
    name: "a second one on the same ports ends with 1, names listener, process and next step",
    async run(program) {
      const first = await makePlace(program);
      const second = await makePlace(program);
      const text = (await Deno.readTextFile(first.args.at(-1)!))
        .replace(first.state, second.state);
      const file = await program.configuration(text);
      const running = await startAt(program, first);
      const refused = await program.run(["run", "--config", file], { env: second.env });
      const checked = await program.run(["check", "--config", file], { env: second.env });
      await killAt(running);
      const [ip, port] = first.inside.split(":");
      const words = `Could not listen on inside udp ${first.inside}: udp ${port} on ${ip} is ` +
        `taken by process sipmasq (pid ${running.pid}); end it, or set another port in [inside]`;
      expectOutcome(refused, 1, [words]);
      expectOutcome(checked, 1, [words, "[inside]\n"]);
    },
  },
  {
    name: "a second one on the same state ends with 1, until the first is killed with -9",
    async run(program) {
      const first = await makePlace(program);
      const second = await makePlace(program);
      const text = (await Deno.readTextFile(second.args.at(-1)!))
        .replace(second.state, first.state);
      const args = ["run", "--config", await program.configuration(text)];
      const running = await startAt(program, first);
      const refused = await program.run(args, { env: first.env });
      await passSelftest(program, first.env);
      await killAt(running);
      const words = `Another sipmasq (pid ${running.pid}) is running with this state, ` +
        `${first.state}; end it first, or set [state] path to another file`;
      expectOutcome(refused, 1, [words]);
      await endAt(await startAt(program, { ...second, args, env: first.env }));
    },
  },
  {
    name: "check beside a running one names it, and finds no fault in that",
    async run(program) {
      const place = await makePlace(program);
      const { env, args, state } = place;
      const running = await startAt(program, place);
      const outcome = await program.run(["check", ...args.slice(1)], { env });
      await endAt(running);
      expectOutcome(outcome, 0, [
        `# Another sipmasq (pid ${running.pid}) is running with this state, ${state}\n`,
      ]);
    },
  },
  {
    name: "killed with -9 it starts again on the same ports and the same state",
    async run(program) {
      const { env, args } = await makePlace(program);
      for (let round = 0; round < 3; round++) {
        const running = program.start(args, { env });
        await running.says("calls with audio");
        running.kill("SIGKILL");
        const { output } = await running.outcome;
        expectThat(!output.includes("error"), `Expected no error in round ${round}:\n${output}`);
      }
    },
  },
  {
    name: "selftest passes beside a running one",
    async run(program) {
      const { env, args } = await makePlace(program);
      const running = program.start(args, { env });
      await running.says("calls with audio");
      await passSelftest(program, env);
      running.kill("SIGTERM");
      expectOutcome(await running.outcome, 0);
    },
  },
];
