import { assertEquals, assertThrows } from "@std/assert";
import { blamesFile, isMissing, messageOf } from "../../../src/store/faults.ts";

const ERRORS: [message: string, blames: boolean][] = [
  ["file is not a database", true],
  ["database disk image is malformed", true],
  ["could not deserialize value", true],
  ["Value too large (max 65536 bytes)", true],
  ["table kv already exists", true],
  ["database or disk is full", false],
  ["database is locked", false],
  ["attempt to write a readonly database", false],
  ["disk I/O error", false],
  ["unable to open database file: /x/state.kv", false],
  ['Requires write access to "/x", run again with the --allow-write flag', false],
  ['Requires all access to "/proc/x/y", run again with the --allow-all flag', false],
  ["Permission denied (os error 13): mkdir '/x'", false],
  ["No space left on device (os error 28)", false],
];

Deno.test("Errors of the disk are told from errors of the file", () => {
  for (const [message, blames] of ERRORS) {
    assertEquals(blamesFile(new TypeError(message)), blames, message);
  }
});

Deno.test("Anything thrown has a message, and only a missing file is missing", () => {
  assertEquals([messageOf(new Error("a")), messageOf("b"), messageOf(3)], ["a", "b", "3"]);
  assertEquals([isMissing(new Deno.errors.NotFound("x")), isMissing(new Error("x"))], [
    true,
    false,
  ]);
});

Deno.test("A refusal of the runtime is said without advice to developers", () => {
  const said: [message: string, words: string][] = [
    [
      'Requires all access to "/proc/x/y", run again with the --allow-all flag',
      'no access to "/proc/x/y": nothing is kept below /proc, /sys or /dev',
    ],
    [
      'Requires write access to "/x", run again with the --allow-write flag',
      'no write access to "/x"',
    ],
  ];
  for (const [message, words] of said) {
    assertEquals(messageOf(new Deno.errors.NotCapable(message)), words);
  }
});

Deno.test("The runtime still refuses in the words that are translated", () => {
  const refused = assertThrows(() => Deno.mkdirSync("/proc/x/y", { recursive: true }));
  assertEquals(messageOf(refused).includes("--allow"), false);
});
