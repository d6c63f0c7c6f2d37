import { assertEquals } from "@std/assert";
import {
  anyContains,
  cidrContains,
  isBroadcast,
  isPrivate,
  isSpecial,
  parseCidr,
  PRIVATE,
  SPECIAL,
} from "../../../src/base/cidr.ts";

Deno.test("A prefix ends at its last bit, wherever in a byte or group that is", () => {
  const edges: [prefix: string, inside: string[], outside: string[]][] = [
    ["172.16.0.0/12", ["172.16.0.0", "172.31.255.255"], ["172.15.255.255", "172.32.0.0"]],
    ["100.64.0.0/10", ["100.64.0.0", "100.127.255.255"], ["100.63.255.255", "100.128.0.0"]],
    ["fc00::/7", ["fc00::", "fdff:ffff::1"], ["fbff::1", "fe00::"]],
    ["fe80::/10", ["fe80::1", "febf::1"], ["fec0::1", "fe7f::1"]],
  ];
  for (const [text, inside, outside] of edges) {
    const cidr = parseCidr(text);
    if (!cidr.ok) throw new Error(cidr.reason);
    for (const ip of inside) assertEquals(cidrContains(cidr.value, ip), true, `${text} ${ip}`);
    for (const ip of outside) assertEquals(cidrContains(cidr.value, ip), false, `${text} ${ip}`);
  }
});

Deno.test("What is no address, or of the other family, lies in no prefix", () => {
  for (const text of ["example.org", "", "10.0.0", "1::2::3"]) {
    assertEquals([anyContains(PRIVATE, text), anyContains(SPECIAL, text)], [false, false], text);
  }
  const all = parseCidr("0.0.0.0/0");
  assertEquals(all.ok && cidrContains(all.value, "2001:db8::1"), false);
});

Deno.test("The first and last addresses of the private and special ranges count as such", () => {
  const privates = ["10.0.0.0", "10.255.255.255", "192.168.0.0", "192.168.255.255", "fd12::1"];
  const specials = ["0.0.0.0", "127.255.255.255", "169.254.1.1", "239.1.1.1", "::1", "ff02::1"];
  const publics = ["9.255.255.255", "11.0.0.0", "192.167.255.255", "128.0.0.0", "2001:db8::1"];
  assertEquals(privates.filter(isPrivate), privates);
  assertEquals(specials.filter(isSpecial), specials);
  assertEquals(publics.filter((ip) => isPrivate(ip) || isSpecial(ip)), []);
});

Deno.test("the broadcast address of a prefix has all host bits set, or none; point-to-point links have none", () => {
  const cases: [string, string, boolean][] = [
    ["192.168.1.0/24", "192.168.1.255", true],
    ["192.168.1.0/24", "192.168.1.254", false],
    ["192.168.1.0/24", "192.168.1.0", true],
    ["10.64.0.0/15", "10.65.0.0", false],
    ["192.168.1.0/24", "192.168.2.255", false],
    ["10.0.0.0/12", "10.15.255.255", true],
    ["10.0.0.0/12", "10.14.255.255", false],
    ["203.0.113.0/29", "203.0.113.7", true],
    ["203.0.113.6/31", "203.0.113.7", false],
    ["203.0.113.7/32", "203.0.113.7", false],
    ["0.0.0.0/0", "255.255.255.255", true],
    ["fd00::/64", "fd00::ffff:ffff:ffff:ffff", false],
  ];
  for (const [text, ip, expected] of cases) {
    const cidr = parseCidr(text);
    assertEquals(cidr.ok && isBroadcast(cidr.value, ip), expected, `${text} ${ip}`);
  }
});
