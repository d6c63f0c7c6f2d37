import { assertEquals } from "@std/assert";
import { type HostPort, parseHostPort, writeHostPort } from "../../../src/sip/host_port.ts";

const PLACES: [text: string, place: HostPort | undefined][] = [
  ["example.com", { host: "example.com" }],
  ["EXAMPLE.com.:5061", { host: "EXAMPLE.com.", port: 5061 }],
  ["my_pbx:65535", { host: "my_pbx", port: 65535 }],
  ["192.0.2.1:1", { host: "192.0.2.1", port: 1 }],
  ["[2001:db8::1]", { host: "[2001:db8::1]" }],
  ["[2001:db8::10]:5070", { host: "[2001:db8::10]", port: 5070 }],
  ["[2001:db8::10:5070]", { host: "[2001:db8::10:5070]" }],
  ["[2001:db8:::192.0.2.1]", { host: "[2001:db8:::192.0.2.1]" }],
  ["", undefined],
  ["2001:db8::10", undefined],
  ["[2001:db8::1", undefined],
  ["[2001:db8::1]5060", undefined],
  ["[example.com]", undefined],
  ["example.com:", undefined],
  ["example.com:0", undefined],
  ["example.com:05060", undefined],
  ["example.com:65536", undefined],
  ["example.com:506O", undefined],
  ["a b", undefined],
  ["a@b", undefined],
];

Deno.test("a host and its port are read and written alike", () => {
  for (const [text, place] of PLACES) {
    const parsed = parseHostPort(text);
    assertEquals(parsed.ok ? parsed.value : undefined, place, text);
    if (place !== undefined) assertEquals(writeHostPort(place), text);
  }
});
