import { assertEquals } from "@std/assert";
import { written } from "../../../src/media/written.ts";
import { readSdpBody } from "../../../src/sdp/body.ts";
import type { Leg } from "../../../src/media/far_end.ts";

const SDP = "application/sdp";
const BODY = [
  "v=0",
  "o=- 1 1 IN IP4 192.168.1.20",
  "s=-",
  "c=IN IP4 192.168.1.20",
  "t=0 0",
  "m=audio 4000 RTP/AVP 0",
  "m=video 4002 RTP/AVP 96",
  "",
].join("\r\n");

function write(legs: readonly (Leg | undefined)[]) {
  const body = readSdpBody(SDP, BODY);
  if (!body.ok) throw new Error(body.reason);
  return written(body.value, { contentType: SDP, shown: "203.0.113.5", legs });
}

Deno.test("an m-line gets its leg's port and our address, one without a leg gets port 0", () => {
  const { body, media } = write([{ port: 10_000 } as Leg, undefined]);
  assertEquals(media, true);
  assertEquals(body.includes("192.168.1.20"), false);
  assertEquals(body.match(/^m=.*$/gm), ["m=audio 10000 RTP/AVP 0", "m=video 0 RTP/AVP 96"]);
});

Deno.test("a body of which no m-line has a leg carries no media", () => {
  assertEquals(write([undefined, undefined]).media, false);
});
