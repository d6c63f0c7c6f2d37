import { type Address, formatAddress, sameAddress } from "../base/address.ts";
import { keyedHash } from "../base/hash.ts";
import {
  withHeader,
  withHeaderValues,
  withoutTopValue,
  withRequestUri,
  withTopValue,
} from "../sip/edit.ts";
import { headerText, headerValues, topVia, toTag } from "../sip/headers.ts";
import type { SipRequest, SipResponse } from "../sip/message.ts";
import { parseNameAddr } from "../sip/name_addr.ts";
import { getParam } from "../sip/params.ts";
import { parseMessage } from "../sip/parse.ts";
import { parseUri } from "../sip/uri.ts";
import { viaBranch } from "../sip/via.ts";
import { makeResponse, writeMessage } from "../sip/write.ts";
import { contactUri, type Header } from "./call.ts";
import { type Account, isAuthentic, writeChallenge } from "./credentials.ts";
import { type Endpoint, type Send, uriAddress } from "./endpoint.ts";
import { responseAddress, stampVia } from "./transactions.ts";

const NONCE = "a1b2c3d4e5f60718";
const SHORTEST = 60;
const LONGEST = 3600;

/** What the provider tells: who registered with which Contact, from where, for how many seconds (0: no longer). */
export interface ProviderEvent {
  readonly kind: "registered" | "challenged" | "refused";
  readonly user: string;
  readonly from: Address;
  readonly contact: string;
  readonly expires: number;
}

/** What a provider is made of. */
export interface ProviderOptions {
  readonly local: Address;
  readonly accounts: readonly Account[];
  /** Its own answering parties: user and address. Their calls need no password. */
  readonly parties: ReadonlyMap<string, Address>;
  readonly send: Send;
  readonly event?: (event: ProviderEvent, now: number) => void;
}

interface Registered {
  readonly contact: string;
  readonly until: number;
}

/**
 * A small provider: a registrar with digest, and a stateless proxy (RFC 3261 §16.11) that stays in the dialogs by
 * Record-Route and asks accounts for their password on calls. Being stateless it repeats nothing itself.
 */
export class Provider implements Endpoint {
  readonly #bindings = new Map<string, Registered>();

  constructor(readonly options: ProviderOptions) {}

  nextTimeout(): number | undefined {
    return undefined;
  }

  handleTimeout(): void {}

  receive(text: string, from: Address, now: number): void {
    const parsed = parseMessage(text);
    if (!parsed.ok) return;
    if (parsed.value.kind === "response") return this.#passResponse(parsed.value);
    const request = stampVia(parsed.value, from);
    if (request.method === "REGISTER") this.#register(request, { from, now });
    else if (!isOwnAck(request)) this.#route(this.#withoutOwnRoutes(request), { from, now });
  }

  /** The Contact that an account has registered; undefined when it is not registered. */
  contactOf(user: string, now: number): string | undefined {
    const binding = this.#bindings.get(user);
    return binding === undefined || binding.until <= now ? undefined : binding.contact;
  }

  #register(request: SipRequest, options: { readonly from: Address; readonly now: number }): void {
    const { from, now } = options;
    const user = userOf(headerText(request, "to") ?? "");
    const account = this.#account(user);
    if (account === undefined) return this.#answer(request, 404);
    const tell = (kind: ProviderEvent["kind"], expires: number): void => {
      const contact = contactUri(request) ?? "";
      this.options.event?.({ kind, user, from, contact, expires }, now);
    };
    if (!isAuthentic(request, { key: "authorization", account, nonce: NONCE })) {
      const wrong = headerText(request, "authorization") !== undefined;
      tell(wrong ? "refused" : "challenged", 0);
      return this.#challenge(request, account, 401);
    }
    const expires = this.#bind(user, request, now);
    const contact = this.contactOf(user, now);
    const bound: Header[] = contact === undefined
      ? []
      : [["Contact", `<${contact}>;expires=${expires}`]];
    tell("registered", expires);
    this.#answer(request, 200, bound);
  }

  /** Binds the one Contact of an account; the seconds granted. */
  #bind(user: string, request: SipRequest, now: number): number {
    const value = headerValues(request, "contact")[0];
    const parsed = value === undefined ? undefined : parseNameAddr(value);
    if (!parsed?.ok) return 0;
    const asked = Number(
      getParam(parsed.value.params, "expires") ?? headerText(request, "expires") ?? LONGEST,
    );
    if (asked === 0 || value === "*") {
      this.#bindings.delete(user);
      return 0;
    }
    const granted = Math.min(LONGEST, Math.max(SHORTEST, asked));
    this.#bindings.set(user, { contact: parsed.value.uri, until: now + granted * 1000 });
    return granted;
  }

  #route(request: SipRequest, options: { readonly from: Address; readonly now: number }): void {
    const { from, now } = options;
    const first = toTag(request) === undefined && request.method !== "ACK";
    const caller = this.#account(userOf(headerText(request, "from") ?? ""));
    const trusted = [...this.options.parties.values()].some((party) => sameAddress(party, from));
    const asks = first && request.method !== "CANCEL" && !trusted;
    const hop = this.#nextHop(request, now);
    if (asks && caller === undefined) return this.#answer(request, 403);
    if (
      asks && caller !== undefined &&
      !isAuthentic(request, { key: "proxy-authorization", account: caller, nonce: NONCE })
    ) return this.#challenge(request, caller, 407);
    if (hop === undefined) return this.#answer(request, 404);
    this.#forward(withRequestUri(request, hop.uri), hop.to);
  }

  /** The next Route, else a party of ours, else what an account registered, else the Request-URI itself within a dialog. */
  #nextHop(request: SipRequest, now: number): { uri: string; to: Address } | undefined {
    const route = headerValues(request, "route")[0];
    const parsed = route === undefined ? undefined : parseNameAddr(route);
    if (parsed?.ok) return hopTo(request.uri, parsed.value.uri);
    const uri = parseUri(request.uri);
    const ours = uri.ok && this.#isOurs(request.uri);
    if (!ours) return toTag(request) === undefined ? undefined : hopTo(request.uri, request.uri);
    const user = uri.value.user ?? "";
    const party = this.options.parties.get(user);
    if (party !== undefined) return { uri: request.uri, to: party };
    const contact = this.contactOf(user, now);
    return contact === undefined ? undefined : hopTo(contact, contact);
  }

  #forward(request: SipRequest, to: Address): void {
    const hops = Number(headerText(request, "max-forwards") ?? 70);
    if (hops <= 0) return this.#answer(request, 483);
    let forwarded = withHeader(request, "Max-Forwards", String(hops - 1));
    if (request.method === "INVITE") {
      forwarded = withTopValue(forwarded, "Record-Route", `<sip:${this.#host};lr>`);
    }
    if (request.method === "INVITE" || request.method === "ACK") {
      forwarded = withHeaderValues(forwarded, "Proxy-Authorization", []);
    }
    const via = topVia(request);
    const branch = via === undefined ? "" : viaBranch(via) ?? "";
    const ours = `z9hG4bK${keyedHash("provider", [branch, `${via?.host}:${via?.port}`], 16)}`;
    forwarded = withTopValue(forwarded, "Via", `SIP/2.0/UDP ${this.#host};branch=${ours}`);
    this.options.send(to, writeMessage(forwarded));
  }

  #passResponse(response: SipResponse): void {
    const passed = withoutTopValue(response, "via");
    const to = responseAddress(passed);
    if (to !== undefined) this.options.send(to, writeMessage(passed));
  }

  #withoutOwnRoutes(request: SipRequest): SipRequest {
    let rest = request;
    for (;;) {
      const route = headerValues(rest, "route")[0];
      const parsed = route === undefined ? undefined : parseNameAddr(route);
      if (!parsed?.ok || !this.#isOurs(parsed.value.uri)) return rest;
      rest = withoutTopValue(rest, "route");
    }
  }

  #challenge(request: SipRequest, account: Account, status: 401 | 407): void {
    const name = status === 401 ? "WWW-Authenticate" : "Proxy-Authenticate";
    this.#answer(request, status, [[name, writeChallenge(account.domain, NONCE)]]);
  }

  #answer(request: SipRequest, status: number, headers: readonly Header[] = []): void {
    const to = responseAddress(request);
    if (to === undefined || request.method === "ACK") return;
    const toTag = ownTag(request);
    this.options.send(to, writeMessage(makeResponse(request, { status, toTag, headers })));
  }

  #account(user: string): Account | undefined {
    return this.options.accounts.find((account) => account.user === user);
  }

  #isOurs(uri: string): boolean {
    const address = uriAddress(uri);
    return address.ok && sameAddress(address.value, this.options.local);
  }

  get #host(): string {
    return formatAddress(this.options.local);
  }
}

/** The tag of our own answers: stateless, so the same request gets the same (RFC 3261 §8.2.7). */
function ownTag(request: SipRequest): string {
  const via = topVia(request);
  return keyedHash("provider", [via === undefined ? "" : viaBranch(via) ?? ""], 10);
}

/** The ACK of a refusal of our own ends here. */
function isOwnAck(request: SipRequest): boolean {
  return request.method === "ACK" && toTag(request) === ownTag(request);
}

function hopTo(uri: string, next: string): { uri: string; to: Address } | undefined {
  const address = uriAddress(next);
  return address.ok ? { uri, to: address.value } : undefined;
}

function userOf(nameAddr: string): string {
  const parsed = parseNameAddr(nameAddr);
  const uri = parsed.ok ? parseUri(parsed.value.uri) : parsed;
  return uri.ok ? uri.value.user ?? "" : "";
}
