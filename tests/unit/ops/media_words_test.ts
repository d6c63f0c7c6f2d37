import { assertEquals } from "@std/assert";
import type { StreamSnapshot } from "../../../src/media/snapshot.ts";
import { mediaWords, streamWords } from "../../../src/ops/media_words.ts";

function stream(kind: StreamSnapshot["kind"], ...types: number[]): StreamSnapshot {
  return { stream: 0, kind, types, legs: [] };
}

Deno.test("a stream is told by its kind, and its codec where the number says it", () => {
  assertEquals(streamWords(stream("audio", 8, 101)), "audio PCMA");
  assertEquals(streamWords(stream("video", 96)), "video type 96");
  assertEquals(streamWords(stream("image")), "fax");
  assertEquals(streamWords(stream(undefined, 9)), "media G722");
});

Deno.test("the media of a call are its streams", () => {
  assertEquals(mediaWords([stream("audio", 0), stream("video")]), "audio PCMU, video");
  assertEquals(mediaWords([]), "none");
});
