import { assertEquals } from "@std/assert";
import { describeProblems } from "../../../src/config/problem.ts";
import { defaultConfiguration, readSettings } from "../../../src/config/read.ts";

function problems(text: string): string[] {
  const read = readSettings(text);
  return read.ok ? [] : describeProblems("f", read.reason);
}

Deno.test("an empty file gives every default", () => {
  const { settings, origins } = defaultConfiguration();
  assertEquals(settings, {
    inside: {
      interface: "auto",
      listen: [{ transport: "udp", port: 5060 }],
      networks: [],
      refreshMaxMs: 300_000,
    },
    outside: {
      interface: "auto",
      listen: [{ transport: "udp", port: 5060 }],
      advertise: { kind: "auto" },
      keepaliveMs: 25_000,
    },
    media: { ports: { low: 10_000, high: 10_999 }, idleMs: 300_000, holdMs: 7_200_000 },
    state: { path: "auto" },
    providers: [],
    log: { level: "info" },
  });
  assertEquals([...new Set(origins.values())], ["default"]);
});

Deno.test("what the file sets is taken, and its line is known", () => {
  const read = readSettings(`log.level = "debug"
[inside]
networks = [
  "10.8.0.0/24",
]
[media]
ports = "20000-20999"
`);
  if (!read.ok) throw new Error(JSON.stringify(read.reason));
  assertEquals(read.value.settings.log.level, "debug");
  assertEquals(read.value.settings.media.ports, { low: 20_000, high: 20_999 });
  assertEquals(read.value.settings.inside.networks, [
    { family: 4, network: "10.8.0.0", bits: 24 },
  ]);
  const origin = (key: string) => read.value.origins.get(key);
  assertEquals(
    ["log.level", "inside.networks", "media.ports", "media.idle"].map(origin),
    ["line 1", "line 3", "line 7", "default"],
  );
});

Deno.test("settings cannot be changed afterwards", () => {
  const { settings } = defaultConfiguration();
  assertEquals(Object.isFrozen(settings), true);
  assertEquals(Object.values(settings).every((section) => Object.isFrozen(section)), true);
});

Deno.test("all problems come at once, each with its key path and line", () => {
  assertEquals(
    problems(`[inside]
listen = "udp:5060"
networks = ["10.0.0.0/8", "x"]
refresh-max = "5m"
[medai]
ports = "1-2"
[media]
idle = 5
idle = "5m"
[log]
keepalive = "3s"
level = "loud"
colour = true
`),
    [
      'f:2: inside.listen: Expected a list of texts, found the text "udp:5060": write ["udp:5060"]',
      'f:3: inside.networks[1]: Cannot read "x" as a network: write it as in "192.168.2.0/24"; ' +
      "that of an inside interface is inside by itself",
      "f:4: inside.refresh-max: Unknown key: did you mean refresh_max",
      "f:5: medai: Unknown section: did you mean [media]",
      'f:8: media.idle: Expected a text in quotes, found the number 5: write "5s"',
      "f:9: media.idle: Cannot set it again: it stands on line 8 already; remove one",
      "f:11: log.keepalive: Unknown key: it belongs under [outside]",
      'f:12: log.level: Cannot read "loud" as a log level: write "error" or "warn" or "info" or "debug"',
      "f:13: log.colour: Unknown key: [log] has level",
    ],
  );
});

const SINGLE: [text: string, problem: string][] = [
  ['level = "info"', "f:1: level: Unknown key outside a section: it belongs under [log]"],
  [
    "interface = 'a'",
    "f:1: interface: Unknown key outside a section: it belongs under [inside] or [outside]",
  ],
  [
    "log = 'info'",
    "f:1: log: Expected a table: write [log] on a line of its own, keys below",
  ],
  [
    "[quirk.x]",
    "f:1: quirk: Unknown section: there are [inside] for the phones, [outside] for the provider, [media], [state], [log], [[provider]]",
  ],
  ["[[log]]", "f:1: log: Expected a table: write [log] on a line of its own, keys below"],
  ["[log]\n[log]", "f:2: log: Cannot set it again: it stands on line 1 already; remove one"],
  [
    "[constructor]",
    "f:1: constructor: Unknown section: there are [inside] for the phones, [outside] for the provider, [media], [state], [log], [[provider]]",
  ],
  ["[log]\n__proto__ = 1", "f:2: log.__proto__: Unknown key: [log] has level"],
];

Deno.test("a key or section in the wrong place is led to the right one", () => {
  for (const [text, problem] of SINGLE) assertEquals(problems(text), [problem], text);
});

Deno.test("each [[provider]] becomes settings in the file's order, in lower case and frozen", () => {
  const read = readSettings(`[[provider]]
domain = "Provider.Example"
[[provider]]
domain = "203.0.113.9"
outbound_proxy = "SBC.Provider.Example:5070"
servers = ["203.0.113.7", "198.51.100.0/24", "SIP2.provider.example"]
admit = "known"
contact = "registered"
media = "learn"
[log]
level = "debug"
`);
  if (!read.ok) throw new Error(JSON.stringify(read.reason));
  const { settings, origins } = read.value;
  const usual = {
    outboundProxy: undefined,
    servers: [],
    admit: "token",
    contact: "dialog",
    media: "strict",
  } as const;
  const servers = [
    { family: 4 as const, network: "203.0.113.7", bits: 32 },
    { family: 4 as const, network: "198.51.100.0", bits: 24 },
    "sip2.provider.example",
  ];
  const outboundProxy = { host: "sbc.provider.example", port: 5070 };
  assertEquals(settings.providers, [
    { domain: "provider.example", ...usual },
    {
      domain: "203.0.113.9",
      outboundProxy,
      servers,
      admit: "known",
      contact: "registered",
      media: "learn",
    },
  ]);
  assertEquals(settings.providers.every((provider) => Object.isFrozen(provider)), true);
  assertEquals(settings.log.level, "debug");
  assertEquals(
    ["provider[0].domain", "provider[0].admit", "provider[1].admit"].map((key) => origins.get(key)),
    ["line 2", "default", "line 7"],
  );
  const inline = readSettings('provider = [{ domain = "provider.example" }]');
  assertEquals(inline.ok && inline.value.settings.providers, [
    { domain: "provider.example", ...usual },
  ]);
});

Deno.test("all problems of providers come at once, each with its table's number and its line", () => {
  assertEquals(
    problems(`[[provider]]
outbound-proxy = "sbc.provider.example"
[[provider]]
domain = "a.example"
admit = "all"
contact = 1
keepalive = "20s"
[[provider]]
domain = "sip:b.example"
outbound_proxy = "[2001:db8::1]:5060"
[[provider]]
domain = "A.example"
outbound_proxy = "c.example:0"
[provider.quirk]
[outside]
outbound_proxy = "c.example"
`),
    [
      "f:1: provider[0].domain: A provider needs its domain: write what stands behind the @ of " +
      'its SIP addresses, as in domain = "provider.example"',
      "f:2: provider[0].outbound-proxy: Unknown key: did you mean outbound_proxy",
      'f:5: provider[1].admit: Cannot use "all": write "token" or "known"',
      "f:6: provider[1].contact: Expected a text in quotes, found the number 1: " +
      'write it as in "dialog"',
      "f:7: provider[1].keepalive: Unknown key: it belongs under [outside]",
      'f:9: provider[2].domain: Cannot read "sip:b.example" as a domain, which is what ' +
      'stands behind the @ of the provider\'s SIP addresses: write "b.example"',
      'f:10: provider[2].outbound_proxy: Cannot use outbound proxy "[2001:db8::1]:5060": ' +
      "IPv6 is not supported, write its name or IPv4 address",
      'f:12: provider[3].domain: Cannot use "a.example" twice: provider[1].domain on line 4 has ' +
      "it; remove one",
      'f:13: provider[3].outbound_proxy: Cannot use outbound proxy "c.example:0": the port must ' +
      "be from 1 to 65535",
      "f:14: provider[3].quirk: Unknown key: [[provider]] has domain, outbound_proxy, servers, admit, contact, " +
      "media",
      "f:16: outside.outbound_proxy: Unknown key: it belongs under [[provider]]",
    ],
  );
});

const NO_LISTS: [text: string, problem: string][] = [
  [
    '[provider]\ndomain = "a.example"',
    "f:1: provider: Expected a list of tables: write [[provider]] on a line of its own, keys below",
  ],
  [
    'provider = "a.example"',
    "f:1: provider: Expected a list of tables: write [[provider]] on a line of its own, keys below",
  ],
  [
    'provider = [\n"a.example"]',
    "f:2: provider[0]: Expected a list of tables: write [[provider]] on a line of its own, " +
    "keys below",
  ],
  ["[[providers]]", "f:1: providers: Unknown section: did you mean [[provider]]"],
  ["domain = 'a'", "f:1: domain: Unknown key outside a section: it belongs under [[provider]]"],
];

Deno.test("a provider that is no table of a list is led to [[provider]]", () => {
  for (const [text, problem] of NO_LISTS) assertEquals(problems(text), [problem], text);
});

Deno.test("faults of one line come with all other problems, each with a caret", () => {
  assertEquals(problems("[inside]\nlisten = 5\n[media]\nports = 10000-10999\nidle = x\nhold = 3"), [
    'f:2: inside.listen: Expected a list of texts, found the number 5: write ["udp:5"]',
    'f:4:9: media.ports: Not TOML: a text needs quotes: write "10000-10999"',
    "    ports = 10000-10999",
    "            ^",
    'f:5:8: media.idle: Not TOML: a text needs quotes: write it as in "5m"',
    "    idle = x",
    "           ^",
    'f:6: media.hold: Expected a text in quotes, found the number 3: write "3s"',
  ]);
});

Deno.test("a fault behind which keys may be misplaced comes with other faults only", () => {
  assertEquals(problems("[inside\nlisten = 5\nidle = x"), [
    "f:1:8: Not TOML: a table header needs ]",
    "    [inside",
    "           ^",
    "f:3:8: idle: Not TOML: a text needs quotes",
    "    idle = x",
    "           ^",
  ]);
});

Deno.test("a key with a fault in its value is no unset key", () => {
  const lines = problems("[[provider]]\ndomain provider.example\n[[provider]]\ndomain = x.example");
  assertEquals(lines.filter((line) => line.startsWith("f:")), [
    'f:2:8: provider[0].domain: Not TOML: a key needs "=" and a value: ' +
    'write domain = "provider.example"',
    'f:4:10: provider[1].domain: Not TOML: a text needs quotes: write "x.example"',
  ]);
});

Deno.test("a file of absurd size is refused before it costs anything", () => {
  assertEquals(problems("#".repeat(300_000)), [
    "f: Cannot read a configuration of 300000 characters: the limit is 262144",
  ]);
  const keys = Array.from({ length: 2001 }, (_, index) => `k${index} = 1`).join("\n");
  assertEquals(problems(keys), ["f: Cannot read a configuration of 2001 keys: the limit is 2000"]);
});
