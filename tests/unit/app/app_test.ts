import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { App } from "../../../src/app/app.ts";
import { StartError } from "../../../src/app/start_error.ts";
import { LIMITS } from "../../../src/base/limits.ts";
import { refuse } from "../../../src/base/result.ts";
import type { UdpCounters } from "../../../src/net/udp.ts";
import type { CoreEvent, Network } from "../../../src/proxy/events.ts";
import type { Settings } from "../../../src/proxy/settings.ts";
import { host } from "../net/hosts.ts";
import { loopbackSettings, SmallWorld, until } from "./small_world.ts";

async function begin(world: SmallWorld, settings: Settings = loopbackSettings()): Promise<App> {
  const options = world.options();
  const app = new App(settings, options, options.world as ConstructorParameters<typeof App>[2]);
  await app.bind();
  await app.run("/nowhere/state.kv", undefined);
  return app;
}

function networks(events: readonly CoreEvent[]): Network[] {
  return events.flatMap((event) => event.type === "network.changed" ? [event.network] : []);
}

function open(hostname: string, port = 0): Deno.DatagramConn {
  return Deno.listenDatagram({ transport: "udp", hostname, port });
}

Deno.test("the core hears of the network, is started, and only then gets messages", async () => {
  const world = new SmallWorld();
  const app = await begin(world);
  const [inside, outside] = app.listeners;
  assertEquals([inside?.sides, outside?.sides], [["inside"], ["outside"]]);
  const [network] = networks(world.core.events);
  assertEquals([network?.listeners.length, network?.advertised], [2, "127.0.2.1"]);
  assertEquals(world.core.started, 1);
  const phone = open("127.0.1.2");
  const to = { transport: "udp", hostname: "127.0.1.1", port: inside!.address.port } as const;
  await phone.send(new TextEncoder().encode("OPTIONS \xe9"), to);
  await until(() => world.core.events.length === 2);
  const event = world.core.events[1];
  assert(event?.type === "sip.received");
  assertEquals([event.text, event.flow.listener], ["OPTIONS \xc3\xa9", inside!.id]);
  assertEquals(event.flow.remote.ip, "127.0.1.2");
  phone.close();
  await app.stop();
  assertEquals(world.closed, 1);
});

Deno.test("a message that must not be lost leaves after its record is stored", async () => {
  const world = new SmallWorld();
  const phone = open("127.0.1.2");
  const order: string[] = [];
  world.core.answer = (event) => {
    if (event.type !== "sip.received") return [];
    world.core.flow = event.flow;
    const owner = { kind: "reply", id: 1 } as const;
    return [
      { type: "store.set", key: ["v1", "binding"], value: "kept", when: "urgent" },
      { type: "sip.send", owner, text: "200 OK", committed: true },
    ];
  };
  const app = await begin(world);
  const { port } = app.listeners[0]!.address;
  await phone.send(new Uint8Array([1]), { transport: "udp", hostname: "127.0.1.1", port });
  const [bytes] = await phone.receive();
  order.push(new TextDecoder().decode(bytes), String(world.stored.get("v1/binding")));
  assertEquals(order, ["200 OK", "kept"]);
  phone.close();
  await app.stop();
});

Deno.test("the orderly end stores what waits, a drop does not, and both free the sockets", async () => {
  for (const [how, kept] of [["stop", 1], ["drop", undefined]] as const) {
    const world = new SmallWorld();
    world.core.answer = (event) =>
      event.type === "network.changed"
        ? [
          { type: "store.set", key: ["late"], value: 1, when: "lazy" },
          { type: "media.bind", pair: { pair: 0, ip: "127.0.1.1", port: 41_000 } },
        ]
        : [];
    const app = await begin(world);
    await until(() => world.core.events.some((event) => event.type === "media.bound"));
    const { port } = app.listeners[0]!.address;
    await app[how]();
    assertEquals([world.stored.get("late"), world.closed], [kept, 1], how);
    open("127.0.1.1", port).close();
    open("127.0.1.1", 41_001).close();
    await app.stop();
    assertEquals(world.closed, 1);
  }
});

Deno.test("a port in use ends the start with listener, address, process and next step", async () => {
  const taken = open("127.0.1.1");
  const { port } = taken.addr as Deno.NetAddr;
  const world = new SmallWorld();
  const settings = loopbackSettings();
  const busy = {
    ...settings,
    inside: { ...settings.inside, listen: [{ transport: "udp", port }] },
  } as const;
  const options = world.options();
  const app = new App(busy, options, options.world as ConstructorParameters<typeof App>[2]);
  const error = await assertRejects(() => app.bind(), StartError);
  assertEquals(
    error.message,
    `Could not listen on inside udp 127.0.1.1:${port}: udp ${port} on 127.0.1.1 is taken by ` +
      `process deno (pid ${Deno.pid}); end it, or set another port in [inside] listen`,
  );
  await app.drop();
  taken.close();
});

Deno.test("an outside that is not there at the start is taken when it comes, another address too", async () => {
  const world = new SmallWorld();
  const settings = loopbackSettings({ interface: "ppp7" });
  const app = await begin(world, settings);
  assertEquals(app.listeners.length, 1);
  assertEquals(app.advertised, undefined);
  world.reading = host(["ppp7 127.0.2.1/32"]);
  await until(() => app.listeners.length === 2);
  assertEquals(networks(world.core.events).at(-1)?.advertised, "127.0.2.1");
  world.reading = host(["ppp7 127.0.2.9/32"]);
  await until(() => app.advertised === "127.0.2.9");
  await until(() => networks(world.core.events).at(-1)?.advertised === "127.0.2.9");
  assertEquals(app.listeners[1]?.address.ip, "127.0.2.9");
  await app.stop();
});

Deno.test("an outside address that this host does not have yet is a warning, not the end", async () => {
  const world = new SmallWorld();
  const app = await begin(world, loopbackSettings({ interface: "203.0.113.77/24" }));
  assertEquals(app.listeners.map((one) => one.sides), [["inside"]]);
  const told = world.log.filter((line) => line.startsWith("warn "));
  assertStringIncludes(told.join("\n"), "203.0.113.77:0: this host does not have the address now");
  await app.stop();
});

Deno.test("a port that another program holds later is tried again until it is free", async () => {
  const world = new SmallWorld();
  const blocker = open("127.0.2.1");
  const { port } = blocker.addr as Deno.NetAddr;
  const listen = [{ transport: "udp", port }] as const;
  const app = await begin(world, loopbackSettings({ interface: "ppp7", listen }));
  world.reading = host(["ppp7 127.0.2.1/32"]);
  await until(() => world.log.some((line) => line.includes("the port is in use")));
  blocker.close();
  await until(() => app.listeners.length === 2);
  await until(() => networks(world.core.events).at(-1)?.listeners.length === 2);
  assertEquals(world.log.filter((line) => line.includes("the port is in use")).length, 1);
  await app.stop();
});

Deno.test("an advertised name is followed, and the core hears its address", async () => {
  const world = new SmallWorld();
  world.names = { "edge.example": "198.51.100.7" };
  const app = await begin(
    world,
    loopbackSettings({ advertise: { kind: "name", name: "edge.example" } }),
  );
  assertEquals(networks(world.core.events)[0]?.advertised, undefined);
  await until(() => networks(world.core.events).at(-1)?.advertised === "198.51.100.7");
  assertStringIncludes(
    world.log.join("\n"),
    `[outside] advertise = "edge.example" is now 198.51.100.7`,
  );
  await app.stop();
});

Deno.test("a store that fails is told once an hour, and messages leave all the same", async () => {
  const world = new SmallWorld();
  world.commitAnswer = refuse("No space left on device");
  world.core.answer = (event) =>
    event.type === "sip.received"
      ? [{ type: "store.set", key: ["a"], value: event.text, when: "urgent" }]
      : [];
  const app = await begin(world);
  const phone = open("127.0.1.2");
  const { port } = app.listeners[0]!.address;
  for (const commits of [1, 2, 3]) {
    await phone.send(new Uint8Array([65]), { transport: "udp", hostname: "127.0.1.1", port });
    await until(() => world.commits === commits);
  }
  const told = world.log.filter((line) => line.includes("No space left on device"));
  assertEquals(told.length, 1);
  assertStringIncludes(told[0]!, "warn Could not save the state");
  phone.close();
  await app.drop();
});

Deno.test("a reload changes what it can and names what it cannot", async () => {
  const world = new SmallWorld();
  const settings = loopbackSettings();
  const app = await begin(world, settings);
  const next: Settings = {
    ...settings,
    outside: { ...settings.outside, advertise: { kind: "ip", ip: "198.51.100.9" }, keepaliveMs: 1 },
    media: { ...settings.media, idleMs: 1 },
  };
  await app.reload(next);
  await until(() => networks(world.core.events).at(-1)?.advertised === "198.51.100.9");
  assertStringIncludes(
    world.log.join("\n"),
    "warn Changed only by a restart: [media] idle",
  );
  const told = world.core.events.filter((event) => event.type === "settings.changed");
  assertEquals(told.map((event) => event.settings), [
    { ...next, media: settings.media },
  ]);
  await app.stop();
});

Deno.test("what the core does not admit is not even read", async () => {
  const world = new SmallWorld();
  const app = await begin(world);
  const { ip, port } = app.listeners.find(({ sides }) => sides.includes("inside"))!.address;
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.1.9", port: 0 });
  const send = (text: string) =>
    socket.send(new TextEncoder().encode(text), { transport: "udp", hostname: ip, port });
  const received = () =>
    world.core.events.flatMap((event) => event.type === "sip.received" ? [event.text] : []);
  world.core.exhausted.add("127.0.1.9");
  await send("first");
  await until(() => world.core.asked > 0);
  world.core.exhausted.clear();
  await send("second");
  await until(() => received().length > 0);
  assertEquals(received(), ["second"]);
  socket.close();
  await app.stop();
});

Deno.test("a datagram of the largest message is read, one byte more is dropped and counted", async () => {
  const world = new SmallWorld();
  const app = await begin(world);
  const { id, address } = app.listeners.find(({ sides }) => sides.includes("inside"))!;
  const socket = open("127.0.1.9");
  const to = { transport: "udp", hostname: address.ip, port: address.port } as const;
  const counted = () =>
    (app.snapshot() as { listeners: Record<string, UdpCounters> }).listeners[id]!;
  await socket.send(new Uint8Array(LIMITS.messageBytes + 1).fill(65), to);
  await until(() => counted().received === 1);
  await socket.send(new Uint8Array(LIMITS.messageBytes).fill(66), to);
  const received = () =>
    world.core.events.flatMap((event) => event.type === "sip.received" ? [event.text] : []);
  await until(() => received().length > 0);
  assertEquals(received().map((text) => text.length), [LIMITS.messageBytes]);
  assertEquals(counted().oversized, 1);
  socket.close();
  await app.stop();
});

Deno.test("a fault of the core is logged with its cause and does not end the program", async () => {
  const world = new SmallWorld();
  world.core.answer = (event) => {
    if (event.type === "network.changed") throw new Error("Broken rule");
    return [];
  };
  const app = await begin(world);
  assertEquals(world.core.started, 1);
  assertStringIncludes(
    world.log.join("\n"),
    "error A fault of sipmasq itself, please report it: Error: Broken rule",
  );
  await app.stop();
});

Deno.test("a snapshot holds the core's tables and the shell's counters", async () => {
  const world = new SmallWorld();
  const app = await begin(world);
  const snapshot = app.snapshot();
  assertEquals(Object.keys(snapshot), [
    "core",
    "listeners",
    "loop",
    "sends",
    "media",
    "store",
    "dns",
  ]);
  assertEquals(snapshot.core?.counters, { events: 1 });
  await app.stop();
});

Deno.test("sides that cannot serve any more are told once, and the program goes on", async () => {
  const world = new SmallWorld();
  world.reading = host(["lo0 127.0.1.1/24", "lo1 127.0.2.1/24"]);
  const app = await begin(world);
  const told = () => world.log.filter((line) => line.includes("default route goes through"));
  assertEquals(told(), []);
  world.reading = host(["lo0 127.0.1.1/24", "lo1 127.0.2.1/24"], ["lo0 default 127.0.1.254"]);
  await until(() => told().length > 0);
  // Another change of the network, while the fault holds on.
  const routes = ["lo0 default 127.0.1.254", "lo1 10.9.0.0/16"];
  world.reading = host(["lo0 127.0.1.1/24", "lo1 127.0.2.1/24"], routes);
  await until(() => networks(world.core.events).length === 3);
  assertEquals(told(), [
    "error The default route goes through lo0, which [inside] interface = " +
    '"127.0.1.1/24" names: the provider is there, not the phones; swap the two: write ' +
    'interface = "127.0.2.1/24" under [inside] and interface = "127.0.1.1/24" under [outside]',
  ]);
  assertEquals(app.listeners.length, 2);
  await app.stop();
});

Deno.test("a name that leads inside is not advertised", async () => {
  const world = new SmallWorld();
  world.names = { "home.example.org": "127.0.1.1" };
  const advertise = { kind: "name", name: "home.example.org" } as const;
  const app = await begin(world, loopbackSettings({ advertise }));
  await until(() => world.log.some((line) => line.includes("gives no address")));
  const line = world.log.find((line) => line.includes("gives no address"))!;
  assertStringIncludes(
    line,
    'warn [outside] advertise = "home.example.org" gives no address: Cannot advertise 127.0.1.1: ',
  );
  assertStringIncludes(line, "; phones can neither register nor call until it does");
  assertEquals(app.advertised, undefined);
  await app.stop();
});
