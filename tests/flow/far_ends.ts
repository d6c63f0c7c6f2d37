import { firstOf, readText, statusOf, uriOf, valuesOf } from "./text_message.ts";

/** URIs that may go back to the far end of a dialog, since it wrote them there itself (RULES I). */
export interface Given {
  /** Its Contacts: in the Request-URI, the last Route (to a strict router) and Refer-To. */
  readonly contacts: ReadonlySet<string>;
  /** Its Record-Routes: in Route, the Record-Route of an answer, the Request-URI (to a strict router). */
  readonly routes: ReadonlySet<string>;
  /** From and To of its requests. */
  readonly parties: ReadonlySet<string>;
  /** Its Contacts in another dialog, which the Replaces of a Refer-To names by its Call-ID. */
  readonly contactsIn: (call: string) => ReadonlySet<string>;
}

interface Words {
  readonly contacts: Set<string>;
  readonly routes: Set<string>;
  readonly parties: Set<string>;
}

interface Call {
  /** By the address that wrote them. */
  readonly words: Map<string, Words>;
  /** Addresses that we have sent something to. */
  readonly peers: Set<string>;
}

/** Calls that are remembered: the latest of a long run. */
const CALLS_KEPT = 5_000;

/**
 * The memory of the leak checker: what came from outside, by Call-ID and sender. Only who takes part counts, that is
 * whom we have sent something in that Call-ID: what a stranger writes there is no far end's word.
 */
export class FarEnds {
  #calls = new Map<string, Call>();

  /** A message came from an address outside. */
  hear(ip: string, text: string): void {
    const message = readText(text);
    const { words } = this.#call(firstOf(message, "call-id"));
    const own: Words = words.get(ip) ??
      { contacts: new Set(), routes: new Set(), parties: new Set() };
    words.set(ip, own);
    // No Request-URI has headers (RFC 3261 §19.1.1).
    for (const value of valuesOf(message, "contact")) {
      own.contacts.add(uriOf(value).replace(/\?.*$/, ""));
    }
    for (const value of valuesOf(message, "record-route")) own.routes.add(routeUri(value));
    if (statusOf(message) !== undefined) return;
    for (const name of ["from", "to"]) own.parties.add(uriOf(firstOf(message, name)));
  }

  /** A message leaves to an address outside: what its receiver wrote may stand in it. */
  given(ip: string, text: string): Given {
    const call = this.#call(firstOf(readText(text), "call-id"));
    call.peers.add(ip);
    const given = {
      contacts: new Set<string>(),
      routes: new Set<string>(),
      parties: new Set<string>(),
    };
    for (const [writer, words] of call.words) {
      if (!call.peers.has(writer)) continue;
      for (const uri of words.contacts) given.contacts.add(uri);
      for (const uri of words.routes) given.routes.add(uri);
      for (const uri of words.parties) given.parties.add(uri);
    }
    return { ...given, contactsIn: (other) => this.#contactsIn(other, ip) };
  }

  #contactsIn(name: string, ip: string): ReadonlySet<string> {
    const call = this.#calls.get(name);
    return (call?.peers.has(ip) ? call.words.get(ip)?.contacts : undefined) ?? new Set();
  }

  #call(name: string): Call {
    const known = this.#calls.get(name);
    if (known !== undefined) return known;
    const made: Call = { words: new Map(), peers: new Set() };
    this.#calls.set(name, made);
    const [oldest] = this.#calls.keys();
    if (this.#calls.size > CALLS_KEPT) this.#calls.delete(oldest!);
    return made;
  }
}

/** Without brackets the parameters are the URI's in a route. */
export function routeUri(value: string): string {
  return value.includes("<") ? uriOf(value) : value;
}
