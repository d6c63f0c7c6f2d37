import {
  assert,
  assertEquals,
  assertExists,
  AssertionError,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";

// The assertions are what all other tests stand on, so failure is seen without using them.
function fails(check: () => void): boolean {
  try {
    check();
    return false;
  } catch (error) {
    return error instanceof AssertionError;
  }
}

const CHECKS: [name: string, holds: () => void, breaks: () => void][] = [
  ["assert", () => assert(1), () => assert(0)],
  ["assertEquals", () => assertEquals({ a: [1] }, { a: [1] }), () => assertEquals([1], [2])],
  ["assertNotEquals", () => assertNotEquals(1, 2), () => assertNotEquals([1], [1])],
  ["assertExists", () => assertExists(0), () => assertExists(undefined)],
  ["assertMatch", () => assertMatch("ab", /b$/), () => assertMatch("ab", /^b/)],
  [
    "assertStringIncludes",
    () => assertStringIncludes("abc", "b"),
    () => assertStringIncludes("abc", "d"),
  ],
  [
    "assertThrows",
    () => assertThrows(() => JSON.parse("{")),
    () => assertThrows(() => {}),
  ],
];

for (const [name, holds, breaks] of CHECKS) {
  Deno.test(`${name} passes what holds and fails what does not`, () => {
    holds();
    if (!fails(breaks)) throw new Error(`${name} let a fault pass`);
  });
}

Deno.test("assertRejects passes a rejected promise and fails a kept one", async () => {
  await assertRejects(() => Promise.reject(new TypeError("late")), TypeError, "late");
  const kept = await assertRejects(() => Promise.resolve()).then(() => true, () => false);
  if (kept) throw new Error("assertRejects let a kept promise pass");
});
