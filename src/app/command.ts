import { readArguments } from "./arguments.ts";
import { check } from "./check.ts";
import { HELP } from "./help.ts";
import { run } from "./run.ts";
import { versionText } from "./version.ts";

/** Runs what the command line asks for and returns the exit code; the self-test is handed in, since this room may not import it. */
export async function runCommand(
  args: readonly string[],
  { selftest }: { selftest: () => Promise<number> },
): Promise<number> {
  const command = readArguments(args);
  if (!command.ok) {
    console.error(command.reason);
    return 2;
  }
  switch (command.value.name) {
    case "run":
      return await run(command.value);
    case "check":
      return await check(command.value);
    case "selftest":
      return await selftest();
    case "version":
      console.log(versionText());
      return 0;
    case "help":
      console.log(HELP);
      return 0;
  }
}
