import { assertEquals } from "@std/assert";
import { formatAddress } from "../../../src/base/address.ts";
import { ok, refuse, type Result } from "../../../src/base/result.ts";
import type { Found } from "../../../src/net/dns_cache.ts";
import { lookUpAddress, Resolver } from "../../../src/net/resolver.ts";
import type { DnsFunctions, NaptrRecord, SrvRecord } from "../../../src/net/system_dns.ts";
import type { ServerAnswer, ServerQuery } from "../../../src/proxy/events.ts";
import type { Holder } from "../../../src/base/shares.ts";

interface Zone {
  a?: Record<string, string[]>;
  srv?: Record<string, SrvRecord[]>;
  naptr?: Record<string, NaptrRecord[]>;
}

/** A DNS that knows a zone; what it was asked stands in `asked`. */
function dnsOf(zone: Zone) {
  const asked: string[] = [];
  const of = <T>(type: string, records: Record<string, T[]> = {}) => {
    return (name: string): Promise<Result<Found<T>>> => {
      asked.push(`${type} ${name}`);
      const values = records[name];
      const found = values === undefined
        ? refuse(`No ${type} for ${name}`)
        : ok({ values, ttlMs: 60_000 });
      return Promise.resolve(found);
    };
  };
  const dns: DnsFunctions = {
    a: of("A", zone.a),
    srv: of("SRV", zone.srv),
    naptr: of("NAPTR", zone.naptr),
  };
  return { dns, asked };
}

function srv(target: string, port: number, priority = 10, weight = 1): SrvRecord {
  return { target, port, priority, weight };
}

function naptr(services: string, replacement: string, order = 10, flags = "S"): NaptrRecord {
  return { order, preference: 1, flags, services, replacement };
}

function words(answer: ServerAnswer): string[] {
  if (!answer.ok) return [answer.reason];
  return answer.servers.map(({ transport, address, priority, weight }) =>
    `${transport} ${formatAddress(address)} ${priority} ${weight}`
  );
}

const ZONE: Zone = {
  a: {
    "plain.example": ["192.0.2.1", "192.0.2.2"],
    "one.example": ["192.0.2.11"],
    "two.example": ["192.0.2.12", "192.0.2.13"],
    "both.example": ["192.0.2.3"],
    "v6.example": ["2001:db8::1"],
  },
  srv: {
    "_sip._udp.both.example": [srv("one.example.", 5080, 20, 5), srv("two.example.", 5060, 10, 7)],
    "_sip._udp.half.example": [srv("gone.example.", 5060), srv("one.example.", 5060)],
    "_sip._udp.dead.example": [srv("gone.example.", 5060)],
    "_sip._udp.closed.example": [srv(".", 0)],
    "_special._udp.naptr.example": [srv("one.example.", 5070)],
    "_sip._udp.naptr.example": [srv("two.example.", 5060)],
    "_sip._udp.tcponly.example": [srv("one.example.", 5060)],
  },
  naptr: {
    "naptr.example": [
      naptr("SIP+D2T", "_sip._tcp.naptr.example.", 5),
      naptr("SIP+D2U", "_later._udp.naptr.example.", 30),
      naptr("sip+d2u", "_special._udp.naptr.example.", 20, "s"),
    ],
    "tcponly.example": [naptr("SIP+D2T", "_sip._tcp.tcponly.example.")],
    "flat.example": [naptr("SIP+D2U", "one.example.", 1, "a")],
  },
};

const CASES: readonly [what: string, query: Partial<ServerQuery> & { host: string }, string[]][] = [
  ["a literal", { host: "192.0.2.9" }, ["udp 192.0.2.9:5060 0 0"]],
  ["a literal with a port", { host: "192.0.2.9", port: 5090 }, ["udp 192.0.2.9:5090 0 0"]],
  ["a literal of IPv6", { host: "[2001:db8::1]" }, [
    "No IPv4 address to reach among [2001:db8::1] port 5060",
  ]],
  ["a port that is none", { host: "192.0.2.9", port: 0 }, [
    "No IPv4 address to reach among 192.0.2.9 port 0",
  ]],
  ["a name without records but A", { host: "plain.example" }, [
    "udp 192.0.2.1:5060 0 0",
    "udp 192.0.2.2:5060 0 0",
  ]],
  ["an explicit port asks for A only", { host: "both.example", port: 5070 }, [
    "udp 192.0.2.3:5070 0 0",
  ]],
  ["SRV comes before A", { host: "BOTH.example." }, [
    "udp 192.0.2.12:5060 10 7",
    "udp 192.0.2.13:5060 10 7",
    "udp 192.0.2.11:5080 20 5",
  ]],
  ["a target without an address is left out", { host: "half.example" }, [
    "udp 192.0.2.11:5060 10 1",
  ]],
  ["targets without any address", { host: "dead.example" }, ["No A for gone.example"]],
  ["a domain that says it has no SIP", { host: "closed.example" }, [
    "The domain closed.example offers no SIP service over UDP",
  ]],
  ["NAPTR names the SRV record, the best for UDP", { host: "naptr.example" }, [
    "udp 192.0.2.11:5070 10 1",
  ]],
  ["an explicit transport asks for no NAPTR", { host: "naptr.example", transport: "udp" }, [
    "udp 192.0.2.12:5060 10 1",
    "udp 192.0.2.13:5060 10 1",
  ]],
  ["NAPTR without UDP is passed over", { host: "tcponly.example" }, ["udp 192.0.2.11:5060 10 1"]],
  ["NAPTR that leads to an address", { host: "flat.example" }, ["udp 192.0.2.11:5060 0 0"]],
  ["another transport", { host: "plain.example", transport: "tls" }, [
    "Only UDP servers can be reached, not plain.example over tls",
  ]],
  ["a name with IPv6 addresses only", { host: "v6.example" }, [
    "No IPv4 address to reach among 2001:db8::1 port 5060",
  ]],
  ["an unknown name", { host: "nowhere.example" }, ["No A for nowhere.example"]],
  ["what is no name", { host: "a b;c" }, ["Not a host name: a b;c"]],
  ["a name that is too long", { host: `${"a".repeat(300)}` }, [
    `Not a host name: ${"a".repeat(80)}`,
  ]],
];

Deno.test("servers are found as RFC 3263 says, over UDP and IPv4", async () => {
  for (const [what, query, expected] of CASES) {
    const resolver = new Resolver({ dns: dnsOf(ZONE).dns, now: () => 0 });
    const answer = await resolver.resolve({ port: undefined, transport: undefined, ...query });
    assertEquals(words(answer), expected, what);
  }
});

Deno.test("literals, other transports and what is no name never reach the DNS", async () => {
  const { dns, asked } = dnsOf(ZONE);
  const resolver = new Resolver({ dns, now: () => 0 });
  for (const host of ["192.0.2.9", "[2001:db8::1]", "a_b c", "", "-.-..example"]) {
    await resolver.resolve({ host, port: undefined, transport: undefined });
  }
  await resolver.resolve({ host: "plain.example", port: undefined, transport: "tcp" });
  assertEquals(asked, []);
});

Deno.test("a silent server for the rarer records does not keep an address from being found", async () => {
  const { dns } = dnsOf(ZONE);
  const silent = () => new Promise<never>(() => {});
  const resolver = new Resolver({
    dns: { ...dns, naptr: silent, srv: silent },
    now: () => 0,
    timeoutMs: 20,
  });
  const answer = await resolver.resolve({
    host: "plain.example",
    port: undefined,
    transport: undefined,
  });
  assertEquals(answer.ok, true);
});

Deno.test("of a kept name all that led to its servers outlives the DNS and a thousand other names (N3)", async () => {
  const { dns } = dnsOf(ZONE);
  let now = 0;
  let broken = false;
  const failing: DnsFunctions = {
    a: (name) => broken ? Promise.resolve(refuse("Broken")) : dns.a(name),
    srv: (name) => broken ? Promise.resolve(refuse("Broken")) : dns.srv(name),
    naptr: (name) => broken ? Promise.resolve(refuse("Broken")) : dns.naptr(name),
  };
  const resolver = new Resolver({ dns: failing, now: () => now, limit: 20 });
  const query = { host: "naptr.example", port: undefined, transport: undefined };
  await resolver.resolve({ ...query, kept: true });
  for (let index = 0; index < 100; index++) {
    await resolver.resolve({ ...query, host: `h${index}.example` });
  }
  broken = true;
  now = 3_600_000;
  assertEquals(words(await resolver.resolve(query)), ["udp 192.0.2.11:5070 10 1"]);
});

Deno.test("an answer is bounded, however many records there are", async () => {
  const ips = Array.from({ length: 40 }, (_, index) => `192.0.2.${index + 1}`);
  const targets = Array.from({ length: 40 }, (_, index) => srv(`h${index}.example.`, 5060));
  const a = Object.fromEntries(targets.map(({ target }) => [target.slice(0, -1), ips]));
  const { dns, asked } = dnsOf({ a, srv: { "_sip._udp.big.example": targets } });
  const resolver = new Resolver({ dns, now: () => 0 });
  const answer = await resolver.resolve({
    host: "big.example",
    port: undefined,
    transport: undefined,
  });
  assertEquals(answer.ok && answer.servers.length, 32);
  assertEquals(asked.filter((query) => query.startsWith("A h")).length, 16);
});

Deno.test("questions of one phone wait for each other, and another one's do not wait for them (V7)", async () => {
  const asked: string[] = [];
  const silent = (name: string) => (asked.push(name), new Promise<never>(() => {}));
  const resolver = new Resolver({
    dns: { a: silent, srv: silent, naptr: silent },
    now: () => 0,
    timeoutMs: 20,
  });
  const ask = (host: string, holder: Holder) =>
    resolver.resolve({ host, port: 5060, transport: undefined }, holder);
  const flood: Holder = { name: "192.168.1.66", part: 9 / 32, guest: false };
  const answers = Array.from({ length: 100 }, (_, index) => ask(`h${index}`, flood));
  assertEquals([asked.length, resolver.counters.asking], [3, 3]);
  const other = ask("provider.example", { ...flood, name: "192.168.1.20" });
  assertEquals(asked.at(-1), "provider.example");
  assertEquals(words(await answers[99]!), ["Too many names are looked up for 192.168.1.66"]);
  assertEquals(words(await other), [
    "No answer from the DNS for provider.example within 0.02 s",
  ]);
  await Promise.all(answers);
});

Deno.test("an advertised name's address is asked for each time", async () => {
  const { dns, asked } = dnsOf(ZONE);
  assertEquals(await lookUpAddress(dns, "plain.example"), ok("192.0.2.1"));
  assertEquals(await lookUpAddress(dns, "plain.example"), ok("192.0.2.1"));
  assertEquals(asked.length, 2);
  assertEquals(await lookUpAddress(dns, "nowhere.example"), refuse("No A for nowhere.example"));
});
