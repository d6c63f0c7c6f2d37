import { assertEquals } from "@std/assert";
import { readSettings } from "../../../src/config/read.ts";
import { SECTIONS } from "../../../src/config/schema.ts";

/** A value other than the default for each key; a new key needs one here. */
const OTHER: Record<string, string> = {
  "inside.interface": '"eth0"',
  "inside.listen": '["udp:5062", "udp:5064"]',
  "inside.networks": '["10.8.0.0/24", "10.9.0.0/24"]',
  "inside.refresh_max": '"2m"',
  "outside.interface": '"203.0.113.2/24"',
  "outside.listen": '["udp:5070"]',
  "outside.advertise": '"home.example.org"',
  "outside.keepalive": '"15s"',
  "media.ports": '"20000-20999"',
  "media.idle": '"90s"',
  "media.hold": '"1h"',
  "state.path": '"/srv/sipmasq.kv"',
  "log.level": '"debug"',
};

const PATHS = Object.entries(SECTIONS).flatMap(([section, keys]) =>
  Object.keys(keys).map((name) => ({ section, name, path: `${section}.${name}` }))
);

Deno.test("every key's value reaches its own place in the settings and no other", () => {
  assertEquals(PATHS.map(({ path }) => path).sort(), Object.keys(OTHER).sort());
  for (const { section, name, path } of PATHS) {
    const read = readSettings(`[${section}]\n${name} = ${OTHER[path]}\n`);
    if (!read.ok) throw new Error(JSON.stringify(read.reason));
    for (const other of PATHS) {
      const key = SECTIONS[other.section]![other.name]!;
      const written = key.write(key.find(read.value.settings));
      const expected = other.path === path ? OTHER[path] : key.write(key.default);
      assertEquals(written, expected, `${path} set, ${other.path} read`);
    }
  }
});

Deno.test("every default is a value that the key itself accepts", () => {
  for (const { section, name, path } of PATHS) {
    const key = SECTIONS[section]![name]!;
    const read = readSettings(`[${section}]\n${name} = ${key.write(key.default)}\n`);
    assertEquals(read.ok && key.find(read.value.settings), key.default, path);
  }
});
