import { assertEquals } from "@std/assert";
import { NOTE_KINDS } from "../../../src/base/note_kinds.ts";

Deno.test("what happens to a call or a registration is never folded", () => {
  const folding = Object.entries(NOTE_KINDS).filter(([, { folds }]) => folds).map(([kind]) => kind);
  assertEquals(folding.filter((kind) => kind.startsWith("call.")), []);
  assertEquals([NOTE_KINDS.registered.folds, NOTE_KINDS.unregistered.folds], [false, false]);
});

Deno.test("calls and registrations have their share, and strangers another", () => {
  const { registered, refused, stranger } = NOTE_KINDS;
  assertEquals([NOTE_KINDS["call.ended"].share, registered.share], ["phones", "phones"]);
  assertEquals([refused.share, stranger.share], ["strangers", "strangers"]);
});
