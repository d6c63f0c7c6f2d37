import { assertEquals, assertThrows } from "@std/assert";
import type { Address } from "../../../src/base/address.ts";
import type { SendFault } from "../../../src/base/send_fault.ts";
import { UdpSocket } from "../../../src/net/udp.ts";

/** Waits until `ready` holds; the test's own time-out ends it otherwise. */
async function until(ready: () => boolean): Promise<void> {
  while (!ready()) await new Promise((resolve) => setTimeout(resolve, 1));
}

function failed({ reason }: SendFault): void {
  throw new Error(reason);
}

Deno.test("a datagram is handed on with the address it came from", async () => {
  const [one, two] = [
    new UdpSocket("127.0.0.1", 0, { maxBytes: 100 }),
    new UdpSocket("127.0.0.1", 0, { maxBytes: 100 }),
  ];
  const got: [Address, number[]][] = [];
  two.listen((remote, bytes) => void got.push([remote, [...bytes]]));
  one.send(new Uint8Array([1, 2, 3]), two.address, failed);
  await until(() => got.length === 1);
  assertEquals(got, [[one.address, [1, 2, 3]]]);
  assertEquals([one.counters.sent, two.counters.received], [1, 1]);
  await Promise.all([one.close(), two.close()]);
});

Deno.test("empty and oversized datagrams are counted and not handed on", async () => {
  const socket = new UdpSocket("127.0.0.1", 0, { maxBytes: 10 });
  const lengths: number[] = [];
  socket.listen((_, bytes) => void lengths.push(bytes.length));
  for (const length of [0, 11, 10]) socket.send(new Uint8Array(length), socket.address, failed);
  await until(() => lengths.length === 1);
  assertEquals(lengths, [10]);
  assertEquals([socket.counters.empty, socket.counters.oversized], [1, 1]);
  await socket.close();
});

Deno.test("the longest datagram of IPv4 arrives whole", async () => {
  const socket = new UdpSocket("127.0.0.1", 0, { maxBytes: 65_535 });
  const lengths: number[] = [];
  socket.listen((_, bytes) => void lengths.push(bytes.length));
  socket.send(new Uint8Array(65_507), socket.address, failed);
  await until(() => lengths.length === 1);
  assertEquals(lengths, [65_507]);
  await socket.close();
});

Deno.test("a closed socket's port can be bound at once", async () => {
  const first = new UdpSocket("127.0.0.1", 0, { maxBytes: 10 });
  first.listen(() => {});
  assertThrows(
    () => new UdpSocket("127.0.0.1", first.address.port, { maxBytes: 10 }),
    Deno.errors.AddrInUse,
  );
  await first.close();
  const second = new UdpSocket("127.0.0.1", first.address.port, { maxBytes: 10 });
  assertEquals(second.address, first.address);
  await second.close();
  await second.close();
});

Deno.test("a datagram that nobody could be answered for is counted apart and not handed on", async () => {
  const real = Deno.listenDatagram;
  let over: () => void = () => {};
  const silence = new Promise<never>((_, reject) => over = () => reject(new Error("Closed")));
  const waiting: [Uint8Array, Deno.Addr][] = [
    [new Uint8Array(3), { transport: "udp", hostname: "127.0.0.1", port: 0 }],
    [new Uint8Array(4), { transport: "udp", hostname: "127.0.0.1", port: 7 }],
  ];
  const conn = {
    addr: { transport: "udp", hostname: "127.0.0.1", port: 5060 },
    receive: () => waiting.length === 0 ? silence : Promise.resolve(waiting.shift()!),
    close: () => over(),
  };
  // The kernel sends nothing from port 0 without a raw socket.
  Deno.listenDatagram = () => conn as unknown as Deno.DatagramConn;
  try {
    const socket = new UdpSocket("127.0.0.1", 5060, { maxBytes: 10 });
    const lengths: number[] = [];
    socket.listen((_, bytes) => void lengths.push(bytes.length));
    await until(() => lengths.length === 1);
    assertEquals(lengths, [4]);
    const { received, oversized, unanswerable } = socket.counters;
    assertEquals([received, oversized, unanswerable], [2, 0, 1]);
    await socket.close();
  } finally {
    Deno.listenDatagram = real;
  }
});
