import { assertEquals, assertStringIncludes } from "@std/assert";
import { runCommand } from "../../../src/app/command.ts";
import { COMMAND_HELP } from "../../../src/app/help.ts";
import { versionText } from "../../../src/app/version.ts";

/** Exit code, output and complaints of a command line; the self-test fails with 7. */
async function command(
  ...args: string[]
): Promise<[code: number, out: string, complaints: string]> {
  const out: string[] = [];
  const complaints: string[] = [];
  const code = await runCommand(args, {
    selftest: () => Promise.resolve(7),
    print: (text) => void out.push(text),
    complain: (text) => void complaints.push(text),
  });
  return [code, out.join("\n"), complaints.join("\n")];
}

Deno.test("each command answers with its exit code", async () => {
  assertEquals(await command("version"), [0, versionText(), ""]);
  assertEquals(await command("selftest"), [7, "", ""]);
  const [code, help] = await command("--help");
  assertEquals(code, 0);
  assertStringIncludes(help, "Usage: sipmasq");
  assertEquals(await command("help", "check"), [0, COMMAND_HELP.check, ""]);
  assertEquals(await command("check", "--help"), [0, COMMAND_HELP.check, ""]);
});

Deno.test("a wrong command line is a complaint with exit code 2", async () => {
  assertEquals(await command("rnu"), [2, "", "No such command: rnu; did you mean run?"]);
});
