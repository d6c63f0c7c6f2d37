import { assertEquals } from "@std/assert";
import { readNetwork } from "../../../src/net/reading.ts";
import { host, settings } from "./hosts.ts";

const HOST = host(["eth0 203.0.113.2/24", "eth1:1 192.168.1.1/24"], ["eth0 default 203.0.113.1"]);

const CASES: [inside: string, outside: string, asked: boolean][] = [
  ["auto", "auto", false],
  ["eth1:1", "eth0", false],
  ["eth1", "auto", false],
  ["192.168.9.1/24", "auto", false],
  ["eth9", "auto", true],
  ["auto", "ppp0", true],
];

Deno.test("interfaces are asked for only when one that is named has no address", async () => {
  for (const [inside, outside, asked] of CASES) {
    const read = await readNetwork({
      addresses: () => HOST,
      routes: () => Promise.resolve({ routes: HOST.routes }),
      devices: () => Promise.resolve(["eth0", "eth1"]),
    }, settings(inside, outside));
    assertEquals(read.devices, asked ? ["eth0", "eth1"] : undefined, `${inside} ${outside}`);
    assertEquals([read.addresses, read.routes], [HOST.addresses, HOST.routes]);
  }
});
