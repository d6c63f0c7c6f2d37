import { assert, assertEquals } from "@std/assert";
import { type RequestParts, requestText } from "./messages.ts";
import { register, Stage } from "./stage.ts";
import { PROVIDER } from "./world_fixture.ts";

const REFUSED: [what: string, parts: RequestParts, note: RegExp | undefined][] = [
  ["no Contact", { contact: "" }, /^INVITE from 192.168.1.20 refused with 400 Missing Contact; /],
  ["no hop left", { method: "MESSAGE", hops: "0" }, /^MESSAGE from .* 483 Too Many Hops; look /],
  ["an unknown extension", { headers: ["Proxy-Require: foo"] }, / 420 Bad Extension; switch off/],
  ["an unknown scheme", { uri: "mailto:bob@example.com" }, / 416 .*; it must dial sip:/],
  ["a method of its own", { method: "FROB", hops: "0" }, /^A request from 192.168.1.20 refused/],
  ["a next hop inside", { method: "MESSAGE", uri: "sip:x@192.168.1.99" }, / is inside .*; let /],
  ["one whose call tells it", { uri: "sip:x@192.168.1.99" }, undefined],
  ["OPTIONS to us", { method: "OPTIONS", uri: "sip:192.168.1.1" }, undefined],
  ["a CANCEL that comes late", { method: "CANCEL" }, undefined],
  ["what goes on", {}, undefined],
];

Deno.test("what we refuse a phone is said in the log, with its address and a remedy", () => {
  for (const [what, parts, note] of REFUSED) {
    const stage = new Stage();
    stage.inside(requestText(parts));
    const notes = stage.notes("refused");
    if (note === undefined) assertEquals(notes, [], what);
    else assert(notes.length === 1 && note.test(notes[0]!), `${what}: ${notes}`);
  }
});

Deno.test("a phone whose request cannot be read is named as well", () => {
  const stage = new Stage();
  stage.inside(requestText().replace(/From:.*\r\n/, ""));
  assertEquals(stage.notes("refused"), [
    "INVITE from 192.168.1.20 refused with 400 Missing Header Field; " +
    "the phone writes what cannot be read: look for a newer firmware",
  ]);
});

Deno.test("what repeats is one sentence, whatever it is about: the log tells equal ones once a minute", () => {
  const stage = new Stage();
  for (let call = 0; call < 5; call++) {
    const user = `sip:${call}@example.com`;
    stage.inside(
      requestText({ contact: "", call: `${call}`, uri: user, from: `<${user}>;tag=1` }),
      `192.168.1.20:${5_060 + call}`,
    );
  }
  assertEquals([stage.notes("refused").length, new Set(stage.notes("refused")).size], [5, 1]);
});

Deno.test("nothing is said of what comes from outside", () => {
  const stage = new Stage();
  register(stage);
  const via = `SIP/2.0/UDP ${PROVIDER};branch=z9hG4bK-out`;
  stage.outside(requestText({ via, hops: "0", uri: "sip:alice@203.0.113.5" }));
  assertEquals(stage.lines(), [`SIP/2.0 483 Too Many Hops > ${PROVIDER}`]);
  assertEquals(stage.notes("refused"), []);
});
