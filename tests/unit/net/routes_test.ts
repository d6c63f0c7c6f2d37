import { assertEquals } from "@std/assert";
import { formatCidr } from "../../../src/base/cidr.ts";
import { defaultRoute, parseRoutes } from "../../../src/net/routes.ts";

const HEAD =
  "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT   \n";

/** A line of `/proc/net/route` by device, destination, gateway, flags, metric and mask. */
function line(...[device, destination, gateway, flags, metric, mask]: string[]): string {
  return `${device}\t${destination}\t${gateway}\t${flags}\t0\t0\t${metric}\t${mask}\t0\t0\t0   \n`;
}

const DEFAULT = line("eth0", "00000000", "0100A8C0", "0003", "100", "00000000");

const CASES: readonly [string, string][] = [
  [DEFAULT, "eth0 0.0.0.0/0 by 192.168.0.1 metric 100"],
  [
    line("eth1", "0001A8C0", "00000000", "0001", "0", "00FFFFFF"),
    "eth1 192.168.1.0/24 by - metric 0",
  ],
  [line("ppp0", "00000000", "00000000", "0001", "5", "00000000"), "ppp0 0.0.0.0/0 by - metric 5"],
  [
    line("eth0", "0A0B0C0A", "FE01A8C0", "0007", "3", "FFFFFFFF"),
    "eth0 10.12.11.10/32 by 192.168.1.254 metric 3",
  ],
];

Deno.test("each line of the kernel's table becomes one route", () => {
  for (const [text, expected] of CASES) {
    const routes = parseRoutes(HEAD + text);
    const words = routes.map(({ device, prefix, gateway, metric }) =>
      `${device} ${formatCidr(prefix)} by ${gateway ?? "-"} metric ${metric}`
    );
    assertEquals(words, [expected]);
  }
});

Deno.test("lines that are down, rejecting or damaged are left out", () => {
  const lines = [
    line("eth0", "00000000", "0100A8C0", "0002", "0", "00000000"),
    line("lo", "00000000", "00000000", "0201", "0", "00000000"),
    line("eth0", "nonsense", "0100A8C0", "0003", "0", "00000000"),
    "eth0\t00000000\n",
    "\n",
  ];
  assertEquals(parseRoutes(HEAD + lines.join("")), []);
  assertEquals(parseRoutes(""), []);
});

Deno.test("the default route is the one with the lowest metric, of one device if asked", () => {
  const routes = parseRoutes(
    HEAD + DEFAULT + line("wwan0", "00000000", "0101010A", "0003", "700", "00000000") +
      line("eth2", "00000000", "0102010A", "0003", "50", "00000000") + CASES[1]![0],
  );
  assertEquals(defaultRoute(routes)?.device, "eth2");
  assertEquals(defaultRoute(routes, "wwan0")?.gateway, "10.1.1.1");
  assertEquals(defaultRoute(routes, "eth1"), undefined);
});
