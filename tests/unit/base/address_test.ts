import { assertEquals } from "@std/assert";
import {
  type Flow,
  formatAddress,
  makeAddress,
  parseIp,
  sameFlow,
} from "../../../src/base/address.ts";
import {
  cidrContains,
  formatCidr,
  isPrivate,
  isSpecial,
  parseCidr,
} from "../../../src/base/cidr.ts";

const IPS: [text: string, canonical: string | undefined][] = [
  ["192.168.1.1", "192.168.1.1"],
  ["192.168.1.256", undefined],
  ["192.168.1", undefined],
  ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
  ["[2001:db8::1]", "2001:db8::1"],
  ["::", "::"],
  ["::1", "::1"],
  ["1::", "1::"],
  ["::ffff:10.1.2.3", "::ffff:a01:203"],
  ["1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"],
  ["1:2:3:4:5:6:7", undefined],
  ["1::2::3", undefined],
  ["example.org", undefined],
  ["", undefined],
];

Deno.test("an IP literal is read into its canonical text, anything else is not one", () => {
  for (const [text, canonical] of IPS) assertEquals(parseIp(text)?.text, canonical, text);
});

Deno.test("an address needs a literal and a port from 1 to 65535", () => {
  const good = makeAddress("10.0.0.1", 5060);
  assertEquals(good.ok && formatAddress(good.value), "10.0.0.1:5060");
  const v6 = makeAddress("2001:db8::1", 5060);
  assertEquals(v6.ok && formatAddress(v6.value), "[2001:db8::1]:5060");
  for (const port of [0, 65536, 1.5, NaN]) assertEquals(makeAddress("10.0.0.1", port).ok, false);
  assertEquals(makeAddress("sip.example.org", 5060).ok, false);
});

const PREFIXES: [prefix: string, written: string, inside: string, outside: string][] = [
  ["192.168.1.77/24", "192.168.1.0/24", "192.168.1.255", "192.168.2.0"],
  ["10.0.0.0/8", "10.0.0.0/8", "10.255.0.1", "11.0.0.1"],
  ["0.0.0.0/0", "0.0.0.0/0", "8.8.8.8", "::1"],
  ["172.16.0.0/12", "172.16.0.0/12", "172.31.255.255", "172.32.0.0"],
  ["198.51.100.7", "198.51.100.7/32", "198.51.100.7", "198.51.100.8"],
  ["2001:db8:8000::/33", "2001:db8:8000::/33", "2001:db8:ffff::1", "2001:db8:7fff::1"],
];

Deno.test("a prefix holds its addresses and no others", () => {
  for (const [text, written, inside, outside] of PREFIXES) {
    const cidr = parseCidr(text);
    if (!cidr.ok) throw new Error(cidr.reason);
    assertEquals(formatCidr(cidr.value), written);
    assertEquals(cidrContains(cidr.value, inside), true, `${text} ${inside}`);
    assertEquals(cidrContains(cidr.value, outside), false, `${text} ${outside}`);
  }
  for (const bad of ["10.0.0.0/33", "10.0.0.0/", "x/8", "::/129"]) {
    assertEquals(parseCidr(bad).ok, false, bad);
  }
});

Deno.test("private and special addresses are told from public ones", () => {
  assertEquals(["10.1.1.1", "100.64.0.1", "172.20.0.1", "8.8.8.8"].map(isPrivate), [
    true,
    true,
    true,
    false,
  ]);
  assertEquals(["127.0.0.1", "224.0.0.5", "255.255.255.255", "0.0.0.0", "8.8.8.8"].map(isSpecial), [
    true,
    true,
    true,
    true,
    false,
  ]);
});

Deno.test("a flow is the same only with the same listener, connection and both addresses", () => {
  const one: Flow = {
    listener: "udp/1",
    transport: "udp",
    local: { family: 4, ip: "192.0.2.1", port: 5060 },
    remote: { family: 4, ip: "192.0.2.2", port: 5061 },
  };
  assertEquals(sameFlow(one, { ...one, remote: { ...one.remote } }), true);
  const others: Partial<Flow>[] = [
    { listener: "udp/2" },
    { connection: 1 },
    { local: { ...one.local, ip: "192.0.2.3" } },
    { remote: { ...one.remote, ip: "192.0.2.3" } },
    { remote: { ...one.remote, port: 5062 } },
  ];
  for (const other of others) assertEquals(sameFlow(one, { ...one, ...other }), false);
});
