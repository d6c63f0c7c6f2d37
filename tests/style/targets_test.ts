import { assertEquals } from "@std/assert";
import { targetFaults, type Texts } from "./targets.ts";

const ROOT = new URL("../../", import.meta.url);
const read = (path: string): string => Deno.readTextFileSync(new URL(path, ROOT));

Deno.test("README names every make target that help does, with the seconds of .ci/run", () => {
  const texts = { readme: read("README.md"), makefile: read("Makefile"), runner: read(".ci/run") };
  assertEquals(targetFaults(texts), []);
});

const RIGHT: Texts = {
  readme: `Say \`make run\`.
| command           | proves  | seconds |
| ----------------- | ------- | ------- |
| \`make test\`       | all     | 60      |
| \`make build box\`  | the box | 180     |
| \`make tool F=path\` | a tool | 1       |
| \`.ci/run\`         | all     | 1500    |
`,
  makefile: "help:\n\t@echo 'make run  runs'\n\t@echo 'make test  tests'\n" +
    "run:\ntest:\nbuild: x\nbox:\ntool:\n",
  runner:
    'STAGES=(\n  "test   600 60  alone test"\n  "build  600 180 beside build box-deps box"\n' +
    '  "lint   120 20  beside lint"\n)\nAIM=1500\n',
};

const FAULTS: [what: string, part: keyof Texts, from: string, to: string, faults: string[]][] = [
  ["nothing", "readme", "", "", []],
  ["a target that is not named", "readme", "make run", "run", ["make run is not there"]],
  ["a target that does not exist", "makefile", "\ntool:", "", [
    "make tool: the Makefile has no such target",
  ]],
  ["seconds of a stage", "readme", "| 60 ", "| 61 ", ["make test: 61 s, not 60"]],
  ["seconds of a stage with several targets", "runner", " 180 ", " 200 ", [
    "make build box: 180 s, not 200",
  ]],
  ["seconds of all", "runner", "AIM=1500", "AIM=1200", [".ci/run: 1500 s, not 1200"]],
  ["no seconds of all", "runner", "AIM", "aim", [".ci/run: 1500 s, not NaN"]],
];

Deno.test("what README says of targets that is not so is found", () => {
  for (const [what, part, from, to, faults] of FAULTS) {
    const changed = { ...RIGHT, [part]: RIGHT[part].replace(from, to) };
    assertEquals(targetFaults(changed), faults, what);
  }
});
