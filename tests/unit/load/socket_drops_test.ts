import { assertEquals, assertThrows } from "@std/assert";
import { makeAddress } from "../../../src/base/address.ts";
import { socketDrops } from "../../load/socket_drops.ts";

const TABLE =
  `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  412: 0106007F:13C4 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 71 2 0000000000000000 17
  413: 0107007F:13C4 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 72 2 0000000000000000 0
`;

function drops(ip: string, port: number): number {
  const address = makeAddress(ip, port);
  if (!address.ok) throw new Error(address.reason);
  return socketDrops(TABLE, address.value);
}

Deno.test("what the kernel threw away is read for each socket", () => {
  assertEquals(drops("127.0.6.1", 5060), 17);
  assertEquals(drops("127.0.7.1", 5060), 0);
});

Deno.test("a socket that is not there is an error", () => {
  assertThrows(() => drops("127.0.6.1", 5061), Error, "No socket has 127.0.6.1:5061");
});
