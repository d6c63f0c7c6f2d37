import type { Address, Flow } from "../base/address.ts";
import { ownText } from "../base/bytes.ts";
import { ok, refuse, type Result } from "../base/result.ts";
import { withHeaderValues } from "../sip/edit.ts";
import { headerText, headerValues } from "../sip/headers.ts";
import type { SipRequest } from "../sip/message.ts";
import { parseNameAddr } from "../sip/name_addr.ts";
import { getParam } from "../sip/params.ts";
import { parseUri, uriKey } from "../sip/uri.ts";
import { parseVia } from "../sip/via.ts";
import { type Account, type Binding, remoteKey } from "./bindings.ts";
import { concealed } from "./conceal.ts";
import { maskedUri, readContact, withContactUri } from "./contact.ts";
import type { Passage, Refusal, RequestContext } from "./contexts.ts";
import { noPlaceIn } from "./no_place.ts";
import type { RegisterContext, RegisteredContact } from "./register_context.ts";
import { type PhoneKey, registrationToken } from "./tokens.ts";
import type { View } from "./view.ts";
import type { World } from "./world.ts";

/** What is wrong with a REGISTER wherever it goes; undefined when nothing is. */
export function registerRefusal(world: World, request: SipRequest): Refusal | undefined {
  if (addressOfRecord(request) === undefined) return { status: 400, reason: "Bad To" };
  const values = headerValues(request, "contact");
  if (values.length > world.limits.contactsPerRegister) {
    return { status: 400, reason: "Too many Contacts", cause: "contacts" };
  }
  if (values.some(isUnreadable)) return { status: 400, reason: "Bad Contact", cause: "contact" };
  // A registrar refuses that (RFC 3261 §10.3 step 6), and as it stands it would show the others.
  const star = values.some(isStar);
  return star && values.length > 1 ? { status: 400, reason: "Contact * beside others" } : undefined;
}

/** Canonical address of record of a REGISTER, and its parts. */
function addressOfRecord(request: SipRequest) {
  const to = parseNameAddr(headerText(request, "to") ?? "");
  const uri = to.ok ? parseUri(to.value.uri) : undefined;
  if (!to.ok || !uri?.ok || uri.value.host === "") return undefined;
  const { host, user = "" } = uri.value;
  return { aor: uriKey(to.value.uri), domain: host.toLowerCase(), user };
}

/**
 * Reads what a REGISTER from inside, in which {@linkcode registerRefusal} found no fault, asks of the registrar at
 * `host`, found under the addresses of `servers` (RULES R, S3); the masked URIs follow when the target is known.
 */
export function readRegister(
  world: World,
  context: RequestContext,
  { host, servers }: Pick<RegisterContext, "host" | "servers">,
): Result<RegisterContext, Refusal> {
  const { request } = context;
  const { aor, domain, user } = addressOfRecord(request)!;
  const values = headerValues(request, "contact");
  const contacts: RegisteredContact[] = [];
  for (const value of values) {
    const contact = registeredContact(world, { account: { aor, host }, value, request });
    if (contact !== undefined) contacts.push(contact);
  }
  const full = noPlaceFor(world, context, { account: { aor, host }, contacts });
  return full !== undefined ? refuse(full) : ok({
    aor,
    domain,
    user,
    host,
    servers,
    flow: context.source,
    contacts,
    path: headerValues(request, "path"),
    star: values.some(isStar) ? starTokens(world, context, { aor, host }) : undefined,
  });
}

/** The refusal of a REGISTER whose new Contacts do not fit beside those that live. */
function noPlaceFor(
  world: World,
  context: RequestContext,
  { account, contacts }: { account: Account; contacts: readonly RegisteredContact[] },
): Refusal | undefined {
  const count =
    contacts.filter(({ token, expires }) =>
      expires !== 0 && world.bindings.get(token) === undefined
    ).length;
  if (count === 0) return undefined;
  const { bindings } = world;
  const why = bindings.refusal(account, { ip: context.source.remote.ip, count });
  if (why === "account") {
    world.count("full.bindings");
    return { status: 500, reason: "Too many phones of one address", cause: "account" };
  }
  return why && noPlaceIn(world, context, { shares: bindings.shares, table: "bindings", why });
}

/** A registrar would take what we cannot mask (RFC 4475 §3.1.2.13 regbadct); URIs of other schemes pass. */
function isUnreadable(value: string): boolean {
  return !isStar(value) && !parseNameAddr(value).ok;
}

function isStar(value: string): boolean {
  return value.trim() === "*";
}

function registeredContact(
  world: World,
  options: { account: Account; value: string; request: SipRequest },
): RegisteredContact | undefined {
  const { account, value, request } = options;
  const contact = readContact(value);
  if (contact === undefined) return undefined;
  const { params } = contact.address;
  const instance = getParam(params, "+sip.instance") ?? "";
  const registrationId = getParam(params, "reg-id") ?? "";
  const uri = contact.address.uri;
  const key = { ...account, instance, registrationId, uri: uriKey(uri) };
  return {
    token: knownToken(world, key) ?? registrationToken(world.secret, key),
    original: value,
    uri,
    user: contact.uri.user ?? "",
    instance,
    registrationId,
    expires: seconds(getParam(params, "expires")) ?? seconds(headerText(request, "expires")),
  };
}

/** The token that this phone's binding with this registrar has already: earlier versions derived it in another way. */
function knownToken(world: World, key: PhoneKey): string | undefined {
  const same = (binding: Binding): boolean =>
    key.instance === ""
      ? binding.instance === "" && uriKey(binding.uri) === key.uri
      : binding.instance === key.instance && binding.registrationId === key.registrationId;
  return world.bindings.ofAccount(key).find(same)?.token;
}

/** A number of seconds; undefined for anything else. */
export function seconds(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text.trim()) ? Number(text) : undefined;
}

/** RULES R3: the phone's own bindings of that account; all of them when no other phone has one. */
function starTokens(
  world: World,
  context: RequestContext,
  account: Account,
): RegisterContext["star"] {
  const bindings = world.bindings.ofAccount(account);
  const own = ownBindings(bindings, context);
  return {
    tokens: own.map((binding) => binding.token),
    others: own.length < bindings.length,
  };
}

/** By its flow, since one host may run two phones; else by its IP; behind a proxy inside by the lowest Via. */
function ownBindings(bindings: readonly Binding[], { source, vias }: RequestContext): Binding[] {
  const here = bindings.filter((binding) => binding.flow.remote.ip === source.remote.ip);
  const lowest = vias.length > 1 ? parseVia(vias.at(-1)!) : undefined;
  if (lowest?.ok) {
    const host = getParam(lowest.value.params, "received") ?? lowest.value.host;
    return here.filter((binding) => {
      const uri = parseUri(binding.uri);
      return uri.ok && uri.value.host === host;
    });
  }
  const same = here.filter((binding) => remoteKey(binding.flow) === remoteKey(source));
  return same.length > 0 ? same : here;
}

/** The REGISTER as the registrar gets it: masked Contacts, no Path of inside elements. */
export function maskRegister(
  world: World,
  passage: Passage,
  options: { request: SipRequest; view: View; flow: Flow },
): Result<SipRequest, Refusal> {
  const { view, flow } = options;
  const register = passage.register!;
  const { request } = options;
  if (register.star !== undefined) return ok(maskStar(world, register, request));
  const values: string[] = [];
  for (const value of headerValues(request, "contact")) {
    const contact = readContact(value);
    const known = register.contacts.find((candidate) => candidate.original === value);
    if (contact === undefined || known === undefined) {
      values.push(concealed(world, value, view));
      continue;
    }
    const masked = concealed(world, maskedUri(contact.uri, { view, token: known.token }), view);
    values.push(concealed(world, withContactUri(contact.address, masked), view));
    if (known.expires !== 0) {
      const grant = {
        masked,
        listed: false,
        registrar: flow.remote,
        hop: "",
        gruus: [],
        expiresAt: Infinity,
      };
      world.bindings.setPending(makeBinding(register, known, grant), register);
    }
    const old = world.bindings.get(known.token);
    // The registrar still lists us under our former address: that entry goes with this REGISTER (RULES R2).
    if (old?.listed && old.masked !== masked) values.push(`<${old.masked}>;expires=0`);
  }
  return ok(values.length === 0 ? request : withHeaderValues(request, "Contact", values));
}

/** What a registrar granted. */
export interface Grant {
  readonly masked: string;
  readonly listed: boolean;
  readonly registrar: Address;
  readonly hop: string;
  readonly gruus: readonly string[];
  /** Monotonic ms. */
  readonly expiresAt: number;
}

/** The binding of one Contact of a REGISTER. */
export function makeBinding(
  register: RegisterContext,
  contact: RegisteredContact,
  grant: Grant,
): Binding {
  // It lives for hours and shall not keep its REGISTER's datagram for as long.
  return {
    token: contact.token,
    aor: ownText(register.aor),
    domain: ownText(register.domain),
    user: ownText(register.user),
    instance: ownText(contact.instance),
    registrationId: ownText(contact.registrationId),
    contact: ownText(contact.original),
    uri: ownText(contact.uri),
    maskedUser: ownText(contact.user),
    host: ownText(register.host),
    servers: register.servers.map(ownText),
    flow: register.flow,
    path: register.path.map(ownText),
    ...grant,
    masked: ownText(grant.masked),
  };
}

function maskStar(world: World, register: RegisterContext, request: SipRequest): SipRequest {
  if (!register.star?.others) return request;
  // One may have ended while the registrar's name was looked up.
  const bindings = register.star.tokens.map((token) => world.bindings.get(token));
  const values = bindings.flatMap((binding) => binding ? [`<${binding.masked}>;expires=0`] : []);
  return withHeaderValues(request, "Contact", values);
}
