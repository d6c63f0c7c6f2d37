import { assertEquals } from "@std/assert";
import {
  headerOf,
  isSectionName,
  unknownKey,
  unknownSection,
} from "../../../src/config/unknown.ts";

Deno.test("a section has one bracket, a list of tables two", () => {
  assertEquals(["log", "provider"].map(headerOf), ["[log]", "[[provider]]"]);
  assertEquals(["log", "provider", "constructor"].map(isSectionName), [true, true, false]);
});

Deno.test("a name at the top is led to its section, or to the nearest one", () => {
  assertEquals(
    unknownSection("admit", true),
    "Unknown key outside a section: it belongs under [[provider]]",
  );
  assertEquals(unknownSection("providr", false), "Unknown section: did you mean [[provider]]");
  assertEquals(unknownSection("loog", true), "Unknown section: did you mean [log]");
  assertEquals(
    unknownSection("eth0", false),
    "Unknown section: there are [inside] for the phones, [outside] for the provider, " +
      "[media], [state], [log], [[provider]]",
  );
});

Deno.test("a key is led to the nearest of its section, then to where it belongs", () => {
  assertEquals(unknownKey("provider", "domian"), "Unknown key: did you mean domain");
  assertEquals(
    unknownKey("provider", "interface"),
    "Unknown key: it belongs under [inside] or [outside]",
  );
  assertEquals(unknownKey("log", "colour"), "Unknown key: [log] has level");
});
