import { assert, assertEquals } from "@std/assert";
import { decisionWords } from "../../../src/sdp/decisions.ts";
import { parseDescription } from "../../../src/sdp/description.ts";
import { editDescription } from "../../../src/sdp/edit.ts";

function words(...lines: string[]): string[] {
  const before = parseDescription(lines.join("\r\n"));
  assert(before.ok);
  const edit = { shown: "203.0.113.5", port: (index: number) => index < 2 ? 10_000 : undefined };
  const after = parseDescription(editDescription(before.value, edit));
  assert(after.ok);
  return decisionWords(before.value, after.value);
}

Deno.test("each stream is told with its address and the one that the far end sees", () => {
  assertEquals(
    words(
      "c=IN IP4 192.168.1.50",
      "m=audio 4000 RTP/AVP 0",
      "m=video 4002 RTP/AVP 96",
      "c=IN IP6 fd00::5",
      "a=sendonly",
    ),
    [
      "audio (RTP/AVP) at 192.168.1.50:4000 is shown as 203.0.113.5:10000",
      "video (RTP/AVP, sendonly) at [fd00::5]:4002 is shown as 203.0.113.5:10000",
    ],
  );
});

Deno.test("a stream that is refused, by its sender or by us, is told with the reason", () => {
  assertEquals(
    words(
      "c=IN IP4 phone.example",
      "m=audio 0 RTP/AVP 0",
      "m=message 2855 TCP/MSRP *",
      "m=image 4004 udptl t38",
    ),
    [
      "audio (RTP/AVP) is refused or ended by its sender",
      "message (TCP/MSRP) at a name:2855 goes on with port 0: it is no stream of datagrams",
      "image (UDPTL) at a name:4004 goes on with port 0",
    ],
  );
});

Deno.test("an address that trickle ICE has yet to tell is none (P2)", () => {
  assertEquals(words("c=IN IP4 0.0.0.0", "m=audio 9 RTP/AVP 0", "a=ice-ufrag:1").slice(0, 1), [
    "audio (RTP/AVP) at an address that trickle ICE has yet to tell is shown as 203.0.113.5:10000",
  ]);
});

Deno.test("attributes that are left out are counted, with the reason (P2)", () => {
  const lines = ["a=group:BUNDLE 0 1", "a=group:LS 0 1", "a=candidate:1", "a=candidate:2"];
  assertEquals(words(...lines, "a=ice-lite", "m=message 0 TCP/MSRP *", "a=path:msrp://x;tcp"), [
    "message (TCP/MSRP) is refused or ended by its sender",
    "left out a=group: streams of a group would share one address",
    "left out a=candidate (2 times), a=ice-lite: ICE would have media pass beside us",
    "left out a=path: it offers another address than ours",
  ]);
});

Deno.test("what a peer writes for a kind is cut", () => {
  const [line] = words("c=IN IP4 192.168.1.50", `m=${"x".repeat(9_000)} 4000 RTP/AVP 0`);
  assert(line!.length < 200, line);
});
