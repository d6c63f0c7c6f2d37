import { logText } from "../base/log_text.ts";
import { mapHeaderValues, withHeaderValues, withTopValue } from "../sip/edit.ts";
import { headerText, headerValues, topVia } from "../sip/headers.ts";
import type { SipResponse } from "../sip/message.ts";
import { getParam, withParam, writeParams } from "../sip/params.ts";
import { readContact, tokenOf } from "./contact.ts";
import type { Branch } from "./contexts.ts";
import { grantedGruus } from "./gruus.ts";
import { isOwnUri, viewFor } from "./view.ts";
import { makeBinding, seconds } from "./register.ts";
import type { RegisterContext, RegisteredContact } from "./register_context.ts";
import { forgetTrouble, noteRefusal } from "./register_troubles.ts";
import { removeBinding, saveBinding } from "./binding_life.ts";
import { ownRoute } from "./routes.ts";
import { TIMES } from "./times.ts";
import type { World } from "./world.ts";

/** Granted when neither the registrar nor the phone says how long, in s (RFC 3261 §10.2.1.1 leaves it open; an hour is custom). */
const DEFAULT_EXPIRES = 3600;

/** One Contact of the registrar's list, with the phone's Contact that it stands for. */
interface Listed {
  readonly value: string;
  readonly contact: ReturnType<typeof readContact>;
  readonly token: string | undefined;
}

/** The registrar's answer as the phone gets it; a 2xx makes, moves or ends bindings (RULES R1, C5). */
export function registerAnswered(world: World, branch: Branch, response: SipResponse): SipResponse {
  const register = branch.context.register;
  if (register === undefined || response.status < 200) return response;
  const registrars = branch.ended === undefined;
  if (registrars) noteNat(world, response);
  for (const contact of register.contacts) world.bindings.dropPending(contact.token, register);
  if (response.status >= 300) {
    if (registrars) noteRefusal(world, branch, response);
    return response;
  }
  const listed = headerValues(response, "contact").map(readListed);
  const again = forgetTrouble(world, branch);
  const granted = grantAll(world, branch, { register, response, listed, again });
  const answer = withServiceRoute(world, branch, response);
  return withPhoneContacts(world, answer, { register, listed, granted });
}

function readListed(value: string): Listed {
  const contact = readContact(value);
  return { value, contact, token: contact && tokenOf(contact.uri) };
}

/** Seconds granted to each Contact of the REGISTER, by token; 0 for one that was removed. */
function grantAll(
  world: World,
  branch: Branch,
  options: {
    register: RegisterContext;
    response: SipResponse;
    listed: readonly Listed[];
    /** True when its refusal was said. */
    again: boolean;
  },
): ReadonlyMap<string, number> {
  const { register, response, listed, again } = options;
  const granted = new Map<string, number>();
  for (const token of register.star?.tokens ?? []) removeBinding(world, token, "unregistered");
  if (register.star !== undefined && !register.star.others) {
    for (const binding of world.bindings.ofAccount(register)) {
      removeBinding(world, binding.token, "unregistered");
    }
  }
  for (const contact of register.contacts) {
    const entry = listed.find(({ token }) => token === contact.token) ??
      alteredEntry(register, listed);
    const said = contact.expires === 0 ? 0 : grantOf(contact, { response, entry });
    const expires = Math.min(said, TIMES.longestGrant / 1000);
    granted.set(contact.token, expires);
    if (expires === 0) {
      removeBinding(world, contact.token, "unregistered");
      continue;
    }
    const masked = maskedOf(branch, contact.token);
    if (masked === undefined) continue;
    const registrar = branch.flow.remote;
    const expiresAt = world.now + expires * 1000;
    const gruus = grantedGruus(entry?.contact?.address.params ?? [], {
      former: world.bindings.get(contact.token)?.gruus ?? [],
      most: world.limits.gruus,
    });
    const isListed = entry?.token === contact.token;
    const grant = { masked, listed: isListed, registrar, hop: branch.hop, gruus, expiresAt };
    saveBinding(world, makeBinding(register, contact, grant), { seconds: expires, again });
  }
  return granted;
}

/** What was granted: by the entry with our token, else by the one entry a registrar may have altered, else by Expires (RULES C5). */
function grantOf(
  contact: RegisteredContact,
  { response, entry }: { response: SipResponse; entry: Listed | undefined },
): number {
  const said = entry?.contact && seconds(getParam(entry.contact.address.params, "expires"));
  return said ?? seconds(headerText(response, "expires")) ?? contact.expires ?? DEFAULT_EXPIRES;
}

function alteredEntry(
  register: RegisterContext,
  listed: readonly Listed[],
): Listed | undefined {
  if (register.contacts.length !== 1) return undefined;
  const { token, user } = register.contacts[0]!;
  if (listed.some((entry) => entry.token === token)) return undefined;
  const strange = listed.filter((entry) =>
    entry.token === undefined && (entry.contact?.uri.user ?? "") === user
  );
  return strange.length === 1 ? strange[0] : undefined;
}

function maskedOf(branch: Branch, token: string): string | undefined {
  for (const value of headerValues(branch.request, "contact")) {
    const contact = readContact(value);
    if (contact !== undefined && tokenOf(contact.uri) === token) return contact.address.uri;
  }
  return undefined;
}

/** The Contact list in the phone's own words, with expiries it comes back soon for (RULES R2, C5). */
function withPhoneContacts(
  world: World,
  response: SipResponse,
  options: {
    register: RegisterContext;
    listed: readonly Listed[];
    granted: ReadonlyMap<string, number>;
  },
): SipResponse {
  const { register, listed, granted } = options;
  const { refreshMaxMs } = world.settings.inside;
  const most = Math.floor(Math.min(refreshMaxMs, TIMES.longestGrant) / 1000);
  const values: string[] = [];
  const told = new Set<string>();
  const altered = alteredEntry(register, listed);
  for (const entry of listed) {
    const own = register.contacts.find((contact) => contact.token === entry.token) ??
      (entry === altered ? register.contacts[0] : undefined);
    if (own !== undefined) {
      if (told.has(own.token) || granted.get(own.token) === 0) continue;
      told.add(own.token);
      const expires = Math.min(granted.get(own.token) ?? most, most);
      values.push(phoneContact(own.original, { entry, expires }));
    } else {
      const other = otherContact(world, entry, { register, most });
      if (other !== undefined) values.push(other);
    }
  }
  for (const contact of register.contacts) {
    const expires = granted.get(contact.token) ?? 0;
    if (told.has(contact.token) || expires === 0) continue;
    values.push(
      phoneContact(contact.original, { entry: undefined, expires: Math.min(expires, most) }),
    );
  }
  const result = withHeaderValues(response, "Contact", values);
  return mapHeaderValues(result, "expires", (value) => {
    const said = seconds(value);
    return said === undefined ? value : String(Math.min(said, most));
  });
}

/** The phone's Contact, byte for byte, with the registrar's parameters. */
function phoneContact(
  original: string,
  options: { entry: Listed | undefined; expires: number },
): string {
  const phone = readContact(original);
  if (phone === undefined) return original;
  const registrar = options.entry?.contact?.address.params ?? phone.address.params;
  const params = withParam(registrar, "expires", String(options.expires));
  return `${phone.address.display}<${phone.address.uri}>${writeParams(params)}`;
}

/**
 * Another Contact of the AOR: a phone of ours in its own words, a former address of ours not at all, a
 * stranger's as it is. One of the same phone, which may only ask, is as short-lived as it was told (RULES R2).
 */
function otherContact(
  world: World,
  entry: Listed,
  options: { register: RegisterContext; most: number },
): string | undefined {
  const { contact, token } = entry;
  if (contact === undefined) return entry.value;
  // Without a token it may still be an address of ours: registrars strip parameters.
  const known = token === undefined ? undefined : world.bindings.get(token);
  const binding = known?.host === options.register.host ? known : undefined;
  if (binding === undefined) return isOwnUri(world, contact.uri) ? undefined : entry.value;
  const { params } = contact.address;
  const left = seconds(getParam(params, "expires"));
  const same = binding.flow.remote.ip === options.register.flow.remote.ip;
  const told = same && left !== undefined
    ? withParam(params, "expires", String(Math.min(left, options.most)))
    : params;
  return `<${binding.uri}>${writeParams(told)}`;
}

/** Our inside entry goes on top of the registrar's Service-Route (RULES R4). */
function withServiceRoute(world: World, branch: Branch, response: SipResponse): SipResponse {
  const view = viewFor(world, "inside", branch.context.source.remote.ip);
  if (view === undefined || headerText(response, "service-route") === undefined) return response;
  return withTopValue(response, "Service-Route", ownRoute(view));
}

/** RULES N6: what the registrar saw us as, against what we say we are. */
function noteNat(world: World, response: SipResponse): void {
  const via = topVia(response);
  const { advertised } = world.network;
  if (via === undefined || advertised === undefined) return;
  const received = getParam(via.params, "received") ?? via.host;
  const rport = getParam(via.params, "rport");
  const port = rport === undefined || rport === "" ? via.port : Number(rport);
  if (received === advertised && port === via.port) {
    world.natInFront = undefined;
    return;
  }
  const seen = `${received}:${port}`;
  if (world.natInFront === seen) return;
  world.natInFront = seen;
  world.note(
    "warn",
    "nat",
    `There is a NAT in front of this host: the provider sees ${
      logText(seen)
    }, we say ${advertised}:${via.port}; ` +
      `set [outside] advertise = "${
        logText(received)
      }" and forward the SIP and media ports to this host`,
  );
}
