import { assertEquals } from "@std/assert";
import { getParam } from "../../../src/sip/params.ts";
import { MAGIC_COOKIE, parseVia, type Via, viaBranch, writeVia } from "../../../src/sip/via.ts";

const SIP = { protocol: "SIP/2.0" };

const VIAS: [text: string, via: Via][] = [
  ["SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1;rport", {
    ...SIP,
    transport: "UDP",
    host: "192.0.2.1",
    port: 5060,
    params: [{ name: "branch", value: "z9hG4bK1" }, { name: "rport" }],
  }],
  ["SIP/2.0/TLS-SCTP host.example.com", {
    ...SIP,
    transport: "TLS-SCTP",
    host: "host.example.com",
    params: [],
  }],
  ["SIP/2.0/UDP [2001:db8::9:1];received=2001:db8::9:255;branch=z9hG4bKas3-111", {
    ...SIP,
    transport: "UDP",
    host: "[2001:db8::9:1]",
    params: [
      { name: "received", value: "2001:db8::9:255" },
      { name: "branch", value: "z9hG4bKas3-111" },
    ],
  }],
];

Deno.test("a Via is read and written alike", () => {
  for (const [text, via] of VIAS) {
    assertEquals(parseVia(text), { ok: true, value: via });
    assertEquals(writeVia(via), text);
  }
});

const SPACED: [text: string, written: string][] = [
  [
    "SIP  /   2.0\r\n /udp\r\n    192.0.2.2;branch=390skdjuw",
    "SIP/2.0/UDP 192.0.2.2;branch=390skdjuw",
  ],
  ["sip/2.0/Tcp\thost : 5060", "SIP/2.0/TCP host:5060"],
  ["SIP  / 2.0  / TCP     spindle.example.com   ", "SIP/2.0/TCP spindle.example.com"],
];

Deno.test("white space may stand between all parts of a Via", () => {
  for (const [text, written] of SPACED) {
    const parsed = parseVia(text);
    assertEquals(parsed.ok && writeVia(parsed.value), written);
  }
});

Deno.test("what is no Via is refused", () => {
  const wrong = [
    "",
    "SIP/2.0/UDP",
    "SIP/2.0/UDP ;branch=z9hG4bK1",
    "SIP/2.0 192.0.2.1",
    "SIP/2.0/UDP 192.0.2.15;;",
    "SIP/2.0/UDP 192.0.2.1:0",
    "SIP/2.0/UDP 192.0.2.1 192.0.2.2",
    "SIP/2.0/UDP 2001:db8::1;branch=z9hG4bK1",
    'SIP/2.0/UDP 192.0.2.1;a="b',
    "SIP/2.0/U(P 192.0.2.1",
  ];
  for (const text of wrong) {
    assertEquals(parseVia(text).ok, false, text);
  }
});

Deno.test("the branch is found, and one that is only the cookie is one (RFC 4475 §3.2.1)", () => {
  const parsed = parseVia("SIP/2.0/UDP 192.0.2.1;BRANCH=z9hG4bK");
  assertEquals(parsed.ok && viaBranch(parsed.value), MAGIC_COOKIE);
  const none = parseVia("SIP/2.0/UDP 192.0.2.1;rport");
  assertEquals(none.ok && viaBranch(none.value), undefined);
  assertEquals(none.ok && getParam(none.value.params, "rport"), "");
});
