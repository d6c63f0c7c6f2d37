import type { Case } from "./cases.ts";
import { CLOCK } from "./clock.ts";
import { COMMANDS } from "./commands.ts";
import { DISK } from "./disk.ts";
import { FILE_LIMIT } from "./files.ts";
import { OWNERSHIP } from "./ownership.ts";
import { PERMISSIONS } from "./permissions.ts";
import { Program } from "./program.ts";
import { RUNNING } from "./running.ts";
import { SILENCE } from "./silence.ts";
import { STATE } from "./state.ts";
import { UNPACKING } from "./unpacking.ts";

/** What was built, and what the tests of it need on the machine. */
const BUILT = new URL("../../dist/sipmasq", import.meta.url).pathname;
const CASES: readonly Case[] = [
  ...COMMANDS,
  ...UNPACKING,
  ...RUNNING,
  ...FILE_LIMIT,
  ...SILENCE,
  ...STATE,
  ...OWNERSHIP,
  ...PERMISSIONS,
  ...DISK,
  ...CLOCK,
];
/** `make black-box ONLY=text`: the cases with that text in their names. */
const ONLY = Deno.args.join(" ");
const counts = { passed: 0, failed: 0, skipped: 0 };
/** Cases that the kind of program at hand has nothing for: apart, since they are no gap in what was tested. */
let foreign = 0;

/** The program is run where no Deno is found: it has to bring its own. */
async function checkGround(): Promise<void> {
  await Deno.stat(BUILT).catch(() => {
    throw new Error(`Cannot test ${BUILT}: it is not there; run make build first`);
  });
  for (const folder of ["/usr/bin", "/bin"]) {
    const found = await Deno.stat(`${folder}/deno`).then(() => true, () => false);
    if (found) throw new Error(`Cannot show that it runs without Deno: remove ${folder}/deno`);
  }
}

async function runCase(program: Program, each: Case): Promise<void> {
  if (each.applies !== undefined && !each.applies(program)) {
    foreign++;
    console.log(`n/a   ${each.name}`);
    return;
  }
  const start = performance.now();
  try {
    await each.run(program);
    counts.passed++;
    console.log(`ok    ${each.name} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
  } catch (error) {
    counts.failed++;
    console.log(`FAIL  ${each.name}\n${indent(error instanceof Error ? error.message : error)}`);
  }
}

function indent(text: unknown): string {
  return String(text).trimEnd().replaceAll(/^/gm, "      ");
}

async function main(): Promise<void> {
  await checkGround();
  const program = await Program.take(BUILT);
  console.log(`${BUILT}: ${program.unpacks ? "self-extracting" : "native"}`);
  try {
    for (const each of CASES.filter(({ name }) => name.includes(ONLY))) {
      await runCase(program, each);
    }
  } finally {
    await program.remove();
  }
}

try {
  await main();
} catch (error) {
  counts.failed++;
  console.log(`FAIL  ${error instanceof Error ? error.message : error}`);
}
if (foreign > 0) console.log(`\n${foreign} do not apply to this kind`);
console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
Deno.exit(counts.failed === 0 ? 0 : 1);
