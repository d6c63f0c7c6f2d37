import { assertEquals } from "@std/assert";
import { PENDING } from "./pending.ts";
import { flowFiles, loadScript } from "./flow_files.ts";
import { rulesOf, unknownRules, unshown, unshownDefects } from "./rules.ts";

/** Letters whose every rule has a flow; add a letter when its rules are done. */
const COMPLETE = "ISVNCRTDHPLX";

const SCRIPTS = flowFiles().map(loadScript);

Deno.test(`each rule of ${COMPLETE} is shown by a flow`, () => {
  assertEquals(unshown(COMPLETE, SCRIPTS), []);
});

Deno.test("each defect that concerns the wire is shown to be absent by a flow", () => {
  assertEquals(unshownDefects(SCRIPTS), []);
});

Deno.test("flows name rules that exist, and each names one", () => {
  assertEquals(unknownRules(SCRIPTS), []);
  assertEquals(SCRIPTS.filter((script) => script.rules.length === 0).map(({ path }) => path), []);
});

Deno.test("what is pending belongs to a rule that other sentences of are shown", () => {
  const pending = Object.keys(PENDING).map((key) => key.split(" ")[0]!);
  assertEquals(pending.filter((rule) => !SCRIPTS.some(({ rules }) => rules.includes(rule))), []);
});

Deno.test("a rule without a flow is found", () => {
  const script = { path: "", title: "", rules: ["D1", "D3", "Z9"], defects: [], steps: [] };
  assertEquals(unshown("D", [script]), ["D2"]);
  assertEquals(unknownRules([script]), [": Z9"]);
  assertEquals(unshownDefects([{ ...script, defects: ["5.3.1"] }]).includes("5.3.1"), false);
  assertEquals(unshownDefects([script]).includes("5.3.1"), true);
  assertEquals(rulesOf("IDH"), ["I", "D1", "D2", "D3", "H1", "H2", "H3", "H4"]);
});
