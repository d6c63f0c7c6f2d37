import { assertEquals } from "@std/assert";
import { parse } from "@std/toml";
import { bareFault, textFault } from "../../../src/config/scalars.ts";

const GOOD = ["true", "false", "0", "-17", "1_000", "0xff", "0o17", "0b101", "1.5", "-1e3", "inf"];
const DATES = ["2026-05-01", "2026-05-01T10:20:30Z", "2026-05-01 10:20:30.5+02:00", "10:20:30"];
const BARE = ["info", "5m", "10000-10999", "True", "1__0", "01", "1.2.3.4", "yes", "eth0", "1."];

Deno.test("numbers, truth values and dates need no quotes, and the parser takes them", () => {
  for (const text of [...GOOD, ...DATES]) {
    assertEquals(bareFault(text), undefined, text);
    parse(`value = ${text}`);
  }
  for (const text of BARE) assertEquals(bareFault(text), "a text needs quotes", text);
  assertEquals(bareFault("\u201cx\u201d"), "its quotes are straight ones");
});

Deno.test("an escape that TOML does not know is named", () => {
  for (const text of ['"a\\\\s"', '"\\t\\u00e9"', "'\\s'", '"""\\s"""']) {
    assertEquals(textFault(text), undefined, text);
  }
  assertEquals(
    textFault('"C:\\state"'),
    "\\ begins an escape and \\s is none: write \\\\, or the text in ' on both sides",
  );
});
