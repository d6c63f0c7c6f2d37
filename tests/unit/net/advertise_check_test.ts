import { assertEquals } from "@std/assert";
import { ok, refuse } from "../../../src/base/result.ts";
import {
  type AdvertisedPlace,
  advertiseFault,
  usableAddress,
} from "../../../src/net/advertise_check.ts";
import { prefix } from "./hosts.ts";

const INSIDE = [prefix("192.168.1.0/24"), prefix("10.9.0.0/16")];

/** A router with an outside address, of which `gateway` is the next. */
function place(outside: string, gateway: string, shared = false): AdvertisedPlace {
  const [ip] = outside.split("/");
  return {
    shared,
    outside: { ip: ip!, prefix: prefix(outside), device: "eth0" },
    gateway,
    insideNetworks: INSIDE,
    ownIps: [ip!, "192.168.1.1", "203.0.113.3", "127.0.0.1"],
  };
}

const PUBLIC = place("203.0.113.2/24", "203.0.113.1");
const BEHIND = place("192.168.178.2/24", "192.168.178.1");
const CARRIER = place("100.64.7.7/32", "100.64.0.1");
const ONE = place("192.168.1.5/24", "192.168.1.254", true);
const UNKNOWN = { ...PUBLIC, outside: undefined, gateway: undefined };

const SPECIAL = "nobody outside reaches loopback, link-local and multicast addresses";
const BESIDE = "another host's in 192.168.178.0/24, the network of eth0";
const EDGE = "no host's in 203.0.113.0/24, but the network's own or broadcast";

const CASES: [what: string, ip: string, place: AdvertisedPlace, level: string, words: string][] = [
  ["our own address", "203.0.113.2", PUBLIC, "", ""],
  ["another address of ours", "203.0.113.3", PUBLIC, "", ""],
  ["a public one behind another router", "198.51.100.7", BEHIND, "", ""],
  ["a public one behind a carrier's NAT", "198.51.100.7", CARRIER, "", ""],
  ["our private one behind another router", "192.168.178.2", BEHIND, "", ""],
  ["a public one that the neighbour may have", "203.0.113.77", PUBLIC, "", ""],
  ["loopback", "127.0.0.1", PUBLIC, "error", SPECIAL],
  ["link-local", "169.254.1.1", PUBLIC, "error", SPECIAL],
  ["multicast", "224.0.0.1", PUBLIC, "error", SPECIAL],
  ["unspecified", "0.0.0.0", UNKNOWN, "error", SPECIAL],
  ["our inside address", "192.168.1.1", PUBLIC, "error", "our inside address, in 192.168.1.0/24"],
  ["a phone's", "10.9.8.7", UNKNOWN, "error", "it lies inside, in 10.9.0.0/16"],
  ["the router in front", "192.168.178.1", BEHIND, "error", "the router in front of us"],
  [
    "the router in front of one network",
    "192.168.1.254",
    ONE,
    "error",
    "the router in front of us",
  ],
  ["a host beside us", "192.168.178.9", BEHIND, "error", BESIDE],
  ["broadcast", "203.0.113.255", PUBLIC, "error", EDGE],
  ["the network itself", "203.0.113.0", PUBLIC, "error", EDGE],
  ["a private one on a public line", "10.1.1.1", PUBLIC, "error", "203.0.113.2, is public"],
  ["a private one inside a carrier", "100.65.0.9", CARRIER, "warn", "behind a 1:1 NAT"],
  ["a private one behind another router", "10.1.1.1", BEHIND, "warn", "behind a 1:1 NAT"],
  ["a private one while the outside is down", "10.1.1.1", UNKNOWN, "", ""],
];

Deno.test("an address where nobody outside can reach us is an error, an unlikely one a warning", () => {
  for (const [what, ip, where, level, words] of CASES) {
    const fault = advertiseFault(ip, where);
    assertEquals(fault?.level ?? "", level, what);
    assertEquals(fault?.text.includes(words) ?? true, true, `${what}: ${fault?.text}`);
    assertEquals(fault?.keys ?? ["outside.advertise"], ["outside.advertise"]);
  }
});

Deno.test("both sentences say what to write", () => {
  assertEquals(
    advertiseFault("192.168.178.1", BEHIND)?.text,
    "Cannot advertise 192.168.178.1: it is the near address of the router in front of us, whose " +
      'public one is wanted; write your public address, or advertise = "auto"',
  );
  assertEquals(
    advertiseFault("100.65.0.9", CARRIER)?.text,
    "Advertising 100.65.0.9, a private address that is not this host's: right only where the " +
      "provider itself reaches it, behind a 1:1 NAT in its own network; else write your public " +
      "address",
  );
});

Deno.test("a name that leads inside gives no address, since a resolver inside may say so", () => {
  assertEquals(usableAddress(ok("198.51.100.7"), PUBLIC), ok("198.51.100.7"));
  assertEquals(usableAddress(ok("100.65.0.9"), CARRIER), ok("100.65.0.9"));
  assertEquals(usableAddress(ok("192.168.1.1"), undefined), ok("192.168.1.1"));
  assertEquals(usableAddress(refuse("No such name"), PUBLIC), refuse("No such name"));
  const inside = usableAddress(ok("192.168.1.1"), PUBLIC);
  assertEquals(inside.ok ? "" : inside.reason.slice(0, 29), "Cannot advertise 192.168.1.1:");
});
