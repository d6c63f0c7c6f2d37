import { assertEquals } from "@std/assert";
import {
  isLoopback,
  isOurs,
  type MediaEnvironment,
  type Reach,
  reachOf,
  type Viewpoint,
} from "../../../src/media/reach.ts";
import { cidr, ENVIRONMENT } from "./stage.ts";

const NETWORKS: MediaEnvironment = {
  ...ENVIRONMENT,
  insideNetworks: [cidr("192.168.1.0/24"), cidr("fd00:1::/64")],
  outsideRoutes: [cidr("10.20.0.0/16")],
  advertised: "203.0.113.99",
};

const OUTSIDE: Viewpoint = { side: "outside", local: "203.0.113.1", sipIp: "198.51.100.10" };
const INSIDE: Viewpoint = { side: "inside", local: "192.168.1.1", sipIp: "192.168.7.7" };

const FROM_OUTSIDE: [ip: string, reach: Reach][] = [
  ["198.51.100.20", "reachable"],
  ["192.168.1.50", "forbidden"],
  ["192.168.1.1", "forbidden"],
  ["203.0.113.1", "forbidden"],
  ["203.0.113.99", "forbidden"],
  ["127.0.0.1", "forbidden"],
  ["0.0.0.0", "forbidden"],
  ["169.254.1.1", "forbidden"],
  ["224.2.1.1", "forbidden"],
  ["255.255.255.255", "forbidden"],
  ["203.0.113.7", "forbidden"],
  ["203.0.113.0", "forbidden"],
  ["203.0.113.15", "reachable"],
  ["198.51.100.255", "reachable"],
  ["10.0.0.5", "unreachable"],
  ["100.64.0.5", "unreachable"],
  ["10.20.0.5", "reachable"],
  ["2001:db8::1", "forbidden"],
];

Deno.test("an outside leg never reaches inwards, ourselves, or what no packet can address", () => {
  for (const [ip, reach] of FROM_OUTSIDE) assertEquals(reachOf(NETWORKS, OUTSIDE, ip), reach, ip);
});

Deno.test("a provider in a private network makes private addresses reachable outside", () => {
  const view = { ...OUTSIDE, sipIp: "10.0.0.1" };
  assertEquals(reachOf(NETWORKS, view, "10.0.0.5"), "reachable");
  assertEquals(reachOf(NETWORKS, view, "192.168.1.50"), "forbidden");
});

const FROM_INSIDE: [ip: string, reach: Reach][] = [
  ["192.168.1.50", "reachable"],
  ["192.168.7.7", "reachable"],
  ["192.168.7.8", "forbidden"],
  ["192.168.1.255", "forbidden"],
  ["198.51.100.20", "forbidden"],
  ["127.0.0.1", "forbidden"],
  ["192.168.1.1", "reachable"],
];

Deno.test("an inside leg reaches inside networks and the phone's own address", () => {
  for (const [ip, reach] of FROM_INSIDE) assertEquals(reachOf(NETWORKS, INSIDE, ip), reach, ip);
});

Deno.test("loopback reaches loopback only", () => {
  const view: Viewpoint = { side: "outside", local: "127.0.2.1", sipIp: "127.0.2.1" };
  assertEquals(reachOf(NETWORKS, view, "127.0.2.1"), "reachable");
  assertEquals(reachOf(NETWORKS, { ...view, side: "inside" }, "127.0.0.1"), "reachable");
  assertEquals(reachOf(NETWORKS, { ...view, local: "::1" }, "::1"), "reachable");
  assertEquals(isLoopback("127.9.9.9") && isLoopback("::1"), true);
  assertEquals(isLoopback("128.0.0.1") || isLoopback("::2"), false);
});

Deno.test("IPv6 is judged by the same rules, and IPv4 in IPv6 clothes is not let through", () => {
  const view: Viewpoint = { side: "outside", local: "2001:db8::1", sipIp: "2001:db8:5::1" };
  const cases: [ip: string, reach: Reach][] = [
    ["2001:db8:9::1", "reachable"],
    ["fd00:1::5", "forbidden"],
    ["fd00:2::5", "unreachable"],
    ["fe80::1", "forbidden"],
    ["ff02::1", "forbidden"],
    ["::ffff:c0a8:132", "forbidden"],
    ["64:ff9b::c0a8:132", "forbidden"],
    ["198.51.100.20", "forbidden"],
  ];
  for (const [ip, reach] of cases) assertEquals(reachOf(NETWORKS, view, ip), reach, ip);
});

Deno.test("ours are the host's addresses, those that face peers, and the advertised one", () => {
  for (const ip of ["192.168.1.1", "203.0.113.1", "203.0.113.99"]) {
    assertEquals(isOurs(NETWORKS, ip), true, ip);
  }
  assertEquals(isOurs(NETWORKS, "198.51.100.20"), false);
});
