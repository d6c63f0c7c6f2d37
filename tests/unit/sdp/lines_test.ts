import { assertEquals } from "@std/assert";
import { attributeOf, parseLines, wordsOf, writeLines } from "../../../src/sdp/lines.ts";

const TEXTS: [text: string, types: string][] = [
  ["v=0\r\ns=-\r\n", "v s"],
  ["v=0\ns=-", "v s"],
  ["v=0\r\n\r\na=x\r\n", "v - a"],
  ["", ""],
  ["no letter\r\nm=\r\n", "- m"],
  ["a=one\ra=two\n", "a"],
  ["s=\xe4\xff\x00\r\n", "s"],
];

Deno.test("a description is split into lines and joined to the same bytes", () => {
  for (const [text, types] of TEXTS) {
    const lines = parseLines(text);
    assertEquals(lines.map((line) => line.type || "-").join(" "), types, text);
    assertEquals(writeLines(lines), text);
  }
});

Deno.test("words may stand several blanks or tabs apart", () => {
  assertEquals(wordsOf(" audio  49170\tRTP/AVP 0 "), ["audio", "49170", "RTP/AVP", "0"]);
});

Deno.test("an attribute has a name without case and a value that keeps its own", () => {
  const attributes = parseLines("a=RTCP-mux\r\na=rtcp:53020 IN IP4 x\r\nc=IN\r\n").map(attributeOf);
  assertEquals(attributes, [
    { name: "rtcp-mux", value: "" },
    { name: "rtcp", value: "53020 IN IP4 x" },
    undefined,
  ]);
});
