import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  type MediaEvent,
  type MediaHop,
  MediaSockets,
  type MediaSocketsOptions,
} from "../../../src/net/media_sockets.ts";

const IP = "127.0.0.1";

function open(port = 0): Deno.DatagramConn {
  return Deno.listenDatagram({ transport: "udp", hostname: IP, port });
}

function portOf(socket: Deno.DatagramConn): number {
  return (socket.addr as Deno.NetAddr).port;
}

/** An even port that is free together with the next one. */
function freePair(): number {
  for (;;) {
    const first = open();
    const port = portOf(first);
    first.close();
    if (port % 2 === 1) continue;
    try {
      open(port).close();
      open(port + 1).close();
      return port;
    } catch {
      continue;
    }
  }
}

/** Sockets with a router whose answers the test sets, and what it heard. */
function bench(leavesFiles?: MediaSocketsOptions["leavesFiles"]) {
  const events: MediaEvent[] = [];
  const asked: [number, string, number, number[]][] = [];
  const news: string[] = [];
  const failed: string[] = [];
  let told = 0;
  let hop: MediaHop | undefined;
  let beforeHop: () => void = () => {};
  const sockets = new MediaSockets({
    router: {
      news,
      route(socket, ip, port, bytes) {
        asked.push([socket, ip, port, [...bytes]]);
        beforeHop();
        return hop;
      },
      failed: (socket, { ip, port }, reason) =>
        void failed.push(`${socket} ${ip}:${port} ${reason}`),
    },
    now: () => 0,
    event: (event) => void events.push(event),
    news: () => void told++,
    ...(leavesFiles === undefined ? {} : { leavesFiles }),
  });
  const setHop = (next: MediaHop | undefined) => void (hop = next);
  const onRoute = (next: () => void) => void (beforeHop = next);
  return { sockets, events, asked, news, failed, told: () => told, setHop, onRoute };
}

async function until(ready: () => boolean): Promise<void> {
  while (!ready()) await new Promise((resolve) => setTimeout(resolve, 1));
}

Deno.test("a packet is looked up once and leaves through the socket that the router names", async () => {
  const { sockets, events, asked, setHop } = bench();
  const [left, right, phone, far] = [freePair(), freePair(), open(), open()];
  sockets.bind({ pair: 3, ip: IP, port: left });
  sockets.bind({ pair: 4, ip: IP, port: right });
  assertEquals(events, [{ type: "media.bound", pair: 3 }, { type: "media.bound", pair: 4 }]);
  setHop({ socket: 8, ip: IP, port: portOf(far) });
  await phone.send(new Uint8Array([1, 2]), { transport: "udp", hostname: IP, port: left });
  const [bytes, from] = await far.receive();
  assertEquals([[...bytes], (from as Deno.NetAddr).port], [[1, 2], right]);
  assertEquals(asked, [[6, IP, portOf(phone), [1, 2]]]);
  setHop({ socket: 9, ip: IP, port: portOf(far) });
  await phone.send(new Uint8Array([3]), { transport: "udp", hostname: IP, port: left + 1 });
  const [rtcp, rtcpFrom] = await far.receive();
  assertEquals([[...rtcp], (rtcpFrom as Deno.NetAddr).port], [[3], right + 1]);
  assertEquals(asked[1]?.[0], 7);
  await sockets.closeAll();
  phone.close();
  far.close();
});

Deno.test("a packet leaves as it came, though a socket bound just now sends it later", async () => {
  const { sockets, setHop, onRoute } = bench();
  const [phone, far] = [open(), open()];
  const port = freePair();
  sockets.bind({ pair: 0, ip: IP, port });
  const to = { transport: "udp", hostname: IP, port } as const;
  for (let pair = 1; pair <= 5; pair++) {
    const fresh = freePair();
    onRoute(() => {
      onRoute(() => {});
      sockets.bind({ pair, ip: IP, port: fresh });
      setHop({ socket: pair * 2, ip: IP, port: portOf(far) });
    });
    await Promise.all([1, 2].map((value) => phone.send(new Uint8Array([value]), to)));
    const got = [await far.receive(), await far.receive()];
    assertEquals(got.map(([bytes]) => bytes[0]).toSorted(), [1, 2]);
  }
  await sockets.closeAll();
  phone.close();
  far.close();
});

Deno.test("a refused packet goes nowhere, one that may have been cut is not even looked up", async () => {
  const { sockets, asked } = bench();
  const [port, phone] = [freePair(), open()];
  sockets.bind({ pair: 1, ip: IP, port });
  const to = { transport: "udp", hostname: IP, port } as const;
  await phone.send(new Uint8Array(3_000), to);
  await phone.send(new Uint8Array([5]), to);
  await until(() => asked.length > 0);
  assertEquals(asked, [[2, IP, portOf(phone), [5]]]);
  assertEquals(sockets.counters.oversized, 1);
  await sockets.closeAll();
  phone.close();
});

Deno.test("the router is told which packet could not be sent, where to and why", async () => {
  const { sockets, failed, setHop, asked } = bench();
  const [port, phone] = [freePair(), open()];
  sockets.bind({ pair: 2, ip: IP, port });
  setHop({ socket: 5, ip: "203.0.113.9", port: 0 });
  await phone.send(new Uint8Array([1]), { transport: "udp", hostname: IP, port });
  await until(() => asked.length > 0);
  const reason = "not an address to send to: 203.0.113.9 port 0";
  assertEquals(failed, [`4 203.0.113.9:0 ${reason}`]);
  assertEquals(sockets.counters.sendFailures, 1);
  await sockets.closeAll();
  phone.close();
});

Deno.test("news of the router are told to the loop", async () => {
  const { sockets, news, told, asked } = bench();
  const [port, phone] = [freePair(), open()];
  sockets.bind({ pair: 1, ip: IP, port });
  const to = { transport: "udp", hostname: IP, port } as const;
  await phone.send(new Uint8Array([1]), to);
  await until(() => asked.length === 1);
  assertEquals(told(), 0);
  news.push("first");
  await phone.send(new Uint8Array([1]), to);
  await until(() => told() === 1);
  await sockets.closeAll();
  phone.close();
});

Deno.test("a pair whose second port is taken is gone as a whole, with the reason", async () => {
  const { sockets, events } = bench();
  const port = freePair();
  const taken = open(port + 1);
  sockets.bind({ pair: 2, ip: IP, port });
  const [event] = events;
  assert(event?.type === "media.gone");
  assertStringIncludes(
    event.reason,
    `Could not bind ${IP} port ${port + 1}: Address already in use`,
  );
  assertEquals(event.inUse, true);
  open(port).close();
  assertEquals(sockets.size, 0);
  taken.close();
  await sockets.closeAll();
});

Deno.test("a pair is closed when its ports are free again, and not before", async () => {
  const { sockets, events } = bench();
  const port = freePair();
  sockets.bind({ pair: 5, ip: IP, port });
  const closing = sockets.close(5);
  assertEquals(events.map((event) => event.type), ["media.bound"]);
  await closing;
  assertEquals(events.at(-1), { type: "media.closed", pair: 5 });
  sockets.bind({ pair: 6, ip: IP, port });
  assertEquals(events.at(-1), { type: "media.bound", pair: 6 });
  await sockets.closeAll();
});

Deno.test("no pair is bound for which no files are left, until another one is closed", async () => {
  const { sockets, events } = bench((ip, open) => {
    const most = ip === IP ? 2 : 1;
    return [...open.values()].filter((other) => other === ip).length < most;
  });
  const bind = (pair: number, ip = IP) => sockets.bind({ pair, ip, port: freePair() });
  bind(1);
  bind(2);
  bind(3);
  bind(4, "127.0.0.2");
  bind(5, "127.0.0.2");
  const kinds = () => events.splice(0).map(({ type, pair }) => `${type} ${pair}`);
  const refusal = events.find(({ type }) => type === "media.gone");
  assertEquals(refusal?.type === "media.gone" && refusal.inUse, false);
  assertStringIncludes(
    refusal?.type === "media.gone" ? refusal.reason : "",
    "the limit of open files leaves no more ports",
  );
  assertEquals(kinds(), [
    ...["media.bound 1", "media.bound 2", "media.gone 3", "media.bound 4", "media.gone 5"],
  ]);
  const closing = sockets.close(1);
  // Its files are still open.
  bind(3);
  await closing;
  bind(3);
  assertEquals(kinds(), ["media.gone 3", "media.closed 1", "media.bound 3"]);
  await sockets.closeAll();
});
