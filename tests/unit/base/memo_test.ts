import { assertEquals } from "@std/assert";
import { remembered } from "../../../src/base/memo.ts";

/** A function that is remembered, and the texts it was really asked for. */
function watched() {
  const asked: string[] = [];
  const read = remembered((text: string) => {
    asked.push(text);
    return { text };
  });
  return { read, asked };
}

Deno.test("a text that was read before is not read again, and gives the same object", () => {
  const { read, asked } = watched();
  const first = read("a");
  read("b");
  assertEquals(read("a") === first, true);
  assertEquals(first, { text: "a" });
  assertEquals(asked, ["a", "b"]);
});

Deno.test("a flood of other texts pushes out what is not in use, and nothing else", () => {
  const { read, asked } = watched();
  read("rare");
  for (let index = 0; index < 2_000; index++) {
    read("often");
    read(`flood ${index}`);
  }
  read("rare");
  assertEquals(asked.filter((text) => text === "often").length, 1);
  assertEquals(asked.filter((text) => text === "rare").length, 2);
});

Deno.test("a long text is read each time: a peer must not fill the memory with a few", () => {
  const { read, asked } = watched();
  const long = "x".repeat(257);
  assertEquals(read(long), read(long));
  assertEquals(asked.length, 2);
});
