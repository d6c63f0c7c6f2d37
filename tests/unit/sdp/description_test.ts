import { assert, assertEquals } from "@std/assert";
import { MESSAGE_LIMITS } from "../../../src/base/limits.ts";
import {
  isLive,
  isRtp,
  type MediaDescription,
  overTcp,
  parseDescription,
  readConnection,
} from "../../../src/sdp/description.ts";

function media(...lines: string[]): MediaDescription {
  const read = parseDescription(["v=0", "c=IN IP4 192.0.2.1", ...lines, ""].join("\r\n"));
  assert(read.ok);
  return read.value.media[0]!;
}

Deno.test("an m-line gives kind, port, protocol and formats", () => {
  const { kind, port, protocol, formats } = media("m=Audio 49170/2 rtp/avp 0 8 101");
  assertEquals([kind, port, protocol], ["audio", 49170, "RTP/AVP"]);
  assertEquals(formats, ["0", "8", "101"]);
});

const M_LINES: [line: string, readable: boolean][] = [
  ["m=audio 4000 RTP/AVP 0", true],
  ["m=audio 4000 RTP/AVP", true],
  ["m=audio 0 RTP/AVP 0", true],
  ["m=audio 65535 RTP/AVP 0", true],
  ["m=audio 65536 RTP/AVP 0", false],
  ["m=audio -1 RTP/AVP 0", false],
  ["m=audio 4000/x RTP/AVP 0", false],
  ["m=audio RTP/AVP 0", false],
  ["m=audio 4000", false],
  ["m=", false],
];

Deno.test("an m-line whose port could be misread refuses the description", () => {
  for (const [line, readable] of M_LINES) {
    assertEquals(parseDescription(`v=0\r\n${line}\r\n`).ok, readable, line);
  }
  const many = "m=audio 4000 RTP/AVP 0\r\n";
  assertEquals(parseDescription(many.repeat(MESSAGE_LIMITS.mediaLines)).ok, true);
  assertEquals(parseDescription(many.repeat(MESSAGE_LIMITS.mediaLines + 1)).ok, false);
});

const CONNECTIONS: [value: string, ip: string | undefined, unspecified: boolean][] = [
  ["IN IP4 10.0.0.5", "10.0.0.5", false],
  ["IN IP4 224.2.1.1/127/3", "224.2.1.1", false],
  ["IN IP6 2001:DB8:0::1", "2001:db8::1", false],
  ["IN IP4 0.0.0.0", "0.0.0.0", true],
  ["IN IP6 ::", "::", true],
  ["IN IP4 phone.example.org", undefined, false],
  ["IN IP4", undefined, false],
  ["", undefined, false],
];

Deno.test("a host name is an unknown address, 0.0.0.0 and :: are holds", () => {
  for (const [value, ip, unspecified] of CONNECTIONS) {
    assertEquals(readConnection(value), { ip, unspecified }, value);
  }
});

Deno.test("a stream's own lines come before the session's", () => {
  const one = media("a=sendonly", "m=audio 4000 RTP/AVP 0");
  assertEquals([one.connection?.ip, one.direction], ["192.0.2.1", "sendonly"]);
  const own = media("a=sendonly", "m=audio 4000 RTP/AVP 0", "c=IN IP4 192.0.2.9", "a=inactive");
  assertEquals([own.connection?.ip, own.direction], ["192.0.2.9", "inactive"]);
  assertEquals(media("m=audio 4000 RTP/AVP 0").direction, "sendrecv");
});

Deno.test("a=rtcp names a port, and an address only if it wants to", () => {
  assertEquals(media("m=audio 1 RTP/AVP 0", "a=rtcp:53020").rtcp, {
    port: 53020,
    connection: undefined,
  });
  assertEquals(media("m=audio 1 RTP/AVP 0", "a=rtcp:53020 IN IP4 192.0.2.7").rtcp, {
    port: 53020,
    connection: { ip: "192.0.2.7", unspecified: false },
  });
  assertEquals(media("m=audio 1 RTP/AVP 0", "a=rtcp:x").rtcp, undefined);
  assertEquals(media("m=audio 1 RTP/AVP 0", "a=rtcp-fb:* nack").rtcp, undefined);
  assertEquals(media("m=audio 1 RTP/AVP 0", "a=rtcp-mux").rtcpMux, true);
});

const PROTOCOLS: [line: string, live: boolean, rtp: boolean, tcp: boolean][] = [
  ["m=audio 4000 RTP/AVP 0", true, true, false],
  ["m=video 4000 UDP/TLS/RTP/SAVPF 96", true, true, false],
  ["m=audio 0 RTP/AVP 0", false, true, false],
  ["m=image 4000 udptl t38", true, false, false],
  ["m=application 4000 UDP/DTLS/SCTP webrtc-datachannel", true, false, false],
  ["m=message 4000 TCP/MSRP *", false, false, true],
  ["m=application 9 TCP/TLS/BFCP *", false, false, true],
  ["m=audio 4000 TCP/RTP/AVP 0", false, true, true],
  ["m=image 4000 tcptl t38", false, false, true],
];

Deno.test("only streams of datagrams that have a port are live", () => {
  for (const [line, live, rtp, tcp] of PROTOCOLS) {
    const one = media(line);
    assertEquals([isLive(one), isRtp(one.protocol), overTcp(one)], [live, rtp, tcp], line);
  }
});

Deno.test("a line behind a bare CR would be seen by some only, so it is refused", () => {
  const text = (end: string) => `v=0\r\nt=0 0${end}m=audio 4000 RTP/AVP 0\r\n`;
  const ends = ["\r", "\r\n", "\n", " \r\r\n"].map((end) => parseDescription(text(end)).ok);
  assertEquals(ends, [false, true, true, true]);
});
