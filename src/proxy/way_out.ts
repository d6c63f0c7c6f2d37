import type { Flow } from "../base/address.ts";
import type { Result } from "../base/result.ts";
import { withoutTopValue } from "../sip/edit.ts";
import { headerValues } from "../sip/headers.ts";
import type { SipRequest } from "../sip/message.ts";
import type { Passage, Refusal } from "./contexts.ts";
import { asFarEndWrote } from "./far_end_uris.ts";
import { withLocalTarget } from "./local_target.ts";
import { type Hop, nextHop, resolveHop } from "./next_hop.ts";
import { withBracketedRoutes, withoutOwnRoutes } from "./routes.ts";
import { isOwnAddress } from "./view.ts";
import type { World } from "./world.ts";

/** Where a request from inside goes, and the request with the route that is left of it. */
export interface WayOut {
  readonly flows: Result<readonly Flow[], Refusal>;
  readonly hop: Hop;
  readonly routed: SipRequest;
}

/** Finds the way out; a Route entry that names us by a name is ours like one by an address (RULES N1). */
export function resolveOutward(
  world: World,
  passage: Passage,
  options: { routed: SipRequest; done: (way: WayOut) => void },
): void {
  const { routed, done } = options;
  const hop = nextHop(world, passage, routed);
  resolveHop(world, hop, {
    passage,
    done: (flows) => {
      const byRoute = headerValues(routed, "route").length > 0;
      if (!byRoute || !flows.ok || !leadsToUs(world, flows.value)) {
        return done({ flows, hop, routed });
      }
      const request = withoutTopValue(routed, "route");
      resolveOutward(world, passage, {
        routed: routeOutward(world, { ...passage, request }),
        done,
      });
    },
  });
}

/** True when flows lead to our own address. */
export function leadsToUs(world: World, flows: readonly Flow[]): boolean {
  const remote = flows[0]?.remote;
  return remote !== undefined && isOwnAddress(world, remote.ip, remote.port);
}

/** The request with the route it really has: ours off, the dialog's on, another phone in here by its masked URI. */
export function routeOutward(world: World, passage: Passage): SipRequest {
  const { request, dialog } = passage;
  const left = withoutOwnRoutes(world, withBracketedRoutes(request), dialog?.routeSet);
  return withLocalTarget(world, asFarEndWrote(left, dialog), dialog);
}
