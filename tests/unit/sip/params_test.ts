import { assertEquals } from "@std/assert";
import {
  getParam,
  hasParam,
  type Param,
  parseParams,
  withoutParam,
  withParam,
  writeParams,
} from "../../../src/sip/params.ts";

const PARAMS: [text: string, params: Param[] | undefined][] = [
  ["", []],
  [";lr", [{ name: "lr" }]],
  [";lr=on;Tag=a=b", [{ name: "lr", value: "on" }, { name: "Tag", value: "a=b" }]],
  [";a=", [{ name: "a", value: "" }]],
  [';a="x;y\\"=z";b', [{ name: "a", value: '"x;y\\"=z"' }, { name: "b" }]],
  [";received=2001:db8::9:255", [{ name: "received", value: "2001:db8::9:255" }]],
  [";;a", undefined],
  [";a;", undefined],
  ["a", undefined],
  [';a="x', undefined],
];

function parse(text: string): readonly Param[] {
  const parsed = parseParams(text, 0);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.value;
}

Deno.test("parameters are read and written alike", () => {
  for (const [text, params] of PARAMS) {
    const parsed = parseParams(text, 0);
    assertEquals(parsed.ok ? parsed.value : undefined, params, text);
    if (params !== undefined) assertEquals(writeParams(params), text);
  }
});

Deno.test("empty parameters are kept where they are allowed", () => {
  const parsed = parseParams(";;lr;", 0, { emptyAllowed: true });
  assertEquals(parsed, { ok: true, value: [{ name: "" }, { name: "lr" }, { name: "" }] });
  assertEquals(parsed.ok && writeParams(parsed.value), ";;lr;");
});

Deno.test("white space comes out as it was read, until the parameter is changed", () => {
  const text = " ; tag\t=  1918 ;q = 0.3;x";
  const params = parse(text);
  assertEquals(params.map(({ name, value }) => [name, value]), [
    ["tag", "1918"],
    ["q", "0.3"],
    ["x", undefined],
  ]);
  assertEquals(writeParams(params), text);
  assertEquals(writeParams(withParam(params, "TAG", "7")), ";TAG=7;q = 0.3;x");
  assertEquals(writeParams(params.map((param) => ({ ...param, value: "1" }))), ";tag=1;q=1;x=1");
});

Deno.test("a parameter is found without regard to case, its quotes and escapes taken off", () => {
  const params = parse(';LR;a="x \\"y\\"";A=2;b=');
  assertEquals(getParam(params, "lr"), "");
  assertEquals(getParam(params, "a"), 'x "y"');
  assertEquals(getParam(params, "b"), "");
  assertEquals(getParam(params, "c"), undefined);
  assertEquals(hasParam(params, "Lr"), true);
  assertEquals(hasParam(params, "c"), false);
});

Deno.test("a parameter is set in its place, once, or added at the end", () => {
  const params = parse(";a=1;b;A=2");
  assertEquals(writeParams(withParam(params, "a", "3")), ";a=3;b");
  assertEquals(writeParams(withParam(params, "c")), ";a=1;b;A=2;c");
  assertEquals(writeParams(withoutParam(params, "a")), ";b");
});
