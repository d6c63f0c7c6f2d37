import { assertEquals } from "@std/assert";
import { COMMANDS } from "../../../src/app/arguments.ts";
import { HELP } from "../../../src/app/help.ts";

Deno.test("the help names every command but itself, every option and every exit code", () => {
  const shown = COMMANDS.filter((name) => name !== "help").map((name) => `\n  ${name} `);
  const needed = [...shown, "--config FILE", "--log-level LEVEL", "0 fine", "1 failed", "2 wrong"];
  assertEquals(needed.filter((one) => !HELP.includes(one)), []);
});

Deno.test("the help fits a terminal of eighty columns and never names the inspector's signal", () => {
  assertEquals(HELP.split("\n").filter((line) => line.length > 80), []);
  assertEquals(HELP.includes("USR1"), false);
});
