import { assertEquals, assertThrows } from "@std/assert";
import { parse, stringify } from "@std/toml";

const DOCUMENT = {
  inside: { interface: "auto", listen: ["udp:5060"], limits: { most: 3, strict: true } },
};

Deno.test("a document is read into tables, and written text is read back the same", () => {
  const text = `[inside]
interface = "auto" # a comment
listen = [
  "udp:5060",
]
[inside.limits]
most = 3
strict = true
`;
  assertEquals(parse(text), DOCUMENT);
  assertEquals(parse(stringify(DOCUMENT)), DOCUMENT);
});

Deno.test("a syntax error throws a SyntaxError", () => {
  for (const text of ["a = ", "a", "[a", 'a = "x', "a = [1"]) {
    assertThrows(() => parse(text), SyntaxError, undefined, text);
  }
});

Deno.test("a key given twice is not noticed, which is why the configuration looks itself", () => {
  assertEquals(parse("a = 1\na = 2").a !== undefined, true);
});
