import { assertEquals } from "@std/assert";
import { Queue } from "../../../src/base/queue.ts";

Deno.test("what enters a queue first leaves it first, however pushes and shifts alternate", () => {
  const queue = new Queue([1, 2, 3]);
  const left: (number | undefined)[] = [];
  for (let next = 4; next <= 200; next++) {
    queue.push(next);
    if (next % 3 !== 0) left.push(queue.shift());
  }
  const size = queue.size;
  for (let rest = 0; rest < size; rest++) left.push(queue.shift());
  assertEquals(left, Array.from({ length: 200 }, (_, index) => index + 1));
  assertEquals(queue.size, 0);
  assertEquals(queue.shift(), undefined);
});

Deno.test("an entry taken out of the middle leaves the others in order", () => {
  const queue = new Queue(["a", "b", "c", "d"]);
  assertEquals(queue.shift(), "a");
  queue.remove("c");
  queue.remove("not there");
  assertEquals(queue.size, 2);
  assertEquals([queue.shift(), queue.shift(), queue.shift()], ["b", "d", undefined]);
});

Deno.test("a queue does not change the array it was made of", () => {
  const entries = [1, 2];
  const queue = new Queue(entries);
  queue.push(3);
  queue.shift();
  assertEquals(entries, [1, 2]);
});
