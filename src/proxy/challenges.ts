import type { Flow } from "../base/address.ts";
import { logText } from "../base/log_text.ts";
import { withoutHeader } from "../sip/edit.ts";
import { headerValues, isWithinDialog } from "../sip/headers.ts";
import type { SipResponse } from "../sip/message.ts";
import { parseNameAddr } from "../sip/name_addr.ts";
import { parseUri } from "../sip/uri.ts";
import { type Binding, hostOfHop, remoteKey } from "./bindings.ts";
import type { Branch, Refusal, RequestContext } from "./contexts.ts";
import { phonesConcerned } from "./phone_names.ts";
import { isProviderOf } from "./provider_sets.ts";
import { isFoundUnder, isServerOf, providerOf } from "./providers.ts";
import { partyBinding, senderBinding } from "./sender.ts";
import type { World } from "./world.ts";

/*
 * Challenges of phones (RULES H4). A phone answers whoever asks for its password with a digest, on which passwords can
 * be tried: somebody has but to call it, and to ask when it hangs up. So only its own provider may ask.
 */

/**
 * A response as the transaction of a branch may have it: a challenge of a server that is not the phone's provider
 * becomes a 403 without it, so that the phone need not wait. Undefined for a challenge to be dropped: it is not from
 * where the request went, and the answer of that server is still to come.
 */
export function admittedChallenge(
  world: World,
  branch: Branch | undefined,
  { source, response }: { source: Flow; response: SipResponse },
): SipResponse | undefined {
  if (branch === undefined || !isChallenge(response)) return response;
  const { context } = branch;
  // What goes to a caller outside is that caller's matter, and of a request that was answered nothing is passed on.
  if (context.side === "outside" || context.final !== undefined) return response;
  const { ip } = source.remote;
  if (mayChallenge(world, branch, ip)) return response;
  world.refuse("challenge", ip);
  if (branch.flow.remote.ip !== ip) return undefined;
  const refusal: Refusal = { status: 403, reason: `Password asked for by ${ip}, not the provider` };
  if (branch.final === undefined) sayChallenged(world, branch, ip);
  branch.ended = { kind: "refused", refusal };
  return asRefusal(response, refusal);
}

function isChallenge({ status }: SipResponse): boolean {
  return status === 401 || status === 407;
}

function asRefusal(response: SipResponse, { status, reason }: Refusal): SipResponse {
  const startLine = `SIP/2.0 ${status} ${reason}\r\n`;
  const bare = withoutHeader(withoutHeader(response, "www-authenticate"), "proxy-authenticate");
  return { ...bare, status, reason, startLine };
}

/** True for an address outside that may ask the sender of a branch's request for its password. */
function mayChallenge(world: World, branch: Branch, ip: string): boolean {
  const { context, flow } = branch;
  const { register } = context;
  if (register !== undefined) {
    return isProviderOf(world, { ...register, registrar: flow.remote }, ip);
  }
  const accounts = accountsOf(world, context);
  if (accounts.some((binding) => isProviderOf(world, binding, ip))) return true;
  const claimed = claimedDomains(context);
  if (isConfigured(world, accounts.length === 0 ? undefined : claimed, ip)) return true;
  if (context.dialog !== undefined || isWithinDialog(context.request)) {
    return isWithOwnDomain(context, ip);
  }
  const names = [...accounts.flatMap(({ domain, host }) => [domain, host]), ...claimed];
  const host = hostOfHop(branch.hop);
  return flow.remote.ip === ip && names.some((name) => isFoundUnder(host, name));
}

/** The binding of who sends a request; all of a phone with several accounts where nothing tells which. */
function accountsOf(world: World, context: RequestContext): readonly Binding[] {
  const { party } = context;
  const binding = (party && partyBinding(world, party)) ?? senderBinding(world, context);
  if (binding !== undefined) return [binding];
  return world.bindings.allOfRemote(remoteKey(context.source));
}

/** True for a server of a configured provider: of these domains, or of any. */
function isConfigured(
  world: World,
  domains: readonly string[] | undefined,
  ip: string,
): boolean {
  const providers = domains === undefined
    ? world.settings.providers
    : domains.flatMap((domain) => providerOf(world, domain) ?? []);
  return providers.some((provider) => isServerOf(world, provider, ip));
}

/** The domains that a sender says it belongs to: a trunk has an account without a registration. */
function claimedDomains({ request, dialog }: RequestContext): readonly string[] {
  // Of a call from outside the caller has written who the phone is.
  if (dialog !== undefined || isWithinDialog(request)) return [];
  return ["from", "p-preferred-identity"].flatMap((key) => hostIn(headerValues(request, key)[0]));
}

function hostIn(value: string | undefined): readonly string[] {
  const address = parseNameAddr(value ?? "");
  const uri = address.ok ? parseUri(address.value.uri) : undefined;
  return uri?.ok && uri.value.host !== "" ? [uri.value.host.toLowerCase()] : [];
}

/** True for the server of a call that a phone began with a party of its own domain. */
function isWithOwnDomain({ dialog, call }: RequestContext, ip: string): boolean {
  if (dialog === undefined || call?.callerSide !== "inside") return false;
  const [own] = hostIn(dialog.insideUri);
  return dialog.pinned.remote.ip === ip && own !== undefined &&
    own === hostIn(dialog.outsideUri)[0];
}

/** Says whose password was asked for, and what to do if the server is the provider's after all. */
function sayChallenged(world: World, { context }: Branch, ip: string): void {
  const { request, source } = context;
  const [name] = phonesConcerned(context, []);
  const phone = name === undefined ? source.remote.ip : `${name} (${source.remote.ip})`;
  world.note(
    "warn",
    "challenge",
    `${logText(request.method)} from ${phone} refused: ${ip} asks for its password and is not ` +
      `its provider; if it is, ${adviceOn(world, context, ip)}`,
    source,
  );
}

function adviceOn(world: World, context: RequestContext, ip: string): string {
  if (isConfigured(world, undefined, ip)) {
    return "let the phone write that provider's domain into From";
  }
  return accountsOf(world, context).length === 0
    ? "add a [[provider]] section with its domain, or let the phone write that into From"
    : "name it in [[provider]] servers";
}
