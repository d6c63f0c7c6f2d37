import { assertEquals } from "@std/assert";
import { hasBareReturn, readHeaderBlock } from "../../../src/sip/header_block.ts";

Deno.test("fields keep their exact lines, folds and either line end", () => {
  const text = "To :\r\n sip:a@b\r\nx-A:1\nv: c\r\n\td\n e\r\n\r\nbody\r\n\r\n";
  const block = readHeaderBlock(text, 0);
  assertEquals(block, {
    headers: [
      { key: "to", name: "To", line: "To :\r\n sip:a@b\r\n" },
      { key: "x-a", name: "x-A", line: "x-A:1\n" },
      { key: "via", name: "v", line: "v: c\r\n\td\n e\r\n" },
    ],
    blank: "\r\n",
    end: text.length - 8,
  });
});

Deno.test("a bare LF is an empty line as well", () => {
  const block = readHeaderBlock("a: b\n\nbody", 0);
  assertEquals([block.blank, block.end, block.headers.length], ["\n", 6, 1]);
});

const FAULTS: [text: string, kind: string | undefined][] = [
  ["a: b\r\n\r\n", undefined],
  ["a: b\r\n", undefined],
  ["a: b", "header-line"],
  ["a b\r\n\r\n", "header-line"],
  [": b\r\n\r\n", "header-line"],
  ["a b: c\r\n\r\n", "header-line"],
  [" a: b\r\n\r\n", "header-line"],
  ["a: b\rVia: c\r\n\r\n", "header-line"],
  ["a: b\r\r\n\r\n", "header-line"],
  ["\u00e4: b\r\n\r\n", "header-line"],
];

Deno.test("lines that are no header fields are told", () => {
  for (const [text, kind] of FAULTS) assertEquals(readHeaderBlock(text, 0).fault?.kind, kind, text);
});

Deno.test("what is left of a faulty block is still read, so that it can be answered", () => {
  const block = readHeaderBlock("x-a: b\r\nnonsense\r\nx-c: d\r\n\r\n", 0);
  assertEquals(block.headers.map((field) => field.key), ["x-a", "x-c"]);
  assertEquals(block.fault?.reason, "Not a header field: nonsense");
});

Deno.test("a CR counts as bare unless LF follows", () => {
  assertEquals(hasBareReturn("a: b\r\n c\r\n"), false);
  assertEquals(hasBareReturn("a: b\n"), false);
  assertEquals(hasBareReturn("a\r: b\r\n"), true);
  assertEquals(hasBareReturn("a: b\r"), true);
});
