import { absenceSince } from "../base/stored_time.ts";
import { headerValues } from "../sip/headers.ts";
import { replyFlow } from "./destination.ts";
import { holderOf } from "./holders.ts";
import { TIMES } from "./times.ts";
import { RELEASED_AT_WALL_MS } from "./release_date.ts";
import { stampVia } from "./requests.ts";
import { readFailure, readInvite, readResponse } from "./stored_shapes.ts";
import type { World } from "./world.ts";

/** Sends the failure of an INVITE again until its ACK (RULES X1); one that nobody waits for any more is `over`, one for which the table has no place is `full`. */
export function restoreFailure(
  world: World,
  value: unknown,
): "restored" | "over" | "unreadable" | "full" {
  const record = readFailure(value);
  const request = record && readInvite(record.request);
  const response = record && readResponse(record.response);
  if (request === undefined || response === undefined || response.status < 300) return "unreadable";
  const { savedAtWallMs } = value as { savedAtWallMs?: unknown };
  const savedAt = typeof savedAtWallMs === "number" ? savedAtWallMs : NaN;
  if (absenceSince(savedAt, world.wall(), RELEASED_AT_WALL_MS) > TIMES.memory) return "over";
  const { source, side } = record!;
  const stamped = stampVia(request, source);
  if (world.servers.find(stamped, source) !== undefined) return "over";
  const holder = holderOf(world, { side, source, urgent: false });
  const server = world.servers.restoreFailed(stamped, source, {
    now: world.now,
    holder,
    response,
  });
  if (server === undefined) {
    world.count("full.transactions");
    return "full";
  }
  const vias = headerValues(stamped, "via");
  server.context = {
    server,
    request,
    side,
    source,
    holder,
    reply: replyFlow(source, vias[0]),
    vias,
    parent: undefined,
    depth: 0,
    branches: [],
    identities: [],
    final: response.status,
    cancelled: false,
    cancelReasons: [],
    failureKept: true,
    call: undefined,
    dialog: undefined,
    party: undefined,
    register: undefined,
  };
  return "restored";
}
