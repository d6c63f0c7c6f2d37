import { assertEquals } from "@std/assert";
import { parseArgs } from "@std/cli";

Deno.test("flags with and without a value are told from arguments", () => {
  const parsed = parseArgs(["check", "--config", "a.toml", "--help", "rest"], {
    boolean: ["help", "version"],
    string: ["config", "log-level"],
  });
  assertEquals(parsed._, ["check", "rest"]);
  assertEquals(parsed.config, "a.toml");
  assertEquals(parsed["log-level"], undefined);
  assertEquals([parsed.help, parsed.version], [true, false]);
});

Deno.test("aliases, collected flags and what follows two dashes are kept apart", () => {
  const parsed = parseArgs(["-c", "x", "--seed", "1", "--seed", "2", "--", "--config"], {
    string: ["config", "seed"],
    collect: ["seed"],
    alias: { config: "c" },
    "--": true,
  });
  assertEquals(parsed.config, "x");
  assertEquals(parsed.seed, ["1", "2"]);
  assertEquals(parsed["--"], ["--config"]);
});

Deno.test("an unknown flag is handed to the callback and dropped when that says no", () => {
  const unknown: string[] = [];
  const parsed = parseArgs(["run", "--confg", "x"], {
    string: ["config"],
    unknown: (arg, key) => {
      if (key === undefined) return true;
      unknown.push(arg);
      return false;
    },
  });
  assertEquals(unknown, ["--confg"]);
  assertEquals("confg" in parsed, false);
});
