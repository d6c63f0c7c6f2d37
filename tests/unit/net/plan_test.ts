import { assertEquals } from "@std/assert";
import { formatCidr } from "../../../src/base/cidr.ts";
import type { NetworkReading } from "../../../src/net/interfaces.ts";
import { type NetworkPlan, type NetworkSettings, planNetwork } from "../../../src/net/plan.ts";
import { host, prefix, settings } from "./hosts.ts";

const ROUTER = host(["eth0 203.0.113.2/24", "eth1 192.168.1.1/24"], [
  "eth0 default 203.0.113.1",
  "eth0 203.0.113.0/24",
  "eth1 192.168.1.0/24",
]);

function listeners(plan: NetworkPlan): string[] {
  return plan.listeners.map(({ sides, ip, port }) => `${sides.join("+")} ${ip}:${port}`);
}

const CASES: readonly {
  what: string;
  reading: NetworkReading;
  settings?: NetworkSettings;
  seen?: NetworkPlan["kind"];
  kind: NetworkPlan["kind"];
  listeners: string[];
}[] = [
  {
    what: "a router with two interfaces",
    reading: ROUTER,
    kind: "two",
    listeners: ["inside 192.168.1.1:5060", "outside 203.0.113.2:5060"],
  },
  {
    what: "two default routes: the lowest metric is the outside, the other uplink is left alone",
    reading: host(["eth0 203.0.113.2/24", "wwan0 10.64.0.2/30", "eth1 192.168.1.1/24"], [
      "eth0 default 203.0.113.1 700",
      "wwan0 default 10.64.0.1 100",
    ]),
    kind: "two",
    listeners: ["inside 192.168.1.1:5060", "outside 10.64.0.2:5060"],
  },
  {
    what: "a second uplink behind a carrier's NAT is not inside, though its address is private",
    reading: host(["eth0 203.0.113.2/24", "wwan0 10.64.0.2/30", "eth1 192.168.1.1/24"], [
      "eth0 default 203.0.113.1 100",
      "wwan0 default 10.64.0.1 700",
    ]),
    kind: "two",
    listeners: ["inside 192.168.1.1:5060", "outside 203.0.113.2:5060"],
  },
  {
    what: "bridges of containers, tunnels and public interfaces are not inside",
    reading: host([
      "eth0 203.0.113.2/24",
      "docker0 172.17.0.1/16",
      "wg0 10.8.0.1/24",
      "eth2 198.51.100.1/24",
      "br-lan 192.168.1.1/24",
    ], ["eth0 default 203.0.113.1"]),
    kind: "two",
    listeners: ["inside 192.168.1.1:5060", "outside 203.0.113.2:5060"],
  },
  {
    what: "several inside interfaces, a label among them",
    reading: host(
      ["ppp0 203.0.113.9/32", "eth1 192.168.1.1/24", "eth1:1 10.1.0.1/16", "eth2 192.168.2.1/24"],
      ["ppp0 default"],
    ),
    kind: "two",
    listeners: [
      "inside 192.168.1.1:5060",
      "inside 10.1.0.1:5060",
      "inside 192.168.2.1:5060",
      "outside 203.0.113.9:5060",
    ],
  },
  {
    what: "one network behind a NAT router serves both sides",
    reading: host(["eth0 192.168.1.5/24"], ["eth0 default 192.168.1.1"]),
    kind: "one",
    listeners: ["inside+outside 192.168.1.5:5060"],
  },
  {
    what: "one network without a default route serves both sides",
    reading: host(["eth0 192.168.1.5/24"]),
    kind: "one",
    listeners: ["inside+outside 192.168.1.5:5060"],
  },
  {
    what: "one network with two ports has one listener for each side",
    reading: host(["eth0 192.168.1.5/24"], ["eth0 default 192.168.1.1"]),
    settings: settings("auto", "auto", { outsidePort: 5070 }),
    kind: "one",
    listeners: ["inside 192.168.1.5:5060", "outside 192.168.1.5:5070"],
  },
  {
    what: "the same interface named twice",
    reading: ROUTER,
    settings: settings("eth1", "eth1"),
    kind: "one",
    listeners: ["inside+outside 192.168.1.1:5060"],
  },
  {
    what: "two networks but no default route: the outside is waited for",
    reading: host(["eth1 192.168.1.1/24", "eth2 192.168.2.1/24"]),
    kind: "partial",
    listeners: ["inside 192.168.1.1:5060", "inside 192.168.2.1:5060"],
  },
  {
    what: "a named outside interface that is not up is waited for",
    reading: host(["eth1 192.168.1.1/24"]),
    settings: settings("auto", "ppp0"),
    kind: "partial",
    listeners: ["inside 192.168.1.1:5060"],
  },
  {
    what: "a default route through an interface without an address is waited for",
    reading: host(["eth1 192.168.1.1/24"], ["ppp0 default"]),
    kind: "partial",
    listeners: ["inside 192.168.1.1:5060"],
  },
  {
    what: "a named inside interface keeps the others out",
    reading: host(["eth0 203.0.113.2/24", "eth1 192.168.1.1/24", "eth2 192.168.2.1/24"], [
      "eth0 default 203.0.113.1",
    ]),
    settings: settings("eth2"),
    kind: "two",
    listeners: ["inside 192.168.2.1:5060", "outside 203.0.113.2:5060"],
  },
  {
    what: "addresses with a prefix length, as the self-test names them",
    reading: host([]),
    settings: settings("127.0.1.1/24", "127.0.2.1/24", { insidePort: 0, outsidePort: 0 }),
    kind: "two",
    listeners: ["inside 127.0.1.1:0", "outside 127.0.2.1:0"],
  },
  {
    what: "an outside that went down does not turn the inside into one",
    reading: host(["eth1 192.168.1.1/24"]),
    seen: "two",
    kind: "partial",
    listeners: ["inside 192.168.1.1:5060"],
  },
  {
    what: "an inside that went down does not turn the outside into one",
    reading: host(["eth0 203.0.113.2/24"], ["eth0 default 203.0.113.1"]),
    seen: "two",
    kind: "partial",
    listeners: ["outside 203.0.113.2:5060"],
  },
  {
    what: "a network that went down is waited for without loopback",
    reading: host([]),
    seen: "one",
    kind: "partial",
    listeners: [],
  },
  {
    what: "no network at all",
    reading: host([]),
    kind: "loopback",
    listeners: ["inside+outside 127.0.0.1:5060"],
  },
];

Deno.test("each kind of host gets the listeners that an operator would expect", () => {
  for (const { what, reading, settings: chosen = settings(), seen, ...expected } of CASES) {
    const plan = planNetwork(reading, chosen, seen);
    assertEquals({ kind: plan.kind, listeners: listeners(plan) }, expected, what);
  }
});

Deno.test("prefixes, routes and gateway of a router with two interfaces", () => {
  const reading = host(["eth0 203.0.113.2/24", "eth1 192.168.1.1/24"], [
    "eth0 default 203.0.113.1",
    "eth0 10.20.0.0/16 203.0.113.7",
    "eth1 192.168.9.0/24 192.168.1.9",
  ]);
  const plan = planNetwork(
    reading,
    settings("auto", "auto", { networks: [prefix("10.9.0.0/16")] }),
  );
  assertEquals(plan.insideNetworks.map(formatCidr), ["192.168.1.0/24", "10.9.0.0/16"]);
  assertEquals(plan.outsideRoutes.map(formatCidr), ["203.0.113.0/24", "10.20.0.0/16"]);
  assertEquals([plan.gateway, plan.outsideIp], ["203.0.113.1", "203.0.113.2"]);
  assertEquals(plan.ownIps, ["127.0.0.1", "203.0.113.2", "192.168.1.1"]);
  // Of interfaces that serve no side too.
  const named = planNetwork(ROUTER, settings("10.0.0.7/28", "eth0"));
  const all = ["203.0.113.0/24", "192.168.1.0/24", "10.0.0.0/28"];
  for (const one of all) assertEquals(named.prefixes.map(formatCidr).includes(one), true, one);
});

Deno.test("a listener's prefix is that of its own address", () => {
  const plan = planNetwork(ROUTER, settings("10.0.0.7/28", "eth0"));
  assertEquals(plan.listeners.map((one) => formatCidr(one.prefix)), [
    "10.0.0.0/28",
    "203.0.113.0/24",
  ]);
  assertEquals(plan.ownIps.includes("10.0.0.7"), true);
});

Deno.test("an address without a prefix length takes that of the interface which has it", () => {
  const plan = planNetwork(ROUTER, settings("192.168.1.1", "203.0.113.2"));
  assertEquals(plan.listeners.map((one) => formatCidr(one.prefix)), [
    "192.168.1.0/24",
    "203.0.113.0/24",
  ]);
  assertEquals(plan.gateway, "203.0.113.1");
});

Deno.test("an address that stands alone is in the network that its interface reaches directly", () => {
  const shared = ["eth0 203.0.113.2/24", "eth1 192.168.1.2/24", "eth1 192.168.1.254/32"];
  const routes = [
    "eth0 default 203.0.113.1",
    "eth1 192.168.1.0/24",
    "eth1 10.9.0.0/16 192.168.1.9",
  ];
  const inside = (reading: NetworkReading, name: string) =>
    planNetwork(reading, settings(name, "eth0")).insideNetworks.map(formatCidr);
  assertEquals(inside(host(shared, routes), "192.168.1.254"), [
    "192.168.1.254/32",
    "192.168.1.0/24",
  ]);
  const tunnel = host(["eth0 203.0.113.2/24", "wg0 10.8.0.1/32"], [
    "eth0 default 203.0.113.1",
    "wg0 10.8.0.2/32",
    "wg0 10.8.0.3/32",
    "wg0 128.0.0.0/1",
  ]);
  assertEquals(inside(tunnel, "wg0"), ["10.8.0.1/32", "10.8.0.2/32", "10.8.0.3/32"]);
});

Deno.test("the neighbours on one public network are strangers, unless its interface was named", () => {
  const reading = host(["eth0 203.0.113.2/24"], ["eth0 default 203.0.113.1"]);
  const trusted = (chosen: NetworkSettings) =>
    planNetwork(reading, chosen).insideNetworks.map(formatCidr);
  assertEquals(trusted(settings()), []);
  assertEquals(trusted(settings("eth0", "eth0")), ["203.0.113.0/24"]);
});

Deno.test("one network behind a NAT router: its own prefix is inside and no route of the outside", () => {
  const plan = planNetwork(
    host(["eth0 192.168.1.5/24"], ["eth0 default 192.168.1.1", "eth0 192.168.1.0/24"]),
    settings(),
  );
  assertEquals(plan.insideNetworks.map(formatCidr), ["192.168.1.0/24"]);
  assertEquals(plan.outsideRoutes, []);
  assertEquals(plan.gateway, "192.168.1.1");
});
