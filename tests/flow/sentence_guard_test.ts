import { assertEquals, assertThrows } from "@std/assert";
import { logText } from "../../src/base/log_text.ts";
import type { Note } from "../../src/proxy/events.ts";
import { soundNote } from "./sentence_guard.ts";
import { Stage } from "./stage.ts";

function note(text: string): Note {
  return { level: "warn", kind: "refused", text };
}

Deno.test("a sentence that a peer can break, steer or stretch is found", () => {
  const faulty = ["two\nlines", "\x1b[31m red", "a\u202etxt.exe", "a\u2028b", "x".repeat(501)];
  for (const text of faulty) {
    assertThrows(() => soundNote(note(`INVITE from ${text}`)), Error, "A sentence (refused)");
    assertEquals(soundNote(note(logText(text))).text, logText(text));
  }
});

Deno.test("what a peer wrote below a sentence may be as it was", () => {
  const shown = { ...note("Message from 192.168.1.20"), detail: "INVITE\r\n\x1b[31m" };
  assertEquals(soundNote(shown), shown);
});

Deno.test("flows and faulty inputs judge every sentence that the core says", () => {
  const stage = new Stage();
  const { core } = stage;
  core.handle = () => [{ type: "note", note: note("two\nlines") }];
  assertThrows(() => stage.receive("outside", "203.0.113.10:5060", "x"), Error, "two");
});
