import { assertEquals } from "@std/assert";
import {
  readBoth,
  type Reader,
  readFlag,
  readInteger,
  readList,
  readObject,
  readPair,
  readPartial,
  readText,
  readWord,
} from "../../../src/base/json_reader.ts";

const phone = readBoth(
  readObject({ name: readText(5), lines: readList(readInteger(0, 9), 2) }),
  readPartial({ busy: readFlag, kind: readWord(["desk", "soft"]) }),
);

const CASES: [read: Reader<unknown>, value: unknown, result: unknown][] = [
  [readText(3), "abc", "abc"],
  [readText(3), "abcd", undefined],
  [readText(3), 5, undefined],
  [readInteger(1, 3), 3, 3],
  [readInteger(1, 3), 0, undefined],
  [readInteger(1, 3), 1.5, undefined],
  [readInteger(1, 3), "2", undefined],
  [readFlag, false, false],
  [readFlag, 0, undefined],
  [readWord(["a", "b"]), "b", "b"],
  [readWord(["a", "b"]), "c", undefined],
  [readList(readFlag, 2), [true, false], [true, false]],
  [readList(readFlag, 2), [true, 1], undefined],
  [readList(readFlag, 1), [true, true], undefined],
  [readList(readFlag, 1), { length: 0 }, undefined],
  [readPair(readFlag, readText(1)), [true, "x"], [true, "x"]],
  [readPair(readFlag, readText(1)), [true], undefined],
  [readPair(readFlag, readText(1)), [true, "xx"], undefined],
  [phone, { name: "a", lines: [1], other: 1 }, { name: "a", lines: [1] }],
  [phone, { name: "a", lines: [], busy: true }, { name: "a", lines: [], busy: true }],
  [phone, { name: "a", lines: [], busy: undefined }, { name: "a", lines: [] }],
  [phone, { name: "a", lines: [], kind: "wall" }, undefined],
  [phone, { name: "a" }, undefined],
  [phone, null, undefined],
  [phone, [], undefined],
];

Deno.test("JSON of the expected shape is read, any other gives nothing", () => {
  for (const [read, value, result] of CASES) {
    assertEquals(read(value), result, JSON.stringify(value));
  }
});
