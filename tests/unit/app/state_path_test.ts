import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  fileSystemOf,
  findStatePath,
  isVolatile,
  plannedStatePath,
  stateCandidates,
  systemStateEnvironment,
} from "../../../src/app/state_path.ts";

Deno.test("the state belongs to the system, else to the user, else to the session", () => {
  const nothing = { home: undefined, stateHome: undefined, runtimeFolder: undefined };
  assertEquals(stateCandidates(nothing), ["/var/lib/sipmasq/state.kv"]);
  assertEquals(stateCandidates({ ...nothing, home: "/users/ada", runtimeFolder: "/run/user/7" }), [
    "/var/lib/sipmasq/state.kv",
    "/users/ada/.local/state/sipmasq/state.kv",
    "/run/user/7/sipmasq/state.kv",
  ]);
  assertEquals(stateCandidates({ ...nothing, home: "/users/ada", stateHome: "/users/ada/state" }), [
    "/var/lib/sipmasq/state.kv",
    "/users/ada/state/sipmasq/state.kv",
  ]);
  assertEquals(stateCandidates({ ...nothing, stateHome: "relative" }).length, 1);
  assertEquals(typeof systemStateEnvironment(), "object");
});

Deno.test("the first place that can be written is taken, its folders are made, nothing is left in it", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/file`, "");
  const found = await findStatePath([`${folder}/file/below/state.kv`, `${folder}/a/b/state.kv`]);
  assertEquals(found, { ok: true, value: `${folder}/a/b/state.kv` });
  assertEquals([...Deno.readDirSync(`${folder}/a/b`)], []);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("with no place to write the reason names each one and what to set", async () => {
  const file = await Deno.makeTempFile();
  const found = await findStatePath([`${file}/sipmasq/state.kv`]);
  const reason = found.ok ? "" : found.reason;
  assertStringIncludes(reason, `Could not find a place for the state (${file}/sipmasq: `);
  assertStringIncludes(reason, `set [state] path = "/FOLDER/state.kv"`);
  await Deno.remove(file);
});

const MOUNTS = `overlay / overlay rw 0 0
tmpfs /run tmpfs rw 0 0
/dev/sda1 /var ext4 rw 0 0
tmpfs /var/lib/live tmpfs rw 0 0
/dev/sdb1 /run/disk ext4 rw 0 0
/dev/sdc1 /over ext4 rw 0 0
tmpfs /over tmpfs rw 0 0
`;

Deno.test("a path's file system is that of its longest mount point, the last one mounted there", () => {
  const cases: [string, string | undefined][] = [
    ["/var/lib/sipmasq/state.kv", "ext4"],
    ["/var/lib/live/sipmasq/state.kv", "tmpfs"],
    ["/variable/state.kv", "overlay"],
    ["/run/user/7/state.kv", "tmpfs"],
    ["/run/disk/state.kv", "ext4"],
    ["/over/state.kv", "tmpfs"],
  ];
  for (const [path, type] of cases) assertEquals(fileSystemOf(path, MOUNTS), type, path);
  assertEquals(fileSystemOf("/a", ""), undefined);
});

Deno.test("only memory file systems are empty after a boot", () => {
  assertEquals(["tmpfs", "ramfs", "ext4", "overlay", undefined].map(isVolatile), [
    true,
    true,
    false,
    false,
    false,
  ]);
});

Deno.test("check can say where the state would lie without making it", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/a/state.kv`;
  assertEquals(plannedStatePath(path), { ok: true, value: path });
  assertEquals(plannedStatePath(folder), {
    ok: false,
    reason: `State cannot be kept by this user (${folder}: it is a folder); ` +
      "set [state] path to a file that can be written",
  });
  assertEquals([...Deno.readDirSync(folder)], []);
  await Deno.remove(folder, { recursive: true });
});
