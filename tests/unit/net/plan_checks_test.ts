import { assertEquals } from "@std/assert";
import type { NetworkReading } from "../../../src/net/interfaces.ts";
import { type NetworkSettings, planNetwork } from "../../../src/net/plan.ts";
import { host, prefix, settings } from "./hosts.ts";

const ADDRESSES = ["eth0 203.0.113.2/24", "eth1 192.168.1.1/24"];
const ROUTES = ["eth0 default 203.0.113.1", "eth0 203.0.113.0/24", "eth1 192.168.1.0/24"];
const ROUTER = host(ADDRESSES, ROUTES);
const PPP = host(["ppp0 203.0.113.9/32", "eth1 192.168.1.1/24"], ["ppp0 default"]);
const BEHIND = host(["eth0 192.168.178.2/24", "eth1 192.168.1.1/24"], [
  "eth0 default 192.168.178.1",
]);
const ONE = host(["eth0 192.168.1.5/24", "docker0 172.17.0.1/16"], ["eth0 default 192.168.1.1"]);

const SWAP_PPP =
  "error inside.interface outside.interface: The default route goes through ppp0, which [inside] " +
  'interface = "ppp0" names: the provider is there, not the phones; swap the two: write ' +
  'interface = "eth1" under [inside] and interface = "ppp0" under [outside]';

interface Case {
  readonly what: string;
  readonly reading: NetworkReading;
  readonly settings: NetworkSettings;
  /** `level keys: text` of each fault. */
  readonly faults: readonly string[];
}

const ROUTE_CASES: readonly Case[] = [
  { what: "a router with automatic sides", reading: ROUTER, settings: settings(), faults: [] },
  { what: "named sides", reading: ROUTER, settings: settings("eth1", "eth0"), faults: [] },
  { what: "swapped sides", reading: PPP, settings: settings("ppp0", "eth1"), faults: [SWAP_PPP] },
  {
    what: "swapped sides behind another router",
    reading: BEHIND,
    settings: settings("eth0", "eth1"),
    faults: [SWAP_PPP.replaceAll("ppp0", "eth0")],
  },
  {
    what: "swapped sides, bound by address",
    reading: ROUTER,
    settings: settings("203.0.113.2/24", "192.168.1.1/24"),
    faults: [
      "error inside.interface outside.interface: The default route goes through eth0, which " +
      '[inside] interface = "203.0.113.2/24" names: the provider is there, not the phones; swap ' +
      'the two: write interface = "192.168.1.1/24" under [inside] and interface = ' +
      '"203.0.113.2/24" under [outside]',
    ],
  },
  {
    what: "the way to the provider named inside, and an outside that is not there",
    reading: ROUTER,
    settings: settings("eth0", "pp0"),
    faults: [
      "error inside.interface outside.interface: The default route goes through eth0, which " +
      '[inside] interface = "eth0" names: the provider is there, not the phones; [outside] ' +
      'interface = "pp0" has no address: write interface = "eth0" under [outside] and interface ' +
      '= "eth1" under [inside]',
    ],
  },
  {
    what: "the only way named inside, and an outside that is not there",
    reading: ONE,
    settings: settings("eth0", "pp0"),
    faults: [
      "error inside.interface outside.interface: The default route goes through eth0, which " +
      '[inside] interface = "eth0" names: the provider is there, not the phones; [outside] ' +
      'interface = "pp0" has no address: write interface = "eth0" under [outside] and the ' +
      "phones' interface under [inside]",
    ],
  },
  {
    what: "a line of its own to the provider, with routes of its own",
    reading: host(["eth0 192.168.1.5/24", "eth1 10.9.9.2/30"], [
      "eth0 default 192.168.1.1",
      "eth1 10.20.0.0/16 10.9.9.1",
    ]),
    settings: settings("eth0", "eth1"),
    faults: [
      "warn inside.interface outside.interface: The default route goes through eth0, which " +
      '[inside] interface = "eth0" names: the provider is there, not the phones; swap the two: ' +
      'write interface = "eth1" under [inside] and interface = "eth0" under [outside]',
    ],
  },
  {
    what: "only the inside named, and it is the way to the provider",
    reading: BEHIND,
    settings: settings("eth0"),
    faults: [
      "error inside.interface outside.interface: The default route goes through eth0, which " +
      '[inside] interface = "eth0" names: the provider is there; write interface = "eth1" under ' +
      '[inside], or for one network interface = "eth0" under [outside] too',
    ],
  },
  {
    what: "only the outside named, and it is the phones'",
    reading: BEHIND,
    settings: settings("auto", "eth1"),
    faults: [
      "error inside.interface outside.interface: The default route goes through eth0, not through " +
      '[outside] interface = "eth1", from which only 192.168.1.0/24 can be reached; write ' +
      'interface = "eth0" under [outside] and interface = "eth1" under [inside]',
    ],
  },
  {
    what: "an outside without a route beyond its own network",
    reading: host(["eth0 203.0.113.2/24", "eth1 192.168.1.1/24", "eth2 198.51.100.2/24"], ROUTES),
    settings: settings("eth1", "eth2"),
    faults: [
      "warn inside.interface outside.interface: The default route goes through eth0, not through " +
      '[outside] interface = "eth2", from which only 198.51.100.0/24 can be reached; write ' +
      'interface = "eth0" under [outside]',
    ],
  },
  {
    what: "a second way to the provider as the outside",
    reading: host(["eth0 203.0.113.2/24", "eth1 192.168.1.1/24", "eth2 198.51.100.2/24"], [
      ...ROUTES,
      "eth2 default 198.51.100.1 100",
    ]),
    settings: settings("eth1", "eth2"),
    faults: [],
  },
  { what: "one network, automatic", reading: ONE, settings: settings(), faults: [] },
  { what: "one network, named inside", reading: ONE, settings: settings("eth0"), faults: [] },
  {
    what: "one network, named outside",
    reading: ONE,
    settings: settings("auto", "eth0"),
    faults: [],
  },
  {
    what: "one network on purpose, named twice",
    reading: BEHIND,
    settings: settings("eth0", "eth0"),
    faults: [],
  },
  {
    what: "two networks on one wire",
    reading: host(["eth0 203.0.113.2/24", "eth0:1 192.168.1.1/24"], ROUTES),
    settings: settings("eth0:1", "203.0.113.2/24"),
    faults: [],
  },
  {
    what: "two networks on one wire, swapped",
    reading: host(["eth0 203.0.113.2/24", "eth0:1 192.168.1.1/24"], ROUTES),
    settings: settings("203.0.113.2/24", "eth0:1"),
    faults: [
      "error inside.interface outside.interface: The default route goes through eth0, which " +
      '[inside] interface = "203.0.113.2/24" names: the provider is there, not the phones; swap ' +
      'the two: write interface = "eth0:1" under [inside] and interface = "203.0.113.2/24" under ' +
      "[outside]",
    ],
  },
  {
    what: "addresses of loopback, as the self-test has them",
    reading: ROUTER,
    settings: settings("127.0.1.1/24", "127.0.2.1/24", { advertise: "127.0.2.1" }),
    faults: [],
  },
  { what: "no default route yet", reading: host(ADDRESSES), settings: settings(), faults: [] },
  { what: "no network at all", reading: host([]), settings: settings(), faults: [] },
];

const OVERLAPPING = host(["eth0 192.168.1.50/24", "eth1 192.168.1.1/24"], [
  "eth0 default 192.168.1.254",
]);
const OVERLAP =
  "inside.interface outside.interface: Inside eth1 192.168.1.1 in 192.168.1.0/24 and outside eth0 " +
  "192.168.1.50 in 192.168.1.0/24 overlap, so phones cannot be told from the provider's side: give " +
  'one another prefix, or if both are one network write interface = "eth0" under [inside] and ' +
  "under [outside]";

const NETWORK_CASES: readonly Case[] = [
  {
    what: "networks that hold our outside address",
    reading: BEHIND,
    settings: settings("eth1", "eth0", { networks: [prefix("192.168.0.0/16")] }),
    faults: [
      'error inside.networks outside.interface: [inside] networks "192.168.0.0/16" holds ' +
      "192.168.178.2, our address outside (eth0): everybody there would count as a phone; write " +
      "the phones' own networks only",
    ],
  },
  {
    what: "networks that hold the way to the provider, with automatic sides",
    reading: ROUTER,
    settings: settings("auto", "auto", {
      networks: [prefix("10.0.0.0/8"), prefix("203.0.113.1/32")],
    }),
    faults: [
      'error inside.networks outside.interface: [inside] networks "203.0.113.1/32" holds ' +
      "203.0.113.1, the way to the provider (eth0): everybody there would count as a phone; write " +
      "the phones' own networks only",
    ],
  },
  {
    what: "networks of one network that serves both sides",
    reading: ONE,
    settings: settings("auto", "auto", { networks: [prefix("192.168.0.0/16")] }),
    faults: [],
  },
  {
    what: "named sides that overlap",
    reading: OVERLAPPING,
    settings: settings("eth1", "eth0"),
    faults: [`error ${OVERLAP}`],
  },
  {
    what: "automatic sides that overlap",
    reading: OVERLAPPING,
    settings: settings(),
    faults: [`warn ${OVERLAP}`],
  },
  {
    what: "an outside address within an inside prefix",
    reading: host(["ppp0 10.1.2.3/32", "eth1 10.0.0.1/8"], ["ppp0 default"]),
    settings: settings("eth1"),
    faults: [
      "warn inside.interface outside.interface: Inside eth1 10.0.0.1 in 10.0.0.0/8 and outside " +
      "ppp0 10.1.2.3 in 10.1.2.3/32 overlap, so phones cannot be told from the provider's side: " +
      'give one another prefix, or if both are one network write interface = "ppp0" under ' +
      "[inside] and under [outside]",
    ],
  },
  {
    what: "an inside address advertised",
    reading: ROUTER,
    settings: settings("auto", "auto", { advertise: "192.168.1.1" }),
    faults: [
      "error outside.advertise: Cannot advertise 192.168.1.1: it is our inside address, in " +
      "192.168.1.0/24, where the provider cannot reach it; write your public address, or " +
      'advertise = "auto"',
    ],
  },
];

Deno.test("sides that cannot serve are errors where they were named, warnings where not", () => {
  for (const { what, reading, settings: chosen, faults } of [...ROUTE_CASES, ...NETWORK_CASES]) {
    const found = planNetwork(reading, chosen).faults.map(({ level, keys, text }) =>
      `${level} ${keys.join(" ")}: ${text}`
    );
    assertEquals(found, faults, what);
  }
});
