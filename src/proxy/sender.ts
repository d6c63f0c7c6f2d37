import { headerValues } from "../sip/headers.ts";
import type { SipRequest } from "../sip/message.ts";
import { parseNameAddr } from "../sip/name_addr.ts";
import { parseUri, uriKey } from "../sip/uri.ts";
import { type Binding, remoteKey } from "./bindings.ts";
import type { Passage } from "./contexts.ts";
import type { InsideParty } from "./dialogs.ts";
import type { World } from "./world.ts";

/**
 * The binding that sends a request (RULES S4): the only one of the flow, else by Contact,
 * P-Preferred-Identity and From among the flow's, else the one whose domain is asked for.
 */
export function senderBinding(world: World, passage: Passage): Binding | undefined {
  const { request, source } = passage;
  const remote = remoteKey(source);
  // The REGISTER of a second account is not sent by the first one.
  if (request.method === "REGISTER") return accountIn(world, remote, uriIn(request, "to"));
  const here = world.bindings.ofRemote(remote);
  if (here === undefined) return bindingOfFrom(world, passage);
  if (here.only) return here.binding;
  const contact = world.bindings.ofUri(uriIn(request, "contact"));
  if (contact?.only && remoteKey(contact.binding.flow) === remote) return contact.binding;
  const named = accountIn(world, remote, uriIn(request, "p-preferred-identity")) ??
    accountIn(world, remote, uriIn(request, "from"));
  if (named !== undefined) return named;
  const asked = parseUri(request.uri);
  const domain = asked.ok ? asked.value.host.toLowerCase() : "";
  const one = world.bindings.ofRemote(remote, domain)?.binding;
  return one?.domain === domain ? one : undefined;
}

/** The binding whose phone is an inside party, as registered now; undefined for a phone that is not registered. */
export function partyBinding(world: World, party: InsideParty): Binding | undefined {
  const { registration, domain, name, flow } = party;
  const own = registration && world.bindings.get(registration.token);
  if (own !== undefined || domain === undefined) return own;
  // It has moved and registered anew, or is from a record that does not say its registration.
  const accounts = registration === undefined
    ? world.bindings.ofAor(uriKey(`sip:${name}@${domain}`))
    : world.bindings.ofAccount(registration);
  return accounts.find((binding) => remoteKey(binding.flow) === remoteKey(flow)) ??
    accounts.find((binding) => binding.flow.remote.ip === flow.remote.ip);
}

/** The account of an address of record among those of a flow's far end. */
function accountIn(world: World, remote: string, aor: string): Binding | undefined {
  return world.bindings.ofAor(uriKey(aor)).find((binding) => remoteKey(binding.flow) === remote);
}

/** A phone that calls from another port than it registered from is known by its IP and From. */
function bindingOfFrom(world: World, passage: Passage): Binding | undefined {
  const ip = passage.source.remote.ip;
  return world.bindings.ofAor(uriKey(uriIn(passage.request, "from"))).find((binding) =>
    binding.flow.remote.ip === ip
  );
}

function uriIn(request: SipRequest, key: string): string {
  const address = parseNameAddr(headerValues(request, key)[0] ?? "");
  return address.ok ? address.value.uri : "";
}
