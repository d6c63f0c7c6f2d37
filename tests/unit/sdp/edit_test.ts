import { assert, assertEquals } from "@std/assert";
import { parseDescription } from "../../../src/sdp/description.ts";
import { editDescription } from "../../../src/sdp/edit.ts";

const PORTS = [20000, 20010, 20020];

function edit(lines: readonly string[], shown: string): string[] {
  const read = parseDescription(lines.join("\r\n"));
  assert(read.ok);
  const text = editDescription(read.value, { shown, port: (index) => PORTS[index] });
  return text.split("\r\n");
}

/** What a phone writes, what the provider must see, and what the phone sees of it coming back. */
const BOTH_WAYS: [name: string, phone: string[], provider: string[]][] = [
  ["session-level address", [
    "v=0",
    "o=alice 2890 1 IN IP4 192.168.1.50",
    "s=-",
    "c=IN IP4 192.168.1.50",
    "t=0 0",
    "m=audio 20000 RTP/AVP 0 101",
    "a=rtpmap:101 telephone-event/8000",
    "a=fmtp:101 0-15",
    "a=ptime:20",
  ], [
    "v=0",
    "o=alice 2890 1 IN IP4 203.0.113.1",
    "s=-",
    "c=IN IP4 203.0.113.1",
    "t=0 0",
    "m=audio 20000 RTP/AVP 0 101",
    "a=rtpmap:101 telephone-event/8000",
    "a=fmtp:101 0-15",
    "a=ptime:20",
  ]],
  ["several m-lines with their own addresses", [
    "m=audio 20000 RTP/AVP 0",
    "c=IN IP4 192.168.1.50",
    "m=video 20010 RTP/AVP 96",
    "c=IN IP4 192.168.1.50",
    "m=image 20020 udptl t38",
    "c=IN IP4 192.168.1.50",
    "a=T38FaxVersion:0",
  ], [
    "m=audio 20000 RTP/AVP 0",
    "c=IN IP4 203.0.113.1",
    "m=video 20010 RTP/AVP 96",
    "c=IN IP4 203.0.113.1",
    "m=image 20020 udptl t38",
    "c=IN IP4 203.0.113.1",
    "a=T38FaxVersion:0",
  ]],
  ["rtcp in both syntaxes", [
    "c=IN IP4 192.168.1.50",
    "m=audio 20000 RTP/AVP 0",
    "a=rtcp:20001",
    "m=audio 20010 RTP/AVP 0",
    "a=rtcp:20011 IN IP4 192.168.1.50",
  ], [
    "c=IN IP4 203.0.113.1",
    "m=audio 20000 RTP/AVP 0",
    "a=rtcp:20001",
    "m=audio 20010 RTP/AVP 0",
    "a=rtcp:20011 IN IP4 203.0.113.1",
  ]],
  ["hold and refusal", [
    "o=- 1 2 IN IP4 192.168.1.50",
    "c=IN IP4 0.0.0.0",
    "m=audio 20000 RTP/AVP 0",
    "a=sendonly",
    "m=video 0 RTP/AVP 96",
  ], [
    "o=- 1 2 IN IP4 203.0.113.1",
    "c=IN IP4 0.0.0.0",
    "m=audio 20000 RTP/AVP 0",
    "a=sendonly",
    "m=video 0 RTP/AVP 96",
  ]],
  ["secured media is none of our business", [
    "c=IN IP4 192.168.1.50",
    "m=audio 20000 RTP/SAVP 0",
    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj",
    "a=fingerprint:sha-256 00:11",
    "a=setup:actpass",
    "a=group:LS 1 2",
    "a=rtcp-mux",
    "a=rtcp-fb:96 nack",
  ], [
    "c=IN IP4 203.0.113.1",
    "m=audio 20000 RTP/SAVP 0",
    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj",
    "a=fingerprint:sha-256 00:11",
    "a=setup:actpass",
    "a=group:LS 1 2",
    "a=rtcp-mux",
    "a=rtcp-fb:96 nack",
  ]],
];

Deno.test("an edited description differs in addresses only, whichever way it goes", () => {
  for (const [name, phone, provider] of BOTH_WAYS) {
    assertEquals(edit(phone, "203.0.113.1"), provider, name);
    assertEquals(edit(provider, "192.168.1.50"), phone, name);
  }
});

const ONE_WAY: [written: string, read: string][] = [
  ["m=audio 4000 RTP/AVP 0", "m=audio 20000 RTP/AVP 0"],
  ["m=audio 4000/2 RTP/AVP 0 8", "m=audio 20000 RTP/AVP 0 8"],
  ["m=audio  4000\tRTP/AVP  0", "m=audio  20000\tRTP/AVP  0"],
  ["m=audio 0/2 RTP/AVP 0", "m=audio 0 RTP/AVP 0"],
  ["m=message 7654 TCP/MSRP *", "m=message 0 TCP/MSRP *"],
  ["c=IN IP4 224.2.1.1/127/3", "c=IN IP4 203.0.113.1"],
  ["c=IN IP4 phone.example.org", "c=IN IP4 203.0.113.1"],
  ["c=IN IP6 fd00::5", "c=IN IP4 203.0.113.1"],
  ["c=IN IP6 ::", "c=IN IP4 0.0.0.0"],
  ["c=broken", "c=IN IP4 203.0.113.1"],
  ["o=John Doe 1 7 IN IP4 192.168.1.50", "o=John Doe 1 7 IN IP4 203.0.113.1"],
  ["o=- 1 7 in ip4 192.168.1.50", "o=- 1 7 in IP4 203.0.113.1"],
  ["o=- 1 7 IN IP6 fd00::5", "o=- 1 7 IN IP4 203.0.113.1"],
  ["o=- 1 7 IN IP4 192.168.1.50 192.168.1.51", "o=- 1 7 IN IP4 203.0.113.1"],
  ["o=- 1 7 IN 192.168.1.50", "o=- 1 7 IN 203.0.113.1"],
  ["o=a@192.168.1.50 1 7 IN IP4 192.168.1.50", "o=a@203.0.113.1 1 7 IN IP4 203.0.113.1"],
  [
    "o=- 1 1 IN IP4 192.168.1.50473 1 IN IP4 192.168.1.50",
    "o=- 1 1 IN IP4 203.0.113.173 1 IN IP4 203.0.113.1",
  ],
  ["o=fd00::5 1 7 IN IP6 fd00::5", "o=203.0.113.1 1 7 IN IP4 203.0.113.1"],
  ["o=nonsense", "o=nonsense"],
  ["a=rtcp:9 IN IP4 0.0.0.0", "a=rtcp:0 IN IP4 203.0.113.1"],
];

Deno.test("each line is edited in its own notation", () => {
  for (const [written, read] of ONE_WAY) assertEquals(edit([written], "203.0.113.1"), [read]);
});

Deno.test("the shown address decides the address type", () => {
  const lines = [
    "o=- 1 1 IN IP4 192.168.1.50",
    "c=IN IP4 0.0.0.0",
    "m=audio 4 RTP/AVP 0",
    "a=rtcp:5 IN IP4 1.2.3.4",
  ];
  assertEquals(edit(lines, "2001:db8::1"), [
    "o=- 1 1 IN IP6 2001:db8::1",
    "c=IN IP6 ::",
    "m=audio 20000 RTP/AVP 0",
    "a=rtcp:20001 IN IP6 2001:db8::1",
  ]);
});

Deno.test("a party that multiplexes RTCP on the RTP port is shown one port", () => {
  const lines = ["m=audio 4000 RTP/AVP 0", "a=rtcp:4000", "a=rtcp-mux"];
  assertEquals(edit(lines, "203.0.113.1")[1], "a=rtcp:20000");
  const apart = ["m=audio 4000 RTP/AVP 0", "a=rtcp:4001", "a=rtcp-mux"];
  assertEquals(edit(apart, "203.0.113.1")[1], "a=rtcp:20001");
});

Deno.test("ICE and bundling go together, line by line", () => {
  const removed = [
    "a=ice-lite",
    "a=ice-options:trickle",
    "a=group:BUNDLE 0 1",
    "a=ice-ufrag:8hhY",
    "a=ice-pwd:asd88fgpdd777uzjYhagZg",
    "a=candidate:1 1 UDP 2130706431 192.168.1.50 8998 typ host",
    "a=remote-candidates:1 192.168.1.50 8998",
    "a=end-of-candidates",
    "a=bundle-only",
    "a=Candidate:1 1 UDP 1 192.168.1.50 8998 typ host",
    "a=group:ANAT 1 2",
    "a=altc:1 IP4 192.168.1.50 7000",
    "a=alt :1 1 : aHpW 3eQ 192.168.1.50 7000",
    "a=ccap:1 IN IP4 192.168.1.50",
    "a=source-filter: incl IN IP4 * 192.168.1.50",
    "a=x-candidate-ipv6:1 1 UDP 1 192.168.1.50 7000 typ host",
    "a=acap:1 candidate:1 1 UDP 1 192.168.1.50 7000 typ host",
    "a=acap:2 rtcp:7001 IN IP4 192.168.1.50",
    "a=acap:3 acap:4 altc:1 IP4 192.168.1.50 7000",
    "a=path:msrp://192.168.1.50:2855/s1;tcp",
  ];
  const other = [
    "m=audio 20000 RTP/AVP 0",
    "a=mid:0",
    "a=rtcp-mux",
    "a=candidates-like:1",
    "a=acap:5 crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x",
    "a=altitude:5",
    "a=path:of its own",
  ];
  const kept = ["v=0", ...other, ""];
  for (const line of removed) {
    assertEquals(edit(["v=0", ...other, line, ""], "203.0.113.1"), kept, line);
    assertEquals(edit(["v=0", line, ...other, ""], "203.0.113.1"), kept, line);
  }
});

Deno.test("the path of a session of messages goes whatever it is", () => {
  assertEquals(edit(["m=message 0 TCP/TLS/MSRP *", "a=path:x", "s=-"], "203.0.113.1"), [
    "m=message 0 TCP/TLS/MSRP *",
    "s=-",
  ]);
});

const ICE = "a=ice-ufrag:8hhY";
const TRICKLES: [lines: string[], connection: string][] = [
  [["c=IN IP4 0.0.0.0", "m=audio 9 RTP/SAVP 0", ICE], "c=IN IP4 203.0.113.1"],
  [[ICE, "m=audio 9 RTP/SAVP 0", "c=IN IP4 0.0.0.0"], "c=IN IP4 203.0.113.1"],
  [["m=audio 9 RTP/SAVP 0", "c=IN IP6 ::", "a=ice-options:trickle"], "c=IN IP4 203.0.113.1"],
  [["m=audio 9 RTP/SAVP 0", "c=IN IP4 0.0.0.0"], "c=IN IP4 0.0.0.0"],
  [["m=audio 4000 RTP/SAVP 0", ICE, "c=IN IP4 0.0.0.0"], "c=IN IP4 0.0.0.0"],
];

Deno.test("P2: no address yet is no hold", () => {
  for (const [lines, connection] of TRICKLES) {
    const shown = edit(lines, "203.0.113.1").filter((line) => line.startsWith("c="));
    assertEquals(shown, [connection], lines.join(" "));
  }
  const two = ["m=audio 9 RTP/SAVP 0", "c=IN IP4 0.0.0.0", ICE, "m=audio 4 RTP/AVP 0"];
  assertEquals(
    edit([...two, "c=IN IP4 0.0.0.0"], "203.0.113.1").filter((line) => /^c/.test(line)),
    [
      "c=IN IP4 203.0.113.1",
      "c=IN IP4 0.0.0.0",
    ],
  );
});

Deno.test("an m-line we have no port for is refused with its lines masked", () => {
  const read = parseDescription("m=audio 4000 RTP/AVP 0\nc=IN IP4 10.0.0.1\na=rtcp:4001\n");
  assert(read.ok);
  const text = editDescription(read.value, { shown: "203.0.113.1", port: () => undefined });
  assertEquals(text, "m=audio 0 RTP/AVP 0\nc=IN IP4 203.0.113.1\na=rtcp:0\n");
});
