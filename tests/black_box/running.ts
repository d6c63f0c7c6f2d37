import { type Case, expectOutcome, expectThat } from "./cases.ts";
import { endAt, killAt, makePlace, passSelftest, startAt } from "./place.ts";

/** The program while it runs. */
export const RUNNING: readonly Case[] = [
  {
    name: "selftest passes",
    run: async (program) => passSelftest(program, { HOME: await program.home() }),
  },
  {
    name: "selftest passes after one was killed with -9 in the middle",
    async run(program) {
      const home = await program.home();
      // What the killed one leaves goes with the test's folder.
      const env = { HOME: home, TMPDIR: home };
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
    name: "a second one on the same ports ends with 1 and names listener, address and next step",
    async run(program) {
      const { env, args, inside } = await makePlace(program);
      const running = program.start(args, { env });
      await running.says("calls with audio");
      const second = await program.run(args, { env });
      running.kill("SIGKILL");
      await running.outcome;
      expectOutcome(second, 1, ["inside", inside, `ss -ulpn 'sport = :${inside.split(":")[1]}'`]);
    },
  },
  {
    name: "a second one on the same state file ends with 1, until the first is killed with -9",
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
      const words = `State file ${first.state} is used by another sipmasq; set [state] path to`;
      expectOutcome(refused, 1, [words]);
      await endAt(await startAt(program, { ...second, args, env: first.env }));
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
