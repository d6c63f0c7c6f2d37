import { Tally } from "../../../src/media/tally.ts";
import { assertEquals } from "@std/assert";
import { FarEnd, type Leg, type Signal, Track } from "../../../src/media/far_end.ts";
import type { SignalledStream } from "../../../src/media/stream.ts";
import { ENVIRONMENT, OUTSIDE_LOCAL, PROXY_IP } from "./stage.ts";

const LEG: Leg = {
  stream: 0,
  role: "called",
  side: "outside",
  local: OUTSIDE_LOCAL,
  pair: 0,
  port: 10_000,
  hearing: {
    id: "call",
    heard: "a",
    settled: true,
    heardAt: 0,
    told: new Set<never>(),
    hear: () => {},
  },
  shown: new Set(),
  ends: [],
  tally: new Tally(),
};

const STREAM: SignalledStream = {
  live: true,
  rtp: true,
  ip: "198.51.100.20",
  port: 30_000,
  unspecified: false,
  rtcpIp: "198.51.100.20",
  rtcpPort: 30_001,
  types: [0],
  sends: true,
  receives: true,
};

function signal(change: Partial<SignalledStream> = {}): Signal {
  return { stream: { ...STREAM, ...change }, sipIp: PROXY_IP, environment: ENVIRONMENT };
}

function aimOf(end: FarEnd, part: 0 | 1 = 0): string {
  return `${end.tracks[part].toIp}:${end.tracks[part].toPort}`;
}

Deno.test("packets go to the accepted source, before it to the signalled address", () => {
  const end = new FarEnd(LEG, "a", signal());
  assertEquals([aimOf(end), aimOf(end, 1)], ["198.51.100.20:30000", "198.51.100.20:30001"]);
  end.tracks[0].accept("198.51.100.21", 5);
  assertEquals([aimOf(end), aimOf(end, 1)], ["198.51.100.21:5", "198.51.100.20:30001"]);
});

Deno.test("an address that must not be sent to is unknown until it is learned", () => {
  for (const ip of ["192.168.1.50", "127.0.0.1", "10.0.0.5"]) {
    const end = new FarEnd(LEG, "a", signal({ ip, rtcpIp: ip }));
    assertEquals([end.tracks[0].toPort, end.tracks[1].toPort], [0, 0], ip);
  }
});

Deno.test("the same address again keeps what was accepted, another one re-opens learning", () => {
  const end = new FarEnd(LEG, "a", signal());
  end.tracks[0].accept("198.51.100.21", 5);
  end.signal(signal());
  assertEquals(aimOf(end), "198.51.100.21:5");
  end.signal(signal({ port: 30_002 }));
  assertEquals([end.tracks[0].acceptedPort, aimOf(end)], [0, "198.51.100.20:30002"]);
});

Deno.test("a new address that was already accepted needs no learning", () => {
  const end = new FarEnd(LEG, "a", signal());
  end.tracks[0].accept("198.51.100.21", 5);
  end.signal(signal({ ip: "198.51.100.21", port: 5 }));
  assertEquals(end.tracks[0].acceptedPort, 5);
});

Deno.test("an unreachable new address leaves the last accepted source served", () => {
  const end = new FarEnd(LEG, "a", signal());
  end.tracks[0].accept("198.51.100.21", 5);
  end.signal(signal({ ip: "10.0.0.5" }));
  assertEquals(end.tracks[0].acceptedPort, 0);
  assertEquals(end.tracks[0].servesFormer("198.51.100.21", 5), true);
  assertEquals(end.tracks[0].servesFormer("198.51.100.21", 6), false);
  assertEquals(aimOf(end), "198.51.100.21:5");
  end.tracks[0].accept("198.51.100.30", 9);
  assertEquals(end.tracks[0].servesFormer("198.51.100.21", 5), false);
});

Deno.test("going back to the address before brings its accepted source back", () => {
  const end = new FarEnd(LEG, "a", signal());
  end.tracks[0].accept("198.51.100.21", 5);
  end.signal(signal({ port: 30_002 }));
  end.signal(signal());
  assertEquals([end.tracks[0].acceptedPort, aimOf(end)], [5, "198.51.100.21:5"]);
});

Deno.test("a hold by 0.0.0.0 changes no address", () => {
  const end = new FarEnd(LEG, "a", signal());
  end.tracks[0].accept("198.51.100.21", 5);
  const { ip: _ip, rtcpIp: _rtcpIp, ...held } = { ...STREAM, unspecified: true };
  end.signal({ ...signal(), stream: held });
  assertEquals(end.tracks[0].signalledIp, "198.51.100.20");
  assertEquals(aimOf(end), "198.51.100.21:5");
  const first = new FarEnd(LEG, "a", { ...signal(), stream: held });
  assertEquals([first.tracks[0].signalledIp, first.tracks[0].toPort], [undefined, 0]);
});

Deno.test("a signalled address of ours is perhaps another leg of ours", () => {
  assertEquals(new FarEnd(LEG, "a", signal()).joinKey, undefined);
  const own = signal({ ip: OUTSIDE_LOCAL, port: 10_010 });
  assertEquals(new FarEnd(LEG, "a", own).joinKey, `${OUTSIDE_LOCAL}:10010`);
  assertEquals(new FarEnd({ ...LEG, side: "inside" }, "a", own).joinKey, undefined);
});

Deno.test("an address that was ours when it was named is never sent to, not even when it is ours no longer", () => {
  const own = signal({ ip: OUTSIDE_LOCAL, port: 10_010 });
  const end = new FarEnd(LEG, "a", own);
  end.look({ ...own.environment, ownIps: [], locals: [], advertised: "203.0.113.99" });
  assertEquals([end.joinKey, aimOf(end)], [`${OUTSIDE_LOCAL}:10010`, ":0"]);
  const restored = new FarEnd(LEG, "a", signal());
  restored.stayOurs(ENVIRONMENT);
  assertEquals([restored.joinKey, aimOf(restored)], ["198.51.100.20:30000", ":0"]);
  end.signal(signal({ ip: "198.51.100.20", port: 30_000 }));
  assertEquals([end.joinKey, aimOf(end)], [undefined, "198.51.100.20:30000"]);
});

Deno.test("the ten seconds of learning begin only while nothing is accepted", () => {
  const end = new FarEnd(LEG, "a", signal());
  end.openWindow(5);
  assertEquals(end.answeredAt, 5);
  end.tracks[0].accept("198.51.100.20", 1);
  end.openWindow(9);
  assertEquals(end.answeredAt, 5);
});

Deno.test("a far end that inherits knows what the other learned", () => {
  const base = new FarEnd(LEG, undefined, signal());
  base.tracks[0].accept("198.51.100.21", 5);
  const end = new FarEnd(LEG, "a", signal());
  end.inherit(base);
  assertEquals(aimOf(end), "198.51.100.21:5");
  end.tracks[0].accept("198.51.100.22", 6);
  assertEquals(aimOf(base), "198.51.100.21:5");
});

Deno.test("a track without anything goes nowhere", () => {
  const track = new Track();
  track.aim();
  assertEquals([track.toIp, track.toPort], ["", 0]);
  assertEquals(track.servesFormer("", 0), false);
});
