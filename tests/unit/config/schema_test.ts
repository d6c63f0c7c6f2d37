import { assertEquals } from "@std/assert";
import { readSettings } from "../../../src/config/read.ts";
import { LISTS, SECTIONS } from "../../../src/config/schema.ts";

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

/** A value other than the default for each key of a list's tables. */
const OTHER_IN_LISTS: Record<string, Record<string, string>> = {
  provider: {
    domain: '"provider.example"',
    outbound_proxy: '"sbc.provider.example:5070"',
    servers: '["203.0.113.7", "sip2.provider.example"]',
    admit: '"known"',
    contact: '"registered"',
    media: '"learn"',
  },
};

Deno.test("every key of a list's table reaches its own place and no other", () => {
  assertEquals(Object.keys(OTHER_IN_LISTS), Object.keys(LISTS));
  for (const [list, { keys, unique, find }] of Object.entries(LISTS)) {
    const others = OTHER_IN_LISTS[list]!;
    assertEquals(Object.keys(others), Object.keys(keys));
    for (const name of Object.keys(keys)) {
      const set = [...new Set([unique, name])];
      const lines = set.map((key) => `${key} = ${others[key]}\n`).join("");
      const read = readSettings(`[[${list}]]\n${lines}`);
      if (!read.ok) throw new Error(JSON.stringify(read.reason));
      const [table] = find(read.value.settings);
      for (const [other, key] of Object.entries(keys)) {
        const expected = set.includes(other) ? others[other] : key.write(key.default);
        assertEquals(key.write(key.find(table)), expected, `${name} set, ${other} read`);
      }
    }
  }
});
