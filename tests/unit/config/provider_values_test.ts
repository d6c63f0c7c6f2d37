import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Result } from "../../../src/base/result.ts";
import {
  choice,
  formatOutboundProxy,
  parseDomain,
  parseOutboundProxy,
} from "../../../src/config/provider_values.ts";

function refusal(result: Result<unknown>): string {
  assert(!result.ok, JSON.stringify(result));
  return result.reason;
}

const DOMAINS: [text: string, domain: string][] = [
  ["provider.example", "provider.example"],
  ["Provider.Example.", "provider.example"],
  ["asterisk", "asterisk"],
  ["203.0.113.9", "203.0.113.9"],
];

Deno.test("a domain is a host name or an IPv4 address, as it stands in SIP addresses", () => {
  for (const [text, domain] of DOMAINS) {
    assertEquals(parseDomain(text), { ok: true, value: domain });
  }
  const wrong = ["", "sip:a.example", "a.example:5060", "100@a.example", "a b", "2001:db8::1"];
  for (const text of [...wrong, "224.0.0.1", "203.0.113", "a..example", "-a.example"]) {
    assertStringIncludes(refusal(parseDomain(text)), `Cannot read "${text}" as a domain`);
  }
});

const PROXIES: [text: string, proxy: ReturnType<typeof parseOutboundProxy>, written: string][] = [
  ["auto", { ok: true, value: undefined }, "auto"],
  ["sbc.example", { ok: true, value: { host: "sbc.example", port: undefined } }, "sbc.example"],
  [
    "SBC.example:5080",
    { ok: true, value: { host: "sbc.example", port: 5080 } },
    "sbc.example:5080",
  ],
  [
    "203.0.113.9:5060",
    { ok: true, value: { host: "203.0.113.9", port: 5060 } },
    "203.0.113.9:5060",
  ],
];

Deno.test("an outbound proxy is auto, or a host with a port or without, both ways", () => {
  for (const [text, proxy, written] of PROXIES) {
    const parsed = parseOutboundProxy(text);
    assertEquals(parsed, proxy);
    if (parsed.ok) assertEquals(formatOutboundProxy(parsed.value), written);
  }
  for (const text of ["", ":5060", "sip:sbc.example", "sbc.example:5060;lr", "a:1:2", "[::1]:5"]) {
    assertStringIncludes(refusal(parseOutboundProxy(text)), `"${text}"`);
  }
  for (const text of ["sip:sbc.example", "sips:sbc.example;lr", "sip:100@sbc.example"]) {
    assertStringIncludes(refusal(parseOutboundProxy(text)), "and nothing else");
  }
  for (const port of ["", "0", "65536", "x", "123456"]) {
    const reason = refusal(parseOutboundProxy(`sbc.example:${port}`));
    assertStringIncludes(reason, "the port must be from 1 to 65535");
  }
});

Deno.test("a choice takes its own words only", () => {
  const form = choice("token", "known");
  assertEquals(form.parse("known"), { ok: true, value: "known" });
  assertEquals([form.format("known"), form.example], ["known", "token"]);
  assertEquals(refusal(form.parse("Known")), 'Cannot use "Known": write one of token, known');
});
