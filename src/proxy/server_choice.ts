import type { Flow } from "../base/address.ts";
import { callId, headerText } from "../sip/headers.ts";
import type { SipRequest } from "../sip/message.ts";
import { parseNameAddr } from "../sip/name_addr.ts";
import { uriKey } from "../sip/uri.ts";
import { type Binding, remoteKey } from "./bindings.ts";
import type { Passage } from "./contexts.ts";
import type { ServerQuery, ServerRecord } from "./events.ts";
import { isDead } from "./server_health.ts";
import { senderBinding } from "./sender.ts";
import { currentFlow, outsideTarget } from "./targets.ts";
import { TIMES } from "./times.ts";
import type { World } from "./world.ts";

/* Which of a domain's servers a request goes to (RULES N3): the one that knows the phone, else as RFC 2782 draws. */

/** Name of a query, for pins and log lines. */
export function hopName(query: ServerQuery): string {
  return query.port === undefined
    ? query.host.toLowerCase()
    : `${query.host.toLowerCase()}:${query.port}`;
}

/** RFC 2782: by priority, within it drawn by weight. */
export function orderServers(world: World, servers: readonly ServerRecord[]): ServerRecord[] {
  const left = servers.filter((server) => server.transport === "udp");
  const ordered: ServerRecord[] = [];
  while (left.length > 0) {
    const priority = Math.min(...left.map((server) => server.priority));
    const group = left.filter((server) => server.priority === priority);
    let draw = world.random() * group.reduce((sum, server) => sum + server.weight + 1, 0);
    const drawn = group.find((server) => (draw -= server.weight + 1) < 0) ?? group[0]!;
    ordered.push(drawn);
    left.splice(left.indexOf(drawn), 1);
  }
  return ordered;
}

/** The pinned server first (RULES N3), those that kept silent lately last (RULES N4). */
export function preferPinned(
  world: World,
  flows: readonly Flow[],
  options: { query: ServerQuery; passage: Passage },
): readonly Flow[] {
  const alive = flows.filter((flow) => !isDead(world, flow));
  const dead = flows.filter((flow) => isDead(world, flow));
  const pinned = pinnedFlow(world, options);
  if (pinned === undefined || isDead(world, pinned)) return [...alive, ...dead];
  const others = [...alive, ...dead].filter((flow) => remoteKey(flow) !== remoteKey(pinned));
  return [pinned, ...others];
}

/** The server that a request is bound to: that of its challenge, else that of its AOR's REGISTER; undefined for none. */
export function pinnedFlow(
  world: World,
  options: { query: ServerQuery; passage: Passage },
): Flow | undefined {
  const { query, passage } = options;
  const hop = hopName(query);
  const pin = world.pins.get(pinKey(hop, passage.request));
  if (pin !== undefined && pin.until > world.now) return currentFlow(world, "outside", pin.flow);
  const from = parseNameAddr(headerText(passage.request, "from") ?? "");
  const aor = from.ok ? uriKey(from.value.uri) : "";
  const binding = world.bindings.ofAor(aor).find((candidate) => candidate.hop === hop) ??
    domainBinding(world, passage, query);
  if (binding === undefined) return undefined;
  const target = outsideTarget(world, binding.registrar);
  return target.ok ? target.value : undefined;
}

/** The sender's binding when the name is that of its registrar, or the domain of its own address (RULES N3). */
function domainBinding(
  world: World,
  passage: Passage,
  query: ServerQuery,
): Binding | undefined {
  const binding = senderBinding(world, passage);
  const hop = hopName(query);
  if (binding?.hop === hop) return binding;
  // Somebody else's server may have granted an address of that domain: its answer would be the domain's (RULES C1).
  const registers = passage.request.method === "REGISTER";
  return binding?.domain === hop && !registers ? binding : undefined;
}

/** A REGISTER has pins of its own: who stands in for a domain that is not found is not its registrar (RULES C1). */
function pinKey(hop: string, request: SipRequest): string {
  const { method } = request;
  return `${method === "REGISTER" ? method : ""} ${hop} ${callId(request)}`;
}

/** A challenged request's retry goes where the challenge came from (RULES N3). */
export function pinCall(
  world: World,
  request: SipRequest,
  options: { hop: string; flow: Flow },
): void {
  if (options.hop === "") return;
  const key = pinKey(options.hop, request);
  // All are remembered equally long, so those that are over stand first.
  for (const [old, pin] of world.pins.entries()) {
    if (pin.until > world.now) break;
    world.pins.delete(old);
  }
  world.pins.delete(key);
  world.pins.set(key, { flow: options.flow, until: world.now + TIMES.memory });
}
