import { assertEquals } from "@std/assert";
import { type Keyed, TransactionTable } from "../../../src/transaction/table.ts";
import { ANYBODY } from "../base/anybody.ts";

/** A table whose inner half the test can use. */
class Table extends TransactionTable<Keyed, Keyed> {
  begin(key: string, urgent = false): Keyed | undefined {
    const entry = { id: this.nextId, key };
    return this.add(entry, { holder: { ...ANYBODY, urgent } }) ? entry : undefined;
  }
  end(entry: Keyed): boolean {
    return this.remove(entry);
  }
  find(key: string): number | undefined {
    return this.keyed(key)?.id;
  }
  inner(id: number): string | undefined {
    return this.entry(id)?.key;
  }
}

Deno.test("a transaction is found by its key and its number until it is removed, once", () => {
  const table = new Table({ limit: 10, urgent: 0 });
  const [first, second] = [table.begin("a")!, table.begin("b")!];
  assertEquals([first.id, second.id], [1, 2]);
  assertEquals([table.find("a"), table.get(2)?.key, table.inner(2)], [1, "b", "b"]);
  assertEquals([...table.values()].map(({ key }) => key), ["a", "b"]);
  assertEquals([table.end(first), table.end(first)], [true, false]);
  assertEquals([table.find("a"), table.get(1), table.inner(1), table.size], [
    undefined,
    undefined,
    undefined,
    1,
  ]);
});

Deno.test("a full table refuses, and gives no number away for it", () => {
  const table = new Table({ limit: 1, urgent: 0 });
  const first = table.begin("a")!;
  assertEquals(table.begin("b"), undefined);
  assertEquals([table.size, table.find("b")], [1, undefined]);
  table.end(first);
  assertEquals(table.begin("c")?.id, 2);
});

Deno.test("a table full of beginnings has room left for what ends them, and an end takes no beginning's place", () => {
  const table = new Table({ limit: 2, urgent: 1 });
  for (const key of ["a", "b"]) table.begin(key);
  assertEquals(table.begin("c"), undefined);
  const bye = table.begin("d", true)!;
  assertEquals([bye.id, table.begin("e", true)], [3, undefined]);
  table.end(bye);
  assertEquals([table.begin("f"), table.begin("g", true)?.id], [undefined, 4]);
});

Deno.test("who is removed late takes nobody with it who has the key by now", () => {
  const table = new Table({ limit: 10, urgent: 0 });
  const first = table.begin("a")!;
  table.end(first);
  const second = table.begin("a")!;
  assertEquals(table.end(first), false);
  assertEquals(table.find("a"), second.id);
});
