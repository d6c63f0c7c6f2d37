import { assertEquals } from "@std/assert";
import { foreignKind } from "../../../src/config/foreign.ts";

const SECTIONS = ["inside", "outside", "log"];

function kind(text: string): string | undefined {
  return foreignKind(text, SECTIONS)?.split(";")[0];
}

const FOREIGN: [text: string, kind: string][] = [
  ["if_inbound = eth0\nif_outbound = ppp0", "This is a siproxd.conf"],
  ["# x\nif_inbound=eth0\r\n\r\nload_plugin=plugin_x.so\r\n", "This is a siproxd.conf"],
  ["sip_listen_port = 5060\ndaemonize = 1", "This is a siproxd.conf"],
  ['{ "inside": {} }', "This is JSON or XML"],
  ["[\n1\n]", "This is JSON or XML"],
  ['{\n"inside": {\n[inside]', "This is JSON or XML"],
  ["<?xml version='1.0'?>", "This is JSON or XML"],
  ["config x y\n\toption a 'b'", "This is a UCI file of OpenWrt"],
  ["inside:\n  interface: eth0", "This looks like YAML"],
  ["- a: b\n- c: d", "This looks like YAML"],
  ["; x\n; y", "This looks like an INI file"],
  ["[general]\nexternip = 198.51.100.7\nnat = yes", "This looks like an INI file"],
];

Deno.test("files of other kinds are recognised", () => {
  for (const [text, expected] of FOREIGN) assertEquals(kind(text), expected, text);
});

const OURS = [
  "",
  "# [inside]\n",
  "[inside]\ninterface = eth0\nlisten = udp:5060",
  "[[log]]\nlevel = info\nx = y\n; z",
  "[inside]\ninterface: eth0\nlisten: 5060",
  "[inside]\nif_inbound = 'eth0'\nif_outbound = 'eth1'",
  'log = { level = "info" }\n',
  'log.level = "info"\ninside.interface = "eth0"',
  "if_inbound = 'eth0'",
  "x = y",
  "[constructor]",
];

Deno.test("what may be meant as a configuration of ours is none of them", () => {
  for (const text of OURS) assertEquals(kind(text), undefined, text);
});
