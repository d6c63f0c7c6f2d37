import { assertEquals } from "@std/assert";
import {
  badNames,
  bannedWords,
  houseRuleIgnores,
  isTypesOnly,
  LINES_LISTED,
  LINES_MOST,
  longFiles,
  needlessExemptions,
  ownerlessNotes,
  permissionLists,
  strangeEntries,
  strangePlaces,
  testPathOf,
  type TextFile,
  undocumented,
  untested,
  unusedSources,
} from "./tidy.ts";

const ROOT = new URL("../../", import.meta.url);

/** Sources whose test is not the file of the same name, each with the reason. */
const EXEMPT: Readonly<Record<string, string>> = {};

/** Sources that the program itself does not need, each with the reason why they are no tests. */
const FOR_TESTS: Readonly<Record<string, string>> = {
  "src/std/assert/mod.ts": "a linked package, like those the program uses",
  "src/selftest/memory_exchange.ts": "lets tests play the self-test's phones without sockets",
};

/** Names what other programs say, so that their users are led to our words. */
const NAMES_OTHER_WORDS = "src/config/synonyms.ts";

/** Files that must name what others may not. */
const NAMES_FAULTS = new Set(["tests/style/tidy.ts", "tests/style/tidy_test.ts"]);

const TEXT_NAME = /(\.(ts|md|json|toml|example|flow|cfg|sh)|(^|\/)(Makefile|LICENSE|\.gitignore))$/;

function readTree(folder: string): TextFile[] {
  return [...Deno.readDirSync(new URL(folder, ROOT))].flatMap((entry) => {
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory) {
      const skipped = /^(\.(?!ci$)|dist$|coverage$|node_modules$)/.test(entry.name);
      return skipped ? [] : readTree(`${path}/`);
    }
    const isText = entry.isFile && (TEXT_NAME.test(path) || path.startsWith(".ci/"));
    return isText ? [{ path, text: Deno.readTextFileSync(new URL(path, ROOT)) }] : [];
  });
}

const FILES = readTree("");
const JUDGED = FILES.filter(({ path }) => !NAMES_FAULTS.has(path));

function file(path: string, text: string): TextFile[] {
  return [{ path, text }];
}

Deno.test("the top level holds what belongs there", () => {
  const names = [...Deno.readDirSync(ROOT)].map(({ name }) => name);
  assertEquals(strangeEntries(names), []);
  assertEquals(strangeEntries(["src", "notes.txt", ".gitignore"]), ["notes.txt"]);
});

Deno.test("no file is too long; those that grow are listed", () => {
  for (const line of longFiles(FILES, LINES_LISTED)) console.log(`Growing: ${line}`);
  assertEquals(longFiles(FILES, LINES_MOST), []);
  assertEquals(longFiles(file("a.ts", "\n".repeat(501)), LINES_MOST).length, 1);
  assertEquals(longFiles(file("a.ts", "\n".repeat(500)), LINES_MOST), []);
});

Deno.test("files are named in snake case after what they hold", () => {
  assertEquals(badNames(FILES), []);
  const wrong = ["src/a/parseUri.ts", "src/a/uri-parse.ts", "src/a/utils.ts", "src/a/sip_.ts"];
  const right = ["src/a/parse_uri.ts", "src/a/types.d.ts", "main.ts"];
  const files = [...wrong, ...right].map((path) => ({ path, text: "" }));
  assertEquals(badNames(files), wrong);
});

Deno.test("every source file with something to run has its test", () => {
  assertEquals(untested(FILES, EXEMPT), []);
  assertEquals(needlessExemptions(FILES, EXEMPT), []);
});

Deno.test("a source file without its test is found, a file of types needs none", () => {
  const code = "export function f(): void {}\n";
  const bare = file("src/sip/uri.ts", code);
  assertEquals(untested(bare, {}), ["src/sip/uri.ts: tests/unit/sip/uri_test.ts is missing"]);
  assertEquals(untested(bare, { "src/sip/uri.ts": "covered by x" }), []);
  assertEquals(untested([...bare, ...file("tests/unit/sip/uri_test.ts", "")], {}), []);
  assertEquals(untested(file("src/sip/uri.ts", "export interface A {}\n"), {}), []);
  assertEquals(needlessExemptions(bare, { "src/sip/gone.ts": "" }), ["src/sip/gone.ts"]);
  assertEquals(testPathOf("src/std/log/handlers.ts"), "tests/unit/std/log_test.ts");
});

Deno.test("every source file is reached from main.ts", () => {
  assertEquals(unusedSources(FILES, FOR_TESTS), []);
});

Deno.test("a source file that nothing imports is found", () => {
  const files = [
    { path: "main.ts", text: 'import { run } from "./src/app/run.ts";\nimport x from "@std/log";' },
    { path: "src/app/run.ts", text: 'export * from "../sip/uri.ts";\nawait import("./late.ts");' },
    { path: "src/sip/uri.ts", text: 'import type { Via } from "./via.ts";' },
    { path: "src/sip/via.ts", text: "" },
    { path: "src/app/late.ts", text: "" },
    { path: "src/std/log/mod.ts", text: "" },
    { path: "src/std/toml/mod.ts", text: "" },
    { path: "src/sip/dead.ts", text: 'import "./uri.ts";' },
    { path: "tests/unit/sip/dead_test.ts", text: 'import "../../../src/sip/dead.ts";' },
  ];
  assertEquals(unusedSources(files, {}), ["src/std/toml/mod.ts", "src/sip/dead.ts"]);
  assertEquals(unusedSources(files, { "src/sip/dead.ts": "why" }), ["src/std/toml/mod.ts"]);
});

const TYPES_ONLY: [text: string, typesOnly: boolean][] = [
  ["export interface A {\n  const: 1;\n}\n", true],
  ['import type { B } from "./b.ts";\nexport type A = B;\n', true],
  ["export const a = 1;\n", false],
  ["export async function a() {}\n", false],
  ['export * from "./b.ts";\n', false],
  ['export { b } from "./b.ts";\n', false],
  ['export type { B } from "./b.ts";\n', true],
  ["class A {}\n", false],
];

Deno.test("a file of types only is told from one that runs", () => {
  for (const [text, typesOnly] of TYPES_ONLY) assertEquals(isTypesOnly(text), typesOnly, text);
});

Deno.test("exported symbols are documented", () => {
  assertEquals(undocumented(FILES), []);
});

const DOCUMENTED: [text: string, faults: string[]][] = [
  ["/** Says it. */\nexport function a() {}", []],
  ["/**\n * Says it.\n */\nexport const a = 1;", []],
  ["/**\n * Says it.\n */\nexport interface A {}", []],
  ["export function a() {}", ["src/x.ts:1: a"]],
  ["/* Says it. */\nexport class A {}", ["src/x.ts:2: A"]],
  ["// Says it.\nexport type A = 1;", ["src/x.ts:2: A"]],
  ["/** Says it. */\n\nexport abstract class A {}", ["src/x.ts:3: A"]],
  ["/** */\nexport enum A {}", ["src/x.ts:2: A"]],
  ["function a() {}\nexport { a };", []],
];

Deno.test("an exported symbol without its sentence is found", () => {
  for (const [text, faults] of DOCUMENTED) {
    assertEquals(undocumented(file("src/x.ts", text)), faults, text);
  }
  assertEquals(undocumented(file("tests/x.ts", "export const a = 1;")), []);
});

Deno.test("nothing is left for later without an owner", () => {
  assertEquals(ownerlessNotes(JUDGED), []);
  const notes = ["FIXME later", "TODO: later", "TODO(#12): later", "TODO(ann): later", "HACK"];
  assertEquals(ownerlessNotes(file("a.ts", notes.join("\n"))), [
    "a.ts:1: FIXME",
    "a.ts:2: TODO",
    "a.ts:5: HACK",
  ]);
});

Deno.test("no house rule is switched off", () => {
  assertEquals(houseRuleIgnores(JUDGED), []);
  const directives = [
    "// deno-lint-ignore house/pure",
    "// deno-lint-ignore no-explicit-any house/layers",
    "// deno-lint-ignore-file house/pure -- reason",
    "// deno-lint-ignore-file",
    "// deno-lint-ignore",
    "// deno-lint-ignore-file -- generated",
    "// deno-lint-ignore no-control-regex",
  ];
  const lines = houseRuleIgnores(file("src/a.ts", directives.join("\n")));
  assertEquals(lines.map((line) => line.split(":")[1]), ["1", "2", "3", "4", "5", "6"]);
});

const WORDS: [line: string, found: string | undefined][] = [
  ["const lanAddress = 1;", "lan"],
  ["// the WAN side", "WAN"],
  ["const src_port = 1;", "src"],
  ["packetDst", "Dst"],
  ["const clientAddress = 1;", "clientAddress"],
  ["the server port", undefined],
  ["const serverSide = 1;", "serverSide"],
  ["a client transaction and a DNS server", undefined],
  ["// see src/quirks/order.ts, VLANs, plan, language, wander", undefined],
];

Deno.test("the words of DESIGN §1 are used, not those they replace", () => {
  const judged = JUDGED.filter(({ path }) => path !== NAMES_OTHER_WORDS);
  assertEquals(bannedWords(judged), []);
  for (const [line, found] of WORDS) {
    const expected = found === undefined ? [] : [`src/a.ts:1: ${found}`];
    assertEquals(bannedWords(file("src/a.ts", line)), expected, line);
  }
});

const PLACES: [line: string, found: boolean][] = [
  ["https://registry.npmjs.org/x", true],
  ['import "https://deno.land/std/x.ts"', true],
  ["jsr.io", true],
  ["cd /root/x", true],
  ['"/home/ann/x"', true],
  ["/work/x", true],
  ["mktemp in /tmp/x", true],
  ["jsr:@std/log", false],
  ["/var/lib/sipmasq", false],
  ["never /tmp, home folders or tests/work/x", false],
];

Deno.test("no registry host and no path of one machine is named", () => {
  assertEquals(strangePlaces(JUDGED), []);
  for (const [line, found] of PLACES) {
    assertEquals(strangePlaces(file("a", line)).length, found ? 1 : 0, line);
  }
  assertEquals(strangePlaces(file("tests/unit/a_test.ts", "/home/ann/x")), []);
  assertEquals(strangePlaces(file("tests/unit/a_test.ts", "/root/x")).length, 1);
});

Deno.test("the program's permissions are the same wherever they are written", () => {
  const text = (name: string) => Deno.readTextFileSync(new URL(name, ROOT));
  const made = permissionLists(text("Makefile"));
  assertEquals(made.length, 1);
  assertEquals(permissionLists(text("deno.json")), made);
  assertEquals(permissionLists(`"--no-prompt --allow-net x", "--no-prompt --allow-read y"`), [
    "--no-prompt --allow-net",
    "--no-prompt --allow-read",
  ]);
});
