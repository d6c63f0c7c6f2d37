import { type Command, readArguments } from "./arguments.ts";
import { check } from "./check.ts";
import { COMMAND_HELP, HELP } from "./help.ts";
import { run } from "./run.ts";
import { versionText } from "./version.ts";

/** What {@linkcode runCommand} uses. */
export interface CommandWorld {
  /** Handed in, since this room may not import it. */
  readonly selftest: () => Promise<number>;
  /** Where answers go; standard output by default. */
  readonly print?: (text: string) => void;
  /** Where complaints go; standard error by default. */
  readonly complain?: (text: string) => void;
}

/** Runs what the command line asks for and returns the exit code. */
export async function runCommand(args: readonly string[], world: CommandWorld): Promise<number> {
  const print = world.print ?? ((text: string) => console.log(text));
  const complain = world.complain ?? ((text: string) => console.error(text));
  const command = readArguments(args);
  if (!command.ok) {
    complain(command.reason);
    return 2;
  }
  switch (command.value.name) {
    case "run":
      return await run(command.value);
    case "check":
      return await check(command.value);
    case "selftest":
      return await world.selftest();
    case "version":
      print(versionText());
      return 0;
    case "help":
      print(textOf(command.value));
      return 0;
  }
}

function textOf({ topic }: Command): string {
  return topic === undefined ? HELP : COMMAND_HELP[topic];
}
