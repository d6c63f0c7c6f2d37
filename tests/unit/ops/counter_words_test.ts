import { assertEquals } from "@std/assert";
import { counterWords, refusedWords, spaced } from "../../../src/ops/counter_words.ts";

const ROOM = new URL("../../../src/proxy/", import.meta.url);

/** What the core counts under a name that stands in its source as a whole. */
function countedKinds(call: RegExp): string[] {
  const files = [...Deno.readDirSync(ROOM)].filter(({ name }) => name.endsWith(".ts"));
  const texts = files.map(({ name }) => Deno.readTextFileSync(new URL(name, ROOM)));
  return texts.flatMap((text) => [...text.matchAll(call)].map(([, kind]) => kind!));
}

Deno.test("whatever the core counts has words", () => {
  const counted = countedKinds(/world\.count\("([^"]+)"/g);
  const refused = countedKinds(/world\.refuse\("([^"]+)"/g);
  assertEquals(counted.length > 8 && refused.length > 1, true);
  assertEquals(counted.filter((kind) => counterWords(kind) === kind), []);
  assertEquals(refused.filter((kind) => refusedWords(kind) === kind), []);
});

Deno.test("kinds that are made of parts are told in words too", () => {
  assertEquals(refusedWords("stranger.no phone addressed"), "not answered: no phone addressed");
  assertEquals(refusedWords("unparsable.start-line"), "not understood: start line");
  assertEquals(counterWords("refused.budget"), "refused, more messages than its budget");
  assertEquals(
    counterWords("share.serverTransactions"),
    "refused, the source has its share: server transactions",
  );
});

Deno.test("a kind without words is told as it is", () => {
  assertEquals([counterWords("new.kind"), refusedWords("new")], ["new.kind", "new"]);
  assertEquals(spaced("clientTransactions"), "client transactions");
});
