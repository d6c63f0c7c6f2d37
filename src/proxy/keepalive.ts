import { remoteKey } from "./bindings.ts";
import type { World } from "./world.ts";

/** What is sent to keep a NAT's or firewall's mapping (RFC 5626 §3.5.1). */
const PING = "\r\n\r\n";

/** Every `keepalive` interval: once to each outside flow that carries a binding, and to each UDP phone flow (RULES N6). */
export function startKeepalives(world: World): void {
  const interval = world.settings.outside.keepaliveMs;
  world.heap.cancel(world.timers.keepalive);
  world.timers.keepalive = world.heap.schedule(world.now + interval, () => {
    sendKeepalives(world);
    startKeepalives(world);
  });
}

function sendKeepalives(world: World): void {
  const done = new Set<string>();
  for (const binding of world.bindings.values()) {
    const { token, registrar, flow } = binding;
    const outside = `outside ${registrar.ip}:${registrar.port}`;
    if (!done.has(outside)) {
      done.add(outside);
      world.send({ kind: "binding", token, side: "outside" }, PING);
    }
    const inside = `inside ${remoteKey(flow)}`;
    if (flow.transport !== "udp" || done.has(inside)) continue;
    done.add(inside);
    world.send({ kind: "binding", token, side: "inside" }, PING);
  }
}
