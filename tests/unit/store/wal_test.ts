import { assertEquals } from "@std/assert";
import { Store } from "../../../src/store/store.ts";
import { walFault } from "../../../src/store/wal.ts";
import { NOW, withPath } from "./files.ts";

/** The log of a store with `commits` commits, as it lies on the disk while the store is open. */
async function logOf(commits: number): Promise<Uint8Array<ArrayBuffer>> {
  let log = new Uint8Array();
  await withPath(async (path) => {
    const { store } = await Store.open(path, { now: () => NOW });
    for (let number = 0; number < commits; number++) {
      await store.commit([{ key: ["v1", "call", String(number)], value: "x".repeat(600) }]);
    }
    log = Deno.readFileSync(`${path}-wal`);
    await store.close();
  });
  return log;
}

function damaged(log: Uint8Array, at: number): string | undefined {
  const copy = log.slice();
  copy[at] = copy[at]! ^ 0x40;
  return walFault(copy);
}

Deno.test("A log that SQLite wrote is sound, an empty one too", async () => {
  assertEquals(walFault(await logOf(20)), undefined);
  assertEquals(walFault(new Uint8Array()), undefined);
});

Deno.test("Every part of a log is covered: header, frame header and page", async () => {
  const log = await logOf(20);
  const frame = 24 + 4096;
  const third = 32 + 2 * frame;
  assertEquals(damaged(log, 0), "its header is unreadable");
  assertEquals(damaged(log, 17), "its header is damaged");
  assertEquals(damaged(log, 29), "its header is damaged");
  assertEquals(damaged(log, 33), "it is damaged from byte 32 on");
  assertEquals(damaged(log, third + 18), `it is damaged from byte ${third} on`);
  assertEquals(damaged(log, third + 1000), `it is damaged from byte ${third} on`);
  // A frame with foreign salt ends the log for SQLite: the sound ones behind it are lost.
  assertEquals(damaged(log, third + 9), `it is damaged from byte ${third + frame} on`);
});

Deno.test("A log cut off in its header is damaged, one cut off in its last frame is not", async () => {
  const log = await logOf(20);
  assertEquals(walFault(log.slice(0, 20)), "its header is cut off");
  assertEquals(walFault(log.slice(0, log.length - 100)), undefined);
  assertEquals(walFault(new Uint8Array(5000).fill(0x5a)), "its header is unreadable");
});

Deno.test("Frames of an earlier round are left-overs, damaged or not", async () => {
  const log = await logOf(20);
  const frame = 24 + 4096;
  const older = log.slice();
  for (let at = 32 + 5 * frame; at < older.length; at += frame) older.fill(7, at + 8, at + 16);
  assertEquals(walFault(older), undefined);
  assertEquals(damaged(older, 32 + 6 * frame + 500), undefined);
});
