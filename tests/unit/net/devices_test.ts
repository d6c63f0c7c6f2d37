import { assertEquals } from "@std/assert";
import { parseDevices, systemDevices } from "../../../src/net/devices.ts";

Deno.test("interfaces are listed with and without an address, loopback is not", () => {
  const text = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets
    lo: 1000 10 0 0 0 0 0 0 1000 10 0 0 0 0 0 0
  eth0:123456789 10 0 0 0 0 0 0 1000 10 0 0 0 0 0 0
br-home.20: 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
`;
  assertEquals(parseDevices(text), ["eth0", "br-home.20"]);
  assertEquals(parseDevices(""), []);
});

Deno.test("this host's interfaces can be read", async () => {
  const devices = await systemDevices();
  assertEquals(devices?.includes("lo"), false);
});
