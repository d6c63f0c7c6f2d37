import { assertEquals } from "@std/assert";
import { ok, refuse, type Result } from "../../../src/base/result.ts";
import { type Change, StoreWriter } from "../../../src/app/store_writer.ts";

/** A writer over a store whose answers the test gives; `groups` are the commits. */
function bench(answers: Result<readonly string[]>[] = [], restMs = 0) {
  const groups: string[][] = [];
  const failures: string[] = [];
  const refusals: string[] = [];
  const writer = new StoreWriter({
    commit: (changes: readonly Change[]) => {
      groups.push(changes.map(({ key, value }) => `${key.join("/")}=${value}`));
      return Promise.resolve(answers.shift() ?? ok([]));
    },
    failed: (reason) => void failures.push(reason),
    refused: (reason) => void refusals.push(reason),
    soonMs: 5,
    lazyMs: 20,
    restMs,
  });
  const set = (name: string, value: unknown, when: "urgent" | "soon" | "lazy") =>
    writer.set({ key: ["v1", name], value }, when);
  return { writer, groups, failures, refusals, set };
}

const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

Deno.test("all urgent and soon changes of a turn are one commit; lazy ones stay", async () => {
  const { writer, groups, set } = bench();
  set("a", 1, "urgent");
  set("b", 2, "soon");
  set("c", 3, "lazy");
  assertEquals([writer.urgent, writer.busy], [true, true]);
  await writer.flush();
  assertEquals(groups, [["v1/a=1", "v1/b=2"]]);
  assertEquals([writer.urgent, writer.busy, writer.size], [false, false, 1]);
  await writer.finish();
});

Deno.test("the latest value of a key wins, and its most urgent wish", async () => {
  const { writer, groups, set } = bench();
  set("a", 1, "urgent");
  set("a", undefined, "lazy");
  await writer.flush();
  assertEquals(groups, [["v1/a=undefined"]]);
  await writer.finish();
  assertEquals(groups.length, 1);
});

Deno.test("soon and lazy changes are committed by themselves", async () => {
  const { writer, groups, set } = bench();
  set("slow", 1, "lazy");
  set("quick", 1, "soon");
  assertEquals(writer.busy, false);
  while (groups.length < 2) await rest(1);
  assertEquals(groups, [["v1/quick=1"], ["v1/slow=1"]]);
  await writer.finish();
});

Deno.test("what comes while a commit is at work is the next group", async () => {
  const { writer, groups, set } = bench();
  set("a", 1, "urgent");
  const first = writer.flush();
  await Promise.resolve();
  assertEquals([groups.length, writer.busy], [1, true]);
  set("b", 1, "urgent");
  set("c", 1, "urgent");
  await Promise.all([first, writer.flush()]);
  assertEquals(groups, [["v1/a=1"], ["v1/b=1", "v1/c=1"]]);
  await writer.finish();
});

Deno.test("a failed commit is told, lets everybody go on, and is tried again later with the newest values", async () => {
  const { writer, groups, failures, set } = bench([refuse("No space left")]);
  set("a", 1, "urgent");
  set("b", 1, "urgent");
  const flushed = writer.flush();
  await Promise.resolve();
  set("b", 2, "soon");
  await flushed;
  assertEquals(failures, ["No space left"]);
  assertEquals(writer.size, 2);
  await writer.finish();
  assertEquals(groups[1]?.toSorted(), ["v1/a=1", "v1/b=2"]);
});

Deno.test("what can never be stored is told and counted, and neither it nor its group is tried again", async () => {
  const { writer, groups, failures, refusals, set } = bench([ok(["Cannot store a"])]);
  set("a", "too large", "urgent");
  set("b", 1, "urgent");
  await writer.flush();
  assertEquals([failures, refusals], [[], ["Cannot store a"]]);
  assertEquals([writer.size, writer.counters.refused, writer.counters.failures], [0, 1, 0]);
  await writer.finish();
  assertEquals(groups.length, 1);
});

Deno.test("a store that throws is a failed commit", async () => {
  const failures: string[] = [];
  const writer = new StoreWriter({
    commit: () => Promise.reject(new Error("Gone")),
    failed: (reason) => void failures.push(reason),
    refused: () => {},
  });
  writer.set({ key: ["a"], value: 1 }, "urgent");
  await writer.flush();
  assertEquals(failures, ["Gone"]);
  writer.drop();
});

Deno.test("the orderly end stores everything, lazy changes too; a drop stores nothing more", async () => {
  const ended = bench();
  ended.set("a", 1, "lazy");
  ended.set("b", 1, "soon");
  await ended.writer.finish();
  assertEquals(ended.groups.map((group) => group.toSorted()), [["v1/a=1", "v1/b=1"]]);
  const dropped = bench();
  dropped.set("a", 1, "urgent");
  dropped.set("b", 1, "soon");
  dropped.writer.drop();
  dropped.set("c", 1, "soon");
  await rest(10);
  await dropped.writer.idle();
  assertEquals([dropped.groups, dropped.writer.size], [[], 0]);
});

Deno.test("while the disk rests after a commit, what comes makes one group", async () => {
  const { writer, groups, set } = bench([], 5);
  set("a", 1, "urgent");
  await writer.flush();
  set("b", 1, "urgent");
  const second = writer.flush();
  set("c", 1, "urgent");
  await rest(1);
  assertEquals([groups, writer.busy], [[["v1/a=1"]], true]);
  await Promise.all([second, writer.flush()]);
  assertEquals(groups, [["v1/a=1"], ["v1/b=1", "v1/c=1"]]);
  await writer.finish();
});

Deno.test("the end does not wait until the disk has rested", async () => {
  for (const end of ["finish", "drop"] as const) {
    const { writer, groups, set } = bench([], 1_000_000_000);
    set("a", 1, "urgent");
    await writer.flush();
    set("b", 1, "urgent");
    const flushed = writer.flush();
    await Promise.resolve();
    await writer[end]();
    await flushed;
    assertEquals(groups.length, end === "finish" ? 2 : 1);
  }
});
