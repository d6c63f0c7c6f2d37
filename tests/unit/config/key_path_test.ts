import { assertEquals } from "@std/assert";
import { formatPath, type KeyPath } from "../../../src/config/key_path.ts";

const PATHS: [path: KeyPath, written: string][] = [
  [[], ""],
  [["a"], "a"],
  [["inside", "networks", 1], "inside.networks[1]"],
  [["provider", 0, "user-agent"], "provider[0].user-agent"],
  [["a.b", "c d"], '"a.b"."c d"'],
];

Deno.test("a path is written as an operator would write it", () => {
  for (const [path, written] of PATHS) assertEquals(formatPath(path), written);
});
