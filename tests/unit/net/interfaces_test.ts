import { assertEquals } from "@std/assert";
import { formatCidr } from "../../../src/base/cidr.ts";
import {
  isVirtualName,
  mayBeInside,
  readAddresses,
  systemAddresses,
  systemRoutes,
} from "../../../src/net/interfaces.ts";

Deno.test("the system's list becomes IPv4 addresses with their device, and every address of the host", () => {
  const read = readAddresses([
    { name: "lo", family: "IPv4", address: "127.0.0.1", cidr: "127.0.0.1/8" },
    { name: "eth0:1", family: "IPv4", address: "192.168.1.2", cidr: "192.168.1.2/24" },
    { name: "eth0", family: "IPv6", address: "fe80::1", cidr: "fe80::1/64" },
    { name: "ppp0", family: "IPv4", address: "203.0.113.9", cidr: null },
  ]);
  const words = read.addresses.map(({ name, device, ip, prefix }) =>
    `${name} ${device} ${ip} ${formatCidr(prefix)}`
  );
  assertEquals(words, [
    "lo lo 127.0.0.1 127.0.0.0/8",
    "eth0:1 eth0 192.168.1.2 192.168.1.0/24",
    "ppp0 ppp0 203.0.113.9 203.0.113.9/32",
  ]);
  assertEquals(read.ownIps, ["127.0.0.1", "192.168.1.2", "fe80::1", "203.0.113.9"]);
});

Deno.test("bridges of containers and tunnels are known by their names", () => {
  const virtual = ["docker0", "br-0123456789ab", "virbr0", "veth1a", "wg0", "tun0", "ppp0", "cni0"];
  const real = ["eth0", "br-lan", "br0", "enp3s0", "wlan0", "br-0123456789abc", "bond0"];
  assertEquals(virtual.filter((name) => !isVirtualName(name)), []);
  assertEquals(real.filter(isVirtualName), []);
});

Deno.test("phones are looked for at private addresses of ordinary interfaces only", () => {
  const { addresses } = readAddresses(
    [["eth0", "192.168.1.1"], ["eth1", "100.64.0.1"], ["eth2", "8.8.8.8"], ["wg0", "10.0.0.1"]]
      .map(([name, address]) => ({ name: name!, family: "IPv4", address: address!, cidr: null })),
  );
  assertEquals(addresses.filter(mayBeInside).map((one) => one.name), ["eth0", "eth1"]);
});

Deno.test("this host's addresses and routes can be read with the permissions of the program", async () => {
  assertEquals(systemAddresses().ownIps.includes("127.0.0.1"), true);
  assertEquals((await systemRoutes()).problem, undefined);
});
