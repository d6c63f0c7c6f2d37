import { type Flow, makeAddress } from "../base/address.ts";
import { hasParam } from "../sip/params.ts";
import { parseVia } from "../sip/via.ts";
import { currentFlow, outsideFlow } from "./targets.ts";
import type { Owner } from "./events.ts";
import type { World } from "./world.ts";

/**
 * Reads from an owner's table where its message goes: the only place in the program that turns an
 * effect into an address (DESIGN §2). Undefined when the owner is gone.
 */
export function destination(world: World, owner: Owner): Flow | undefined {
  switch (owner.kind) {
    case "server": {
      const context = world.servers.get(owner.id)?.context;
      return context && currentFlow(world, context.side, context.reply);
    }
    case "client": {
      const sending = world.clients.get(owner.id)?.context;
      return sending && currentFlow(world, sending.branch?.side ?? "outside", sending.flow);
    }
    case "dialog":
      return world.dialogs.get(owner.key)?.hops[owner.side];
    case "binding": {
      const binding = world.bindings.get(owner.token);
      if (binding === undefined) return undefined;
      if (owner.side === "inside") return currentFlow(world, "inside", binding.flow);
      const target = outsideFlow(world, binding.registrar);
      return target.ok ? target.value : undefined;
    }
    case "reply":
      return world.replies.get(owner.id)?.flow;
    default:
      return owner satisfies never;
  }
}

/**
 * Where an answer goes (RULES V4): with `rport` to the packet's source (RFC 3581), without to its
 * IP and the Via's port (RFC 3261 §18.2.2); on connections always back on the connection.
 */
export function replyFlow(flow: Flow, topVia: string | undefined): Flow {
  const via = parseVia(topVia ?? "");
  if (flow.transport !== "udp" || !via.ok || hasParam(via.value.params, "rport")) return flow;
  const remote = makeAddress(flow.remote.ip, via.value.port ?? 5060);
  return remote.ok ? { ...flow, remote: remote.value } : flow;
}
