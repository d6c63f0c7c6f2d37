import { assertEquals } from "@std/assert";
import type { NetworkReading } from "../../../src/net/interfaces.ts";
import { type NetworkSettings, planNetwork } from "../../../src/net/plan.ts";
import { host, settings } from "./hosts.ts";

const CASES: readonly [NetworkReading, NetworkSettings, string[]][] = [
  [
    host(
      ["eth0 203.0.113.2/24", "eth1 192.168.1.1/24", "docker0 172.17.0.1/16", "eth2 8.8.8.8/24"],
      [
        "eth0 default 203.0.113.1",
      ],
    ),
    settings(),
    [
      `info Inside is eth1 192.168.1.1 in 192.168.1.0/24, outside is eth0 203.0.113.2 in 203.0.113.0/24 (default route by 203.0.113.1); to change it set [inside] interface = "NAME" or [outside] interface = "NAME"`,
      `info Skipped docker0 172.17.0.1 in 172.17.0.0/16: a bridge or tunnel by its name, eth2 8.8.8.8 in 8.8.8.0/24: not a private address; phones there need [inside] interface = "docker0"`,
    ],
  ],
  [
    host(["eth0 203.0.113.2/24", "eth1 192.168.1.1/24"], ["eth0 default 203.0.113.1"]),
    settings("eth1", "eth0"),
    [
      "info Inside is eth1 192.168.1.1 in 192.168.1.0/24, outside is eth0 203.0.113.2 in 203.0.113.0/24 (default route by 203.0.113.1)",
    ],
  ],
  [
    host(["eth0 192.168.1.5/24"], ["eth0 default 192.168.1.1"]),
    settings(),
    [
      `info One network serves both sides: eth0 192.168.1.5 in 192.168.1.0/24 (default route by 192.168.1.1); behind a NAT router set [outside] advertise = "ITS PUBLIC ADDRESS OR NAME"`,
    ],
  ],
  [
    host(["eth0 203.0.113.2/24"], ["eth0 default 203.0.113.1"]),
    settings(),
    [
      "info One network serves both sides: eth0 203.0.113.2 in 203.0.113.0/24 (default route by 203.0.113.1); neighbours on a public network are strangers: name the phones' prefixes in [inside] networks",
    ],
  ],
  [
    host(["eth1 192.168.1.1/24"]),
    settings("eth1", "ppp0"),
    [
      "warn Outside interface ppp0 has no IPv4 address yet (those that have one: eth1); waiting for it",
    ],
  ],
  [
    host(["ppp0 203.0.113.2/24", "eth1 192.168.1.1/24", "eth1:1 192.168.2.1/24"], [
      "ppp0 default 203.0.113.1",
    ]),
    settings("eth9", "ppp0"),
    [
      "warn Inside interface eth9 has no IPv4 address yet (those that have one: ppp0, eth1); waiting for it",
    ],
  ],
  [
    host([]),
    settings("eth9", "ppp0"),
    [
      "warn Inside interface eth9 has no IPv4 address yet (none has); Outside interface ppp0 has no IPv4 address yet (none has); waiting for it",
    ],
  ],
  [
    { ...host(["eth0 203.0.113.2/24"], ["eth0 default 203.0.113.1"]), devices: ["eth0", "br0"] },
    settings("eth9", "eth0"),
    [
      "warn There is no interface eth9, which [inside] interface names; this host has eth0, br0; waiting for it",
    ],
  ],
  [
    { ...host(["eth0 203.0.113.2/24"], ["eth0 default 203.0.113.1"]), devices: ["eth0", "br0"] },
    settings("br0", "eth0"),
    [
      "warn Inside interface br0 has no IPv4 address yet (those that have one: eth0); waiting for it",
    ],
  ],
  [
    { ...host([]), devices: [] },
    settings("auto", "ppp0"),
    [
      "warn No private address on an inside interface yet; There is no interface ppp0, which [outside] interface names; this host has no interface at all; waiting for it",
    ],
  ],
  [
    host(["eth0 203.0.113.2/24", "eth1 192.168.1.1/24", "wwan0 10.64.0.2/30"], [
      "eth0 default 203.0.113.1",
      "wwan0 default 10.64.0.1 700",
    ]),
    settings(),
    [
      `info Inside is eth1 192.168.1.1 in 192.168.1.0/24, outside is eth0 203.0.113.2 in 203.0.113.0/24 (default route by 203.0.113.1); to change it set [inside] interface = "NAME" or [outside] interface = "NAME"`,
      `info Skipped wwan0 10.64.0.2 in 10.64.0.0/30: a way to the Internet, it has a default route`,
    ],
  ],
  [
    {
      ...host(["wan0 203.0.113.2/24", "lan0 192.168.1.1/24", "docker0 172.17.0.1/16"], [
        "wan0 default 203.0.113.1",
      ]),
      devices: ["wan0", "lan0", "docker0"],
    },
    settings("auto", "pp0"),
    [
      `warn There is no interface pp0, which [outside] interface names; this host has wan0, lan0, docker0, and the default route goes through wan0: did you mean interface = "wan0" under [outside]; waiting for it`,
      `info Skipped wan0 203.0.113.2 in 203.0.113.0/24: a way to the Internet, it has a default route, docker0 172.17.0.1 in 172.17.0.0/16: a bridge or tunnel by its name; phones there need [inside] interface = "docker0"`,
    ],
  ],
  [
    host(["eth1 192.168.1.1/24", "eth2 192.168.2.1/24"]),
    settings(),
    [
      `warn No default route yet, so the outside is unknown; to name it set [outside] interface = "NAME"; waiting for it`,
    ],
  ],
  [
    host([]),
    settings(),
    [
      "warn No network is up: listening on loopback only; an interface that comes up is taken",
    ],
  ],
  [
    host([]),
    settings("127.0.1.1/24", "127.0.2.1/24"),
    ["info Inside is 127.0.1.1/24, outside is 127.0.2.1/24"],
  ],
];

Deno.test("what was taken and what was skipped is said with the TOML that would change it", () => {
  for (const [reading, chosen, expected] of CASES) {
    const { sentences } = planNetwork(reading, chosen);
    assertEquals(sentences.map(({ level, text }) => `${level} ${text}`), expected);
  }
});
