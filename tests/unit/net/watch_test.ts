import { assertEquals } from "@std/assert";
import type { NetworkReading } from "../../../src/net/interfaces.ts";
import type { NetworkPlan } from "../../../src/net/plan.ts";
import { NetworkWatcher } from "../../../src/net/watch.ts";
import { host, settings } from "./hosts.ts";

const OUTSIDE = ["eth0 default 203.0.113.1"];
const TWO = host(["eth0 203.0.113.2/24", "eth1 192.168.1.1/24"], OUTSIDE);
const MOVED = host(["eth0 203.0.113.3/24", "eth1 192.168.1.1/24"], OUTSIDE);
const DOWN = host(["eth1 192.168.1.1/24"]);

/** A watcher over a host that the test changes; nothing is polled but by `poll()`. */
async function bench(first: NetworkReading, chosen = settings("eth1", "eth0")) {
  let reading = first;
  let routesRead = 0;
  let steady = 0;
  const changes: string[] = [];
  const watcher = new NetworkWatcher({
    settings: chosen,
    reader: {
      addresses: () => reading,
      routes: () => (routesRead++, Promise.resolve({ routes: reading.routes })),
    },
    changed: (plan: NetworkPlan) => Promise.resolve(void changes.push(String(plan.outsideIp))),
    steady: () => Promise.resolve(void steady++),
  });
  await watcher.first();
  const poll = async (next: NetworkReading, times = 1) => {
    reading = next;
    for (let count = 0; count < times; count++) await watcher.poll();
  };
  return { watcher, changes, poll, steady: () => steady, routesRead: () => routesRead };
}

Deno.test("nothing is told while nothing changes", async () => {
  const { changes, poll, steady } = await bench(TWO);
  await poll(TWO, 5);
  assertEquals([changes, steady()], [[], 5]);
});

Deno.test("a new outside address is told at the next poll", async () => {
  const { changes, poll } = await bench(TWO);
  await poll(MOVED, 3);
  assertEquals(changes, ["203.0.113.3"]);
});

Deno.test("an address that goes away for a moment is not believed, one that stays away is", async () => {
  const { changes, poll } = await bench(TWO);
  await poll(DOWN, 2);
  await poll(TWO, 1);
  await poll(DOWN, 2);
  assertEquals(changes, []);
  await poll(DOWN, 1);
  assertEquals(changes, ["undefined"]);
});

Deno.test("an outside that comes up late is told", async () => {
  const { changes, poll } = await bench(DOWN);
  await poll(TWO, 1);
  assertEquals(changes, ["203.0.113.2"]);
});

Deno.test("once there were two networks, the one that is left stays on its own side", async () => {
  const late = await bench(DOWN, settings());
  await late.poll(TWO, 1);
  await late.poll(DOWN, 3);
  assertEquals(late.changes, ["203.0.113.2", "undefined"]);
});

Deno.test("routes, which cost a process, are read rarely once everything is steady", async () => {
  const { poll, routesRead } = await bench(TWO);
  await poll(TWO, 10);
  const settled = routesRead();
  await poll(TWO, 100);
  assertEquals(routesRead() - settled, 10);
});

Deno.test("routes that cannot be read have not changed", async () => {
  let problem: { problem?: string } = {};
  const changes: string[] = [];
  const watcher = new NetworkWatcher({
    settings: settings("auto", "auto"),
    reader: {
      addresses: () => TWO,
      routes: () => Promise.resolve({ routes: "problem" in problem ? [] : TWO.routes, ...problem }),
    },
    changed: (plan: NetworkPlan) => Promise.resolve(void changes.push(String(plan.outsideIp))),
  });
  assertEquals((await watcher.first()).outsideIp, "203.0.113.2");
  problem = { problem: "Too many open files" };
  for (let count = 0; count < 30; count++) await watcher.poll();
  assertEquals([changes, watcher.problem], [[], "Too many open files"]);
});

Deno.test("while a side is missing the routes are read at every poll", async () => {
  const { poll, routesRead } = await bench(DOWN);
  await poll(DOWN, 50);
  assertEquals(routesRead(), 51);
});

Deno.test("a fault that comes with a route is told, though no address changes", async () => {
  const { changes, poll } = await bench({ ...TWO, routes: [] });
  await poll({ ...TWO, routes: [] }, 3);
  assertEquals(changes, []);
  await poll({ ...TWO, routes: host([], ["eth1 default 192.168.1.254"]).routes }, 1);
  assertEquals(changes, ["203.0.113.2"]);
});

Deno.test("an interface that comes up without an address is told", async () => {
  let devices = ["eth1"];
  const said: string[] = [];
  const watcher = new NetworkWatcher({
    settings: settings("eth1", "eth0"),
    reader: {
      addresses: () => DOWN,
      routes: () => Promise.resolve({ routes: [] }),
      devices: () => Promise.resolve(devices),
    },
    changed: (plan) => Promise.resolve(void said.push(plan.sentences[0]!.text)),
  });
  const first = await watcher.first();
  assertEquals(
    first.sentences[0]?.text,
    "There is no interface eth0, which [outside] interface names; this host has eth1; " +
      "waiting for it",
  );
  await watcher.poll();
  devices = ["eth0", "eth1"];
  await watcher.poll();
  await watcher.poll();
  assertEquals(said, [
    "Outside interface eth0 has no IPv4 address yet (those that have one: eth1); waiting for it",
  ]);
});

Deno.test("other settings are planned at once", async () => {
  const { watcher, changes } = await bench(TWO);
  await watcher.reload(settings("eth1", "eth1"));
  assertEquals(changes, ["192.168.1.1"]);
});

Deno.test("settings that name an absent interface are told so at once, long after the start", async () => {
  const said: string[] = [];
  const watcher = new NetworkWatcher({
    settings: settings("eth1", "eth0"),
    reader: {
      addresses: () => TWO,
      routes: () => Promise.resolve({ routes: TWO.routes }),
      devices: () => Promise.resolve(["eth0", "eth1"]),
    },
    changed: (plan) => Promise.resolve(void said.push(plan.sentences[0]!.text)),
  });
  await watcher.first();
  for (let count = 0; count < 31; count++) await watcher.poll();
  await watcher.reload(settings("lan9", "eth0"));
  await watcher.poll();
  assertEquals(said, [
    "There is no interface lan9, which [inside] interface names; this host has eth0, eth1; " +
    "waiting for it",
  ]);
});

Deno.test("a poll that fails is a problem in words, and polling goes on", async () => {
  let polls = 0;
  const watcher = new NetworkWatcher({
    settings: settings(),
    reader: {
      addresses: () => {
        if (++polls === 2) throw new Error("No interfaces today");
        return TWO;
      },
      routes: () => Promise.resolve({ routes: [] }),
    },
    changed: () => Promise.resolve(),
    intervalMs: 1,
  });
  await watcher.first();
  watcher.start();
  while (polls < 4) await new Promise((resolve) => setTimeout(resolve, 1));
  await watcher.stop();
  const after = polls;
  await new Promise((resolve) => setTimeout(resolve, 5));
  assertEquals(polls, after);
});
