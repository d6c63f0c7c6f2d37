import { assertEquals } from "@std/assert";
import { nearestName } from "../../../src/config/nearest.ts";

const NAMES = ["interface", "listen", "networks", "refresh_max", "idle"];

const CASES: [typed: string, meant: string | undefined][] = [
  ["interfaces", "interface"],
  ["inteface", "interface"],
  ["lisetn", "listen"],
  ["LISTEN", "listen"],
  ["refresh-max", "refresh_max"],
  ["refreshMax", "refresh_max"],
  ["network", "networks"],
  ["idel", "idle"],
  ["colour", undefined],
  ["x", undefined],
  ["", undefined],
  ["l".repeat(5000), undefined],
];

Deno.test("a mistyped name is led back to the nearest one, a strange one to none", () => {
  for (const [typed, meant] of CASES) assertEquals(nearestName(typed, NAMES), meant, typed);
});

Deno.test("there is no nearest name among none", () => {
  assertEquals(nearestName("listen", []), undefined);
});
