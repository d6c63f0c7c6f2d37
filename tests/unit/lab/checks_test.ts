import { assertEquals } from "@std/assert";
import { ADMITTED_PORTS } from "../../lab/router.ts";
import { packetProblems, registrationProblems, witnessProblems } from "../../lab/checks.ts";
import { FarEnds } from "../../flow/far_ends.ts";
import type { Packet } from "../../lab/pcap.ts";

const MASKED = {
  aor: "100@203.0.113.10",
  from: "203.0.113.1:5060",
  contact: "<sip:100@203.0.113.1:5060;line=abcdefghijklmnopqrst>;expires=300",
};

Deno.test("a masked Contact from the router's SIP port is what the registrar has to see", () => {
  assertEquals(registrationProblems("100", MASKED), []);
});

Deno.test("a registration fails that is missing, not masked, or from another port", () => {
  const contact = "<sip:100@192.168.71.11:5060>;expires=300";
  assertEquals(registrationProblems("100").length, 1);
  assertEquals(registrationProblems("100", { ...MASKED, contact }).length, 1);
  assertEquals(registrationProblems("100", { ...MASKED, from: "203.0.113.1:1024" }).length, 1);
});

Deno.test("the provider's log witnesses every inside address", () => {
  assertEquals(witnessProblems("lab: request REGISTER sip:203.0.113.10 from=203.0.113.1:5060"), []);
  assertEquals(witnessProblems("lab: request INVITE callid=1@192.168.71.11 cseq=1"), []);
  assertEquals(witnessProblems("one\nContact: <sip:100@192.168.71.12>\nthree").length, 1);
});

function packet(text: string, change: Partial<Packet> = {}): Packet {
  const payload = new TextEncoder().encode(text);
  return { timeMs: 0, from: "203.0.113.1:5060", to: "203.0.113.10:5060", payload, ...change };
}

Deno.test("a packet without inside addresses may leave, a Call-ID with one too", () => {
  const text = "OPTIONS sip:203.0.113.10 SIP/2.0\r\nCall-ID: 1@192.168.71.11\r\n\r\n";
  assertEquals(packetProblems(packet(text)), []);
});

Deno.test("a packet with an inside address in a header, in a body or as its own is a problem", () => {
  const via = "OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/UDP 192.168.71.11\r\n\r\n";
  const body = "INVITE sip:a SIP/2.0\r\n\r\nv=0\r\nc=IN IP4 192.168.71.11\r\n";
  assertEquals(packetProblems(packet(via)).length, 1);
  assertEquals(packetProblems(packet(body)).length, 1);
  assertEquals(packetProblems(packet("RTP", { from: "192.168.71.11:20000" })).length, 1);
});

Deno.test("who attacks our inside address puts its own packets outside, and no answer to them", () => {
  const attack = { from: "198.51.100.66:5060", to: "192.168.71.1:5060" };
  assertEquals(packetProblems(packet("INVITE", attack)), []);
  const answer = { from: attack.to, to: attack.from };
  assertEquals(packetProblems(packet("SIP/2.0 100 Trying", answer)).length, 1);
  assertEquals(packetProblems(packet("INVITE", { ...attack, from: "203.0.113.9:5060" })).length, 1);
  assertEquals(packetProblems(packet("INVITE", { ...attack, to: "192.168.71.11:5060" })).length, 1);
});

Deno.test("what the far end wrote goes back to it, and to nobody else", () => {
  const word = "INVITE sip:a SIP/2.0\r\nCall-ID: 1\r\nContact: <sip:gw@192.168.71.90>\r\n\r\n";
  const bye = packet("BYE sip:gw@192.168.71.90 SIP/2.0\r\nCall-ID: 1\r\n\r\n");
  const farEnds = new FarEnds();
  assertEquals(packetProblems(packet(word, { from: bye.to, to: bye.from }), { farEnds }), []);
  assertEquals(packetProblems({ ...bye, to: "203.0.113.20:5060" }, { farEnds }).length, 1);
  assertEquals(packetProblems(bye, { farEnds }), []);
});

Deno.test("the router may send only from ports that the firewall admits, but ask the name server", () => {
  const question = { from: "203.0.113.1:40000", to: "203.0.113.53:53" };
  assertEquals(packetProblems(packet("", question)), []);
  assertEquals(packetProblems(packet("", { ...question, to: "203.0.113.53:54" })).length, 1);
  assertEquals(packetProblems(packet("", { from: "203.0.113.2:40000" })).length, 1);
  assertEquals(packetProblems(packet("", { from: "203.0.113.1:10999" })), []);
  assertEquals(packetProblems(packet("", { from: "203.0.113.1:11000" })).length, 1);
  const admitted = [...ADMITTED_PORTS, "11000-11001"];
  assertEquals(packetProblems(packet("", { from: "203.0.113.1:11000" }), { admitted }), []);
  assertEquals(packetProblems(packet("", { from: "203.0.113.20:20000" })), []);
});
