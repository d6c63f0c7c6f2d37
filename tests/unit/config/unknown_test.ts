import { assertEquals } from "@std/assert";
import { BROKEN } from "../../../src/config/document.ts";
import {
  headerOf,
  isSectionName,
  unknownKeys,
  unknownSection,
  unknownTopKey,
} from "../../../src/config/unknown.ts";

/** What is said of one key that is alone in its section. */
function unknownKey(section: string, name: string, value: unknown): string | undefined {
  return unknownKeys(section, { [name]: value }).get(name);
}

Deno.test("a section has one bracket, a list of tables two", () => {
  assertEquals(["log", "provider"].map(headerOf), ["[log]", "[[provider]]"]);
  assertEquals(["log", "provider", "constructor"].map(isSectionName), [true, true, false]);
});

Deno.test("a key at the top is led to its section", () => {
  assertEquals(
    unknownTopKey("admit", { admit: "known" }),
    "Unknown key outside a section: it belongs under [[provider]]",
  );
  assertEquals(unknownTopKey("loog", { loog: "info" }), "Unknown section: did you mean [log]");
  assertEquals(
    unknownTopKey("externip", { externip: "198.51.100.7" }),
    "Unknown key outside a section: it is called advertise here, under [outside]: " +
      'write advertise = "198.51.100.7"',
  );
  assertEquals(
    unknownTopKey("password", { password: "x" }),
    "Unknown key: there are no accounts here: user names and passwords stay in the phones",
  );
});

Deno.test("a section is led to the one that others call so, or to the nearest", () => {
  assertEquals(unknownSection("WAN"), "Unknown section: it is called [outside] here");
  assertEquals(unknownSection("providr"), "Unknown section: did you mean [[provider]]");
  assertEquals(
    unknownSection("eth0"),
    "Unknown section: there are [inside] for the phones, [outside] for the provider, " +
      "[media], [state], [log], [[provider]]",
  );
});

Deno.test("a key is led to its other name, the nearest of its section, then to its section", () => {
  assertEquals(
    unknownKey("media", "timeout", 300),
    'Unknown key: it is called idle here: write idle = "5m"',
  );
  assertEquals(
    unknownKey("media", "rtp_port_low", BROKEN),
    'Unknown key: it is called ports here: write it as in ports = "10000-10999"',
  );
  assertEquals(
    unknownKey("log", "bindport", 5070),
    "Unknown key: it is called listen here, under [inside] or [outside]: " +
      'write listen = ["udp:5070"]',
  );
  assertEquals(unknownKey("provider", "domian", ""), "Unknown key: did you mean domain");
  assertEquals(
    unknownKey("provider", "interface", "eth0"),
    "Unknown key: it belongs under [inside] or [outside]",
  );
  assertEquals(unknownKey("log", "colour", true), "Unknown key: [log] has level");
});

Deno.test("no key is offered that is set already or was offered for another name", () => {
  const table = { domain: "a.example", host: "sip.a.example", server: "203.0.113.7", realm: "a" };
  assertEquals(Object.fromEntries(unknownKeys("provider", table)), {
    host: 'Unknown key: it is called servers here: write servers = ["sip.a.example"]',
    server: "Unknown key: it is called domain here, which must not stand there twice: remove one",
    realm: "Unknown key: it is called domain here, which must not stand there twice: remove one",
  });
});
