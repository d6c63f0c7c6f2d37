import { assertEquals, assertMatch } from "@std/assert";
import { stateObstacle } from "../../../src/app/state_probe.ts";

Deno.test("a state can be kept in a file that is there, or below a folder that can be written; nothing is made", async () => {
  const folder = await Deno.makeTempDir();
  assertEquals(stateObstacle(`${folder}/a/b/state.kv`), undefined);
  assertEquals(stateObstacle(`${folder}/state.kv`), undefined);
  assertEquals([...Deno.readDirSync(folder)], []);
  await Deno.writeTextFile(`${folder}/state.kv`, "kept");
  assertEquals(stateObstacle(`${folder}/state.kv`), undefined);
  assertEquals(await Deno.readTextFile(`${folder}/state.kv`), "kept");
  await Deno.remove(folder, { recursive: true });
});

Deno.test("what is in the way of a state is said in words", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/file`, "");
  assertEquals(stateObstacle(folder), "it is a folder");
  assertMatch(stateObstacle(`${folder}/file/state.kv`)!, /Not a directory/);
  assertEquals(
    stateObstacle("/proc/x/y"),
    'no access to "/proc/x/y": nothing is kept below /proc, /sys or /dev',
  );
  await Deno.remove(folder, { recursive: true });
});
