import { assertEquals } from "@std/assert";
import house, { FUNCTION_LINES } from "./house.ts";
import { LAYERS } from "./layers.ts";

function findings(filename: string, source: string): string[] {
  return Deno.lint.runPlugin(house, filename, source).map((finding) => finding.id);
}

const LAYER_CASES: [filename: string, source: string, allowed: boolean][] = [
  ["src/sip/uri.ts", `import { ok } from "../base/result.ts";`, true],
  ["src/sip/uri.ts", `import { other } from "./via.ts";`, true],
  ["src/sip/uri.ts", `import { lines } from "../sdp/lines.ts";`, false],
  ["src/sip/uri.ts", `export * from "../proxy/core.ts";`, false],
  ["src/sip/uri.ts", `export { Core } from "../proxy/core.ts";`, false],
  ["src/sip/uri.ts", `export type { Core } from "../proxy/core.ts";`, false],
  ["src/sip/uri.ts", `import type { Core } from "../proxy/core.ts";`, false],
  ["src/sip/uri.ts", `type Core = import("../proxy/core.ts").Core;`, false],
  ["src/sip/uri.ts", `const core = import("../proxy/core.ts");`, false],
  ["src/sip/uri.ts", `import { Buffer } from "node:buffer";`, false],
  ["src/base/bytes.ts", `import { Buffer } from "node:buffer";`, true],
  ["src/base/bytes.ts", `import { createHash } from "node:crypto";`, false],
  ["src/base/hash.ts", `import { createHash } from "node:crypto";`, true],
  ["src/base/bytes.ts", `import { uri } from "../sip/uri.ts";`, false],
  ["src/config/read.ts", `import type { Settings } from "../proxy/settings.ts";`, true],
  ["src/config/read.ts", `import { type Settings } from "../proxy/settings.ts";`, true],
  ["src/config/read.ts", `import { Core } from "../proxy/core.ts";`, false],
  ["src/config/read.ts", `import { type Settings, Core } from "../proxy/core.ts";`, false],
  ["src/config/read.ts", `import "../proxy/core.ts";`, false],
  ["src/config/read.ts", `import { parse } from "@std/toml";`, true],
  ["src/config/read.ts", `import { parse } from "@std/toml-else";`, false],
  ["src/config/read.ts", `import { read } from "../quirks/bogus_via/options.ts";`, true],
  ["src/config/read.ts", `import { quirk } from "../quirks/bogus_via/quirk.ts";`, false],
  ["src/net/tcp.ts", `import { frame } from "../sip/framing.ts";`, true],
  ["src/net/tcp.ts", `import { parse } from "../sip/parse.ts";`, false],
  ["src/net/media_sockets.ts", `import type { Relay } from "../media/relay_table.ts";`, true],
  ["src/net/media_sockets.ts", `import { Relay } from "../media/relay_table.ts";`, false],
  ["src/store/store.ts", `import { Core } from "../proxy/core.ts";`, false],
  ["src/app/run.ts", `import { Core } from "../proxy/core.ts";`, true],
  ["src/app/run.ts", `import { run } from "../selftest/selftest.ts";`, false],
  ["src/app/run.ts", `import { phone } from "../../tests/fake/phone.ts";`, false],
  ["src/selftest/phone.ts", `import { startApp } from "../app/start.ts";`, true],
  ["src/selftest/phone.ts", `import { listen } from "../net/udp.ts";`, false],
  ["src/attic/x.ts", `import { ok } from "../base/result.ts";`, false],
  ["main.ts", `import { main } from "./src/app/run.ts";`, true],
  ["main.ts", `import { Core } from "./src/proxy/core.ts";`, false],
  ["tests/unit/sip/uri_test.ts", `import { Core } from "../../../src/proxy/core.ts";`, true],
];

Deno.test("a room imports only what the table of rooms allows", () => {
  for (const [filename, source, allowed] of LAYER_CASES) {
    const expected = allowed ? [] : ["house/layers"];
    assertEquals(findings(filename, source), expected, `${filename}: ${source}`);
  }
});

Deno.test("the rooms import each other in one direction only", () => {
  const reaches = (from: string, seen: Set<string>): Set<string> => {
    for (const room of Object.keys(LAYERS[from]!.rooms)) {
      if (!seen.has(room)) reaches(room, seen.add(room));
    }
    return seen;
  };
  for (const room of Object.keys(LAYERS)) {
    assertEquals(reaches(room, new Set()).has(room), false, `${room} reaches itself`);
  }
});

Deno.test("a pure room imports pure rooms only", () => {
  for (const [room, layer] of Object.entries(LAYERS)) {
    if (!layer.pure) continue;
    for (const other of Object.keys(layer.rooms)) {
      assertEquals(LAYERS[other]?.pure, true, `${room} imports ${other}`);
    }
  }
});

const PURE_CASES: [source: string, pure: boolean][] = [
  ["export const now = Date.now();", false],
  ["export const now = Date\n  .now();", false],
  ["export const now = new Date();", false],
  ["export const then = new Date(0);", true],
  ["export const dice = Math.random();", false],
  ["export const most = Math.max(1, 2);", true],
  ["export const start = performance.now();", false],
  ["console.log(1);", false],
  ["setTimeout(() => {}, 1);", false],
  ["const later = setInterval;", false],
  ["export const bytes = crypto.getRandomValues(new Uint8Array(4));", false],
  ["export const clock = globalThis.Date;", false],
  ["export type Remote = Deno.NetAddr;", false],
  ["export const files = [...Deno.readDirSync('.')];", false],
  ["fetch('x');", false],
  ["export const tools = { fetch };", false],
  ["await Promise.resolve();", false],
  ["export async function wait() {}", false],
  ["export const wait = async () => {};", false],
  ["for await (const one of []) use(one);", false],
  ["export interface Job { fetch: number; console: string }", true],
  ["export class Job { fetch() {} }", true],
  ["export const job = { fetch: 1 }; use(job.fetch);", true],
  ["export function handle(now: number) { return now + 1; }", true],
];

Deno.test("a pure room reads no clock, does no I/O and never waits", () => {
  for (const [source, pure] of PURE_CASES) {
    const found = findings("src/sip/x.ts", source);
    assertEquals([...new Set(found)], pure ? [] : ["house/pure"], source);
  }
});

Deno.test("rooms with I/O, the configuration's loader and tests may read the clock", () => {
  for (const filename of ["src/net/x.ts", "src/config/load.ts", "tests/unit/sip/x_test.ts"]) {
    assertEquals(findings(filename, "export const now = Date.now();"), [], filename);
  }
  assertEquals(findings("src/config/read.ts", "export const now = Date.now();"), ["house/pure"]);
});

function bodyOf(lines: number, head: string, tail: string): string {
  return [head, ...new Array<string>(lines - 2).fill("  work();"), tail].join("\n");
}

const LONG_SHAPES: [head: string, tail: string][] = [
  ["function f() {", "}"],
  ["const f = function () {", "};"],
  ["const f = () => {", "};"],
  ["export async function f() {", "}"],
];

Deno.test("a function of any kind has at most 70 lines", () => {
  for (const [head, tail] of LONG_SHAPES) {
    const most = findings("tests/unit/x_test.ts", bodyOf(FUNCTION_LINES, head, tail));
    assertEquals(most, [], head);
    const over = findings("tests/unit/x_test.ts", bodyOf(FUNCTION_LINES + 1, head, tail));
    assertEquals(over, ["house/function-length"], head);
  }
  const method = `class A {\n${bodyOf(FUNCTION_LINES + 1, "m() {", "}")}\n}`;
  assertEquals(findings("tests/unit/x_test.ts", method), ["house/function-length"]);
});

Deno.test("what must be closed is closed by hand in the program, not in tests", () => {
  for (const source of ["using file = open();", "await using file = open();"]) {
    assertEquals(findings("src/store/lock.ts", source), ["house/no-using"], source);
    assertEquals(findings("tests/unit/store/lock_test.ts", source), []);
  }
  assertEquals(findings("src/store/lock.ts", "const using = open();"), []);
});
