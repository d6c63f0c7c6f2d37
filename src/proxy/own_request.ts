import type { Flow } from "../base/address.ts";
import type { Side } from "../base/side.ts";
import { withTopValue } from "../sip/edit.ts";
import type { SipRequest } from "../sip/message.ts";
import { MAGIC_COOKIE } from "../sip/via.ts";
import type { Passage } from "./contexts.ts";
import { withStrictRoute } from "./routes.ts";
import { hasOutside, ownVia, viewFor } from "./view.ts";
import { resolveOutward } from "./way_out.ts";
import type { World } from "./world.ts";

/** A request of our own in a dialog, with our Via, and the branch parameter of that. */
export interface OwnRequest {
  readonly request: SipRequest;
  readonly branch: string;
}

/** Puts our Via on a request of our own; undefined while we do not know our address on that side. */
export function ownRequest(
  world: World,
  request: SipRequest,
  { side, flow }: { side: Side; flow: Flow },
): OwnRequest | undefined {
  const view = viewFor(world, side, flow.remote.ip);
  if (view === undefined) return undefined;
  const branch = `${MAGIC_COOKIE}${world.newTag()}`;
  const via = ownVia(view, { flow, branch });
  return { request: withTopValue(withStrictRoute(request), "Via", via), branch };
}

/**
 * Sends a request of our own to the far end of a dialog the way that a phone's would go: by its route set, else to its
 * Contact, else to its peer (RULES N1). False while we do not know our address outside.
 */
export function sendToFarEnd(
  world: World,
  passage: Passage,
  send: (flow: Flow, own: OwnRequest) => void,
): boolean {
  if (!hasOutside(world)) return false;
  resolveOutward(world, passage, {
    routed: passage.request,
    done: ({ flows, routed }) => {
      const flow = flows.ok ? flows.value[0] : undefined;
      const own = flow && ownRequest(world, routed, { side: "outside", flow });
      if (flow === undefined || own === undefined) return world.count("own.unroutable");
      send(flow, own);
    },
  });
  return true;
}
