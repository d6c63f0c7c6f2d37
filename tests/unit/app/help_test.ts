import { assertEquals } from "@std/assert";
import { COMMANDS, readArguments } from "../../../src/app/arguments.ts";
import { COMMAND_HELP, HELP } from "../../../src/app/help.ts";
import { readSettings } from "../../../src/config/read.ts";

const ALL = [HELP, ...Object.values(COMMAND_HELP)];

Deno.test("the help names every command, every option and every exit code", () => {
  const shown = COMMANDS.map((name) => `\n  ${name} `);
  const needed = [...shown, "--config FILE", "--log-level LEVEL", "0 fine", "1 failed", "2 wrong"];
  assertEquals(needed.filter((one) => !HELP.includes(one)), []);
});

Deno.test("every help fits a terminal of eighty columns and never names the inspector's signal", () => {
  for (const help of ALL) {
    assertEquals(help.split("\n").filter((line) => line.length > 80), []);
    assertEquals(help.includes("USR1"), false);
    assertEquals(help.endsWith("\n"), true);
  }
});

Deno.test("every command line that a help shows is understood", () => {
  for (const help of ALL) {
    const shown = [...help.matchAll(/^ {2}(?:\d\. )?sipmasq(| .*?)(?: {2}.*| > .*)?$/gm)];
    assertEquals(shown.length > 0, true, help);
    for (const [line, words] of shown) {
      const read = readArguments(words!.split(" ").filter((word) => word !== ""));
      assertEquals(read.ok ? "" : read.reason, "", line);
    }
  }
});

Deno.test("the configuration that the help shows is valid", () => {
  const lines = HELP.split("\n").filter((line) => /^ {7}(\[|\w+ = )/.test(line));
  const read = readSettings(lines.map((line) => line.trim()).join("\n"));
  assertEquals(read.ok && read.value.settings.outside.interface, "ppp0");
});
