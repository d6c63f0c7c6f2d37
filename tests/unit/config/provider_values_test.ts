import { assertEquals } from "@std/assert";
import {
  choice,
  formatOutboundProxy,
  formatProviderServer,
  parseDomain,
  parseOutboundProxy,
  parseProviderServer,
} from "../../../src/config/provider_values.ts";
import { checkForm } from "./forms.ts";

const DOMAIN_HINT = "which is what stands behind the @";

Deno.test("a domain is a host name or an IPv4 address, as it stands in SIP addresses", () => {
  assertEquals(parseDomain("Provider.Example."), { ok: true, value: "provider.example" });
  checkForm({
    parse: parseDomain,
    format: (text) => text,
    good: [
      ["provider.example", "provider.example", "provider.example"],
      ["asterisk", "asterisk", "asterisk"],
      ["203.0.113.9", "203.0.113.9", "203.0.113.9"],
    ],
    bad: [
      ["", DOMAIN_HINT],
      ["sip:a.example", 'write "a.example"'],
      ["a.example:5060", 'write "a.example"'],
      ["sips:100@a.example;transport=tls", 'write "a.example"'],
      ["100@a.example", 'write "a.example"'],
      ["a b", DOMAIN_HINT],
      ["2001:db8::1", "IPv6 is not supported"],
      ["[2001:db8::1]:5060", "IPv6 is not supported"],
      ["224.0.0.1", DOMAIN_HINT],
      ["203.0.113", DOMAIN_HINT],
      ["a..example", DOMAIN_HINT],
      ["-a.example", DOMAIN_HINT],
    ],
  });
});

Deno.test("an outbound proxy is auto, or a host with a port or without, both ways", () => {
  const host = { host: "sbc.example", port: undefined };
  checkForm({
    parse: parseOutboundProxy,
    format: formatOutboundProxy,
    good: [
      ["auto", undefined, "auto"],
      ["sbc.example", host, "sbc.example"],
      ["SBC.example:5080", { host: "sbc.example", port: 5080 }, "sbc.example:5080"],
      ["203.0.113.9:5060", { host: "203.0.113.9", port: 5060 }, "203.0.113.9:5060"],
    ],
    bad: [
      ["", 'write "auto"'],
      ["sip:sbc.example", 'with a port or without: write "sbc.example"'],
      ["sips:sbc.example;lr", 'write "sbc.example"'],
      ["sip:100@sbc.example", 'write "sbc.example"'],
      ["<sip:sbc.example:5070;lr>", 'write "sbc.example:5070"'],
      ["sbc.example:5060;lr", "the port must be from 1 to 65535"],
      [":5060", "and nothing else"],
      ["a b", "and nothing else"],
      ["[2001:db8::1]:5060", "IPv6 is not supported"],
      ["sbc.example:", "the port must be from 1 to 65535"],
      ["sbc.example:0", "the port must be from 1 to 65535"],
      ["sbc.example:65536", "the port must be from 1 to 65535"],
      ["sbc.example:x", "the port must be from 1 to 65535"],
      ["sbc.example:123456", "the port must be from 1 to 65535"],
    ],
  });
});

Deno.test("a provider's server is an address, a prefix or a name, both ways", () => {
  checkForm({
    parse: parseProviderServer,
    format: formatProviderServer,
    good: [
      ["203.0.113.9", { family: 4, network: "203.0.113.9", bits: 32 }, "203.0.113.9"],
      ["203.0.113.0/24", { family: 4, network: "203.0.113.0", bits: 24 }, "203.0.113.0/24"],
      ["SIP2.provider.example.", "sip2.provider.example", "sip2.provider.example"],
    ],
    bad: [
      ["", "and nothing else"],
      ["0.0.0.0/0", "and nothing else"],
      ["203.0.113.9/24", 'write "203.0.113.0/24" or "203.0.113.9"'],
      ["203.0.113.9/255.255.255.255", 'write "203.0.113.9"'],
      ["203.0.113.0/0.0.0.0", "and nothing else"],
      ["2001:DB8::1", "IPv6 is not supported"],
      ["2001:db8::/32", "IPv6 is not supported"],
      ["a.example/24", "and nothing else"],
      ["203.0.113", "and nothing else"],
      ["sip:a.example", 'as a server of the provider: write "a.example"'],
      ["a.example:5060", 'write "a.example"'],
    ],
  });
});

Deno.test("a choice takes its own words only", () => {
  checkForm({
    ...choice("token", "known"),
    good: [["token", "token", "token"], ["known", "known", "known"]],
    bad: [["Known", 'write "known"'], ["all", 'write "token" or "known"']],
  });
});
