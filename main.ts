import { runCommand } from "./src/app/command.ts";
import { startApp } from "./src/app/start.ts";
import { runSelftest } from "./src/selftest/selftest.ts";

const selftest = () => runSelftest({ print: (line) => console.log(line), startApp });

Deno.exit(await runCommand(Deno.args, { selftest }));
