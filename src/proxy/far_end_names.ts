import { type Flow, parseIp } from "../base/address.ts";
import { getParam } from "../sip/params.ts";
import { parseUri, type SipUri } from "../sip/uri.ts";
import type { Dialog } from "./dialogs.ts";
import type { ServerAnswer, ServerQuery } from "./events.ts";
import { routeUri } from "./routes.ts";
import { hopName } from "./server_choice.ts";
import { TIMES } from "./times.ts";
import { hostOf } from "./unusable_hop.ts";
import { isOwnIp } from "./view.ts";
import type { World } from "./world.ts";

/*
 * Host names in a dialog's route set and remote target (RULES S3). Most requests come from an address that the dialog
 * knows anyway, so the names are looked up when one comes that does not: it waits for the answer.
 */

/**
 * Lets a request from an unknown address outside wait until the names of its dialog's far end are looked up; false
 * when there is nothing to wait for. Only the first one waits: the others, and its repetitions, are sent again.
 */
export function awaitFarEndNames(
  world: World,
  dialog: Dialog,
  { source, resume }: { source: Flow; resume: () => void },
): boolean {
  if (dialog.ended || isOwnIp(world, source.remote.ip)) return false;
  const queries = namedHops(dialog);
  const names = [...queries.keys()].join(" ");
  const known = dialog.named?.names === names ? dialog.named : undefined;
  if (known !== undefined && known.open > 0) return true;
  if (names === "" || (known !== undefined && known.until > world.now)) return false;
  const until = world.now + TIMES.farEndNames;
  const named = { names, ips: known?.ips ?? [], until, open: queries.size };
  dialog.named = named;
  const found = new Set<string>();
  for (const query of queries.values()) {
    const done = (answer?: ServerAnswer) => {
      for (const { address } of answer?.ok ? answer.servers : []) found.add(address.ip);
      if (--named.open > 0) return;
      // A name server that is out of order takes nothing away.
      if (found.size > 0) named.ips = [...found];
      resume();
    };
    // At the cost of who holds the dialog (RULES V7).
    const why = world.lookUp(query, { holder: dialog.holder, resume: done });
    if (why === undefined) continue;
    world.count(`${why}.parked`);
    done();
  }
  return true;
}

/** What the far end's next hop, its last one and its target are looked up by, where they are names. */
function namedHops({ routeSet, outsideTarget }: Dialog): ReadonlyMap<string, ServerQuery> {
  const target = parseUri(outsideTarget);
  const routes = [...new Set([...routeSet.slice(0, 1), ...routeSet.slice(-1)])].map(routeUri);
  const queries = new Map<string, ServerQuery>();
  for (const uri of [...routes, target.ok ? target.value : undefined]) {
    const query = uri && queryOf(uri);
    if (query !== undefined) queries.set(hopName(query), query);
  }
  return queries;
}

function queryOf(uri: SipUri): ServerQuery | undefined {
  const host = hostOf(uri);
  if (host === "" || parseIp(host) !== undefined) return undefined;
  const udp = getParam(uri.params, "transport")?.toLowerCase() === "udp";
  return { host, port: uri.port, transport: udp ? "udp" : undefined };
}
