import { type Script, type Step } from "./script.ts";
import { flowFiles, loadScript, writeFlow } from "./flow_files.ts";
import { runFlow } from "./runner.ts";

/*
 * Every tests/flow/*.flow against the core. After a change that is meant, rewrite what differs and
 * read the difference: UPDATE=1 deno test --allow-read --allow-write --allow-env=UPDATE tests/flow
 */
const UPDATE = { name: "env", variable: "UPDATE" } as const;
const update = Deno.permissions.querySync(UPDATE).state === "granted" &&
  Deno.env.get("UPDATE") === "1";

for (const path of flowFiles()) {
  const script = loadScript(path);
  Deno.test(`${path}: ${script.title}`, () => {
    if (!update) return runFlow(script);
    const changes: [Step, readonly string[]][] = [];
    runFlow(script, { rewrite: (step, block) => changes.push([step, block]) });
    if (changes.length > 0) write(script, changes);
  });
}

function write(script: Script, changes: readonly [Step, readonly string[]][]): void {
  writeFlow(script.path, (lines) => {
    for (const [step, block] of changes.toReversed()) {
      if (step.first < 0) throw new Error(`${step.where} stands in a part: change it by hand`);
      const indented = block.map((line) => `  ${line.replaceAll("\r\n", "\n  ")}`);
      lines.splice(step.first + 1, step.last - step.first - 1, ...indented);
    }
  });
}
