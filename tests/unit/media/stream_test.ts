import { assert, assertEquals } from "@std/assert";
import { isHeld, streamOf } from "../../../src/media/stream.ts";
import { parseDescription } from "../../../src/sdp/description.ts";

function stream(...lines: string[]) {
  const read = parseDescription(["v=0", ...lines].join("\r\n"));
  assert(read.ok);
  return streamOf(read.value.media[0]!);
}

Deno.test("a stream's addresses come from c=, m= and a=rtcp", () => {
  const plain = stream("c=IN IP4 10.0.0.5", "m=audio 4000 RTP/AVP 0 8 8 999 abc");
  assertEquals([plain.ip, plain.port, plain.rtcpIp, plain.rtcpPort], [
    "10.0.0.5",
    4000,
    "10.0.0.5",
    4001,
  ]);
  assertEquals(plain.types, [0, 8]);
  const apart = stream("c=IN IP4 10.0.0.5", "m=audio 4000 RTP/AVP 0", "a=rtcp:5 IN IP4 10.0.0.6");
  assertEquals([apart.rtcpIp, apart.rtcpPort], ["10.0.0.6", 5]);
  const port = stream("c=IN IP4 10.0.0.5", "m=audio 4000 RTP/AVP 0", "a=rtcp:7");
  assertEquals([port.rtcpIp, port.rtcpPort], ["10.0.0.5", 7]);
  assertEquals(stream("c=IN IP4 10.0.0.5", "m=audio 65535 RTP/AVP 0").rtcpPort, 0);
});

Deno.test("a host name and a missing address are unknown, 0.0.0.0 is a hold", () => {
  for (const line of ["c=IN IP4 phone.example.org", "s=-"]) {
    const one = stream(line, "m=audio 4000 RTP/AVP 0");
    assertEquals([one.ip, one.rtcpIp, one.unspecified], [undefined, undefined, false]);
  }
  const held = stream("c=IN IP4 0.0.0.0", "m=audio 4000 RTP/AVP 0");
  assertEquals([held.ip, held.unspecified, held.sends, held.receives], [
    undefined,
    true,
    true,
    false,
  ]);
});

const DIRECTIONS: [line: string, sends: boolean, receives: boolean, held: boolean][] = [
  ["a=sendrecv", true, true, false],
  ["a=sendonly", true, false, true],
  ["a=recvonly", false, true, true],
  ["a=inactive", false, false, true],
  ["a=ptime:20", true, true, false],
];

Deno.test("a stream is held unless it goes both ways", () => {
  for (const [line, sends, receives, held] of DIRECTIONS) {
    const one = stream("c=IN IP4 10.0.0.5", "m=audio 4000 RTP/AVP 0", line);
    assertEquals([one.sends, one.receives, isHeld(one)], [sends, receives, held], line);
  }
});

Deno.test("T.38 has no RTP headers, TCP and port 0 are not live", () => {
  const cases: [line: string, live: boolean, rtp: boolean][] = [
    ["m=image 4000 udptl t38", true, false],
    ["m=audio 4000 RTP/SAVP 0", true, true],
    ["m=audio 0 RTP/AVP 0", false, true],
    ["m=message 4000 TCP/MSRP *", false, false],
  ];
  for (const [line, live, rtp] of cases) {
    const one = stream("c=IN IP4 10.0.0.5", line);
    assertEquals([one.live, one.rtp], [live, rtp], line);
  }
});
