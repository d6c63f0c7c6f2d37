import { assertEquals } from "@std/assert";
import { keysOf } from "../../../src/config/schema.ts";
import { isSectionName } from "../../../src/config/unknown.ts";
import {
  keysMeant,
  portRangeEnd,
  sectionMeant,
  whyAbsent,
  whyAbsentIn,
} from "../../../src/config/synonyms.ts";

const WORDS: [word: string, paths: string[]][] = [
  ["externip", ["outside.advertise"]],
  ["public_ip", ["outside.advertise"]],
  ["External-IP", ["outside.advertise"]],
  ["host_outbound", ["outside.advertise"]],
  ["timeout", ["media.idle"]],
  ["rtp_port_low", ["media.ports"]],
  ["lan", ["inside.interface"]],
  ["wan", ["outside.interface"]],
  ["if_inbound", ["inside.interface"]],
  ["if_outbound", ["outside.interface"]],
  ["sip_listen_port", ["inside.listen", "outside.listen"]],
  ["debug_level", ["log.level"]],
  ["colour", []],
  ["constructor", []],
];

Deno.test("names of other programs are led to keys that there are", () => {
  for (const [word, paths] of WORDS) {
    assertEquals(keysMeant(word), paths, word);
    for (const path of paths) {
      const [section, name] = path.split(".");
      assertEquals(Object.hasOwn(keysOf(section!), name!), true, path);
    }
  }
});

Deno.test("names of sections are led to sections that there are", () => {
  const meant = ["lan", "WAN", "rtp", "logging", "accounts", "account"].map(sectionMeant);
  assertEquals(meant, ["inside", "outside", "media", "log", undefined, "provider"]);
  assertEquals(meant.every((name) => name === undefined || isSectionName(name)), true);
});

Deno.test("what there is nothing for has a reason", () => {
  assertEquals(
    whyAbsent("Password"),
    "there are no accounts here: user names and passwords stay in the phones",
  );
  assertEquals(whyAbsent("colour"), undefined);
});

Deno.test("a word may have no meaning in one section only", () => {
  assertEquals(whyAbsentIn("log", "file")?.startsWith("the log goes to stderr"), true);
  assertEquals(whyAbsentIn("state", "file"), undefined);
  assertEquals(whyAbsentIn("constructor", "file"), undefined);
});

Deno.test("the ends of a port range are told apart", () => {
  const ends = ["rtp_start", "rtp_port_low", "port-max", "rtpend", "rtp_ports", "log_min"];
  assertEquals(ends.map(portRangeEnd), ["low", "low", "high", "high", undefined, undefined]);
});
