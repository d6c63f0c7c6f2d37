import type { Flow } from "../base/address.ts";
import { ownText } from "../base/bytes.ts";
import type { Deadline } from "../base/deadline_heap.ts";
import { SharedMap } from "../base/shared_map.ts";
import type { Asking, Holder, NoPlace, Shares, SharesOptions } from "../base/shares.ts";
import type { Side } from "../base/side.ts";
import { callId, fromTag, toTag } from "../sip/headers.ts";
import type { SipMessage } from "../sip/message.ts";
import type { Binding } from "./bindings.ts";
import type { IdentityPair } from "./contexts.ts";

/** The account that a phone had when its dialog began: its bindings of today may be others (RULES S3). */
export type Registration = Pick<Binding, "token" | "aor" | "host">;

/**
 * The inside end of one dialog, or of a request that may become one: what the token in its masked
 * Contact stands for (RULES C2). One for each (Call-ID, tag of the inside party).
 */
export interface InsideParty {
  readonly token: string;
  /** Who holds its place. */
  readonly holder: Holder;
  readonly callId: string;
  readonly tag: string;
  /** The phone's remote target: the URI of its last Contact. */
  uri: string;
  /** The user part we sent out in its place (RULES T2). */
  maskedUser: string;
  /** How the phone is reached (RULES N5). */
  flow: Flow;
  /** Route set of proxies inside, toward the phone (RULES R4, D1). */
  routes: readonly string[];
  /** AOR domain of the phone, for RULES H1. */
  domain: string | undefined;
  /** The registration it calls with, or was called by; undefined for a phone without one. */
  readonly registration?: Registration | undefined;
  /** Who it is, for log lines. */
  name: string;
  /** Dialogs and pending requests that need it. */
  users: number;
}

/** One dialog that passes through us (RULES T3). */
export interface Dialog {
  readonly key: string;
  readonly callId: string;
  readonly insideTag: string;
  readonly outsideTag: string;
  readonly kind: "call" | "subscription";
  /** Who holds its place. */
  readonly holder: Holder;
  readonly party: InsideParty;
  /** Identifier of the call it belongs to. */
  readonly call: string | undefined;
  /** The outside party's remote target, as received. */
  outsideTarget: string;
  /** Route set for requests of the inside party, without us (RULES D3). */
  routeSet: readonly string[];
  /** The address the outside party's SIP came from or went to (RULES N1, pinned peer). */
  pinned: Flow;
  /** IPs outside that its messages went to or came from, the latest last (RULES S3). */
  peers: readonly string[];
  /** From and To as each side writes them (RULES H1); alike where the outside party wrote an inside host (RULES I). */
  identities: readonly IdentityPair[];
  /** From/To of requests that start at the inside party, as the inside writes them, for RULES X2. */
  insideUri: string;
  outsideUri: string;
  /** Highest CSeq seen in requests of each side. */
  readonly cseq: Record<Side, number>;
  /** Where the last ACK of a side's 2xx went: the flow of messages that belong to no transaction. */
  readonly hops: { inside: Flow | undefined; outside: Flow | undefined };
  confirmed: boolean;
  /** Server transaction of the request that made it: early dialogs end with it. */
  readonly origin: number;
  /** Ended, kept for {@linkcode TIMES.memory}: a crossing BYE gets 200, the rest 481 (RULES X2). */
  ended: boolean;
  /** What the names in its route set and remote target were found to be, once somebody unknown spoke (RULES S3). */
  named?: {
    readonly names: string;
    ips: readonly string[];
    /** Until when they are not looked up again. */
    readonly until: number;
    /** Answers that are still waited for. */
    open: number;
  };
  /** It has been said that its next hop cannot be used (RULES N1). */
  detoured?: boolean;
  deadline: Deadline | undefined;
}

/** Key of a dialog: Call-ID, tag of its inside party, tag of its outside party. */
export function dialogKey(callId: string, insideTag: string, outsideTag: string): string {
  return `${callId}\n${insideTag}\n${outsideTag}`;
}

/** Call-ID and tags of a request that came from `side`, or of a response to such a one (RULES T3). */
export function dialogTags(
  message: SipMessage,
  side: Side,
): { call: string; insideTag: string; outsideTag: string } {
  const from = fromTag(message) ?? "";
  const to = toTag(message) ?? "";
  const call = callId(message);
  return side === "inside"
    ? { call, insideTag: from, outsideTag: to }
    : { call, insideTag: to, outsideTag: from };
}

/** The dialog with texts of its own: it may live for a day, and shall not keep its datagrams for as long. */
export function ownDialog(dialog: Dialog): Dialog {
  return {
    ...dialog,
    key: ownText(dialog.key),
    callId: ownText(dialog.callId),
    insideTag: ownText(dialog.insideTag),
    outsideTag: ownText(dialog.outsideTag),
    outsideTarget: ownText(dialog.outsideTarget),
    routeSet: dialog.routeSet.map(ownText),
    identities: dialog.identities.map(({ inside, outside }) => ({
      inside: ownText(inside),
      outside: ownText(outside),
    })),
    insideUri: ownText(dialog.insideUri),
    outsideUri: ownText(dialog.outsideUri),
  };
}

/** The inside party with texts of its own, like those of {@linkcode ownDialog}. */
export function ownParty(party: InsideParty): InsideParty {
  return {
    ...party,
    callId: ownText(party.callId),
    tag: ownText(party.tag),
    uri: ownText(party.uri),
    maskedUser: ownText(party.maskedUser),
    routes: party.routes.map(ownText),
    name: ownText(party.name),
  };
}

/** Notes the outside party's new Contact; most repeat the last one. */
export function moveTarget(dialog: Dialog, uri: string): void {
  if (uri !== dialog.outsideTarget) dialog.outsideTarget = ownText(uri);
}

/** Notes the inside party's new Contact. */
export function moveParty(party: InsideParty, { uri, user }: { uri: string; user: string }): void {
  if (uri !== party.uri) party.uri = ownText(uri);
  if (user !== party.maskedUser) party.maskedUser = ownText(user);
}

/** The registration of a binding, as dialogs keep it. */
export function registrationOf(binding: Binding | undefined): Registration | undefined {
  return binding && { token: binding.token, aor: binding.aor, host: binding.host };
}

/** Notes the dialog's new route set. */
export function setRoutes(dialog: Dialog, routes: readonly string[]): void {
  dialog.routeSet = routes.map(ownText);
}

/** What a dialog's parties are known by. */
export type Halves = Pick<Dialog, "callId" | "insideTag" | "outsideTag">;

function halvesOf({ callId, insideTag, outsideTag }: Halves): string[] {
  return [`inside\n${callId}\n${insideTag}`, `outside\n${callId}\n${outsideTag}`];
}

/** Dialogs by key, inside parties by token. */
export class Dialogs {
  readonly #dialogs: SharedMap<string, Dialog>;
  readonly #parties: SharedMap<string, InsideParty>;
  /** By Call-ID and the tag of one party: what a fork of a request makes has that in common. */
  readonly #forks = new Map<string, Set<Dialog>>();

  /** @param options The most dialogs, and the most inside parties. */
  constructor(options: SharesOptions) {
    this.#dialogs = new SharedMap(options);
    this.#parties = new SharedMap(options);
  }

  /** Dialogs held, ended ones included. */
  get size(): number {
    return this.#dialogs.size;
  }

  /** Inside parties held. */
  get parties(): number {
    return this.#parties.size;
  }

  /** How the places of dialogs are divided, and those of inside parties. */
  get shares(): { readonly dialogs: Shares; readonly parties: Shares } {
    return { dialogs: this.#dialogs.shares, parties: this.#parties.shares };
  }

  /** All dialogs. */
  values(): IterableIterator<Dialog> {
    return this.#dialogs.values();
  }

  /** The dialog of a Call-ID and both tags. */
  get(key: string): Dialog | undefined {
    return this.#dialogs.get(key);
  }

  /** The inside party of a dialog token. */
  party(token: string): InsideParty | undefined {
    return this.#parties.get(token);
  }

  /** Adds a dialog; why not when there is no place for it. */
  add(dialog: Dialog, asking: Asking = {}): NoPlace | undefined {
    const refused = this.#dialogs.set(dialog.key, dialog, { holder: dialog.holder, ...asking });
    if (refused !== undefined) return refused;
    dialog.party.users++;
    for (const half of halvesOf(dialog)) {
      const forks = this.#forks.get(half);
      if (forks === undefined) this.#forks.set(half, new Set([dialog]));
      else forks.add(dialog);
    }
    return undefined;
  }

  /** The forks that a new dialog would be one more of, those of each of its parties, oldest first. */
  forksOf(halves: Halves): readonly (readonly Dialog[])[] {
    return halvesOf(halves).map((half) => [...this.#forks.get(half) ?? []]);
  }

  /** Removes a dialog and lets go of its party. */
  delete(dialog: Dialog): void {
    if (!this.#dialogs.delete(dialog.key)) return;
    for (const half of halvesOf(dialog)) {
      const forks = this.#forks.get(half);
      forks?.delete(dialog);
      if (forks?.size === 0) this.#forks.delete(half);
    }
    this.release(dialog.party);
  }

  /** Finds or adds an inside party and counts one more user; why not when there is no place for it. */
  hold(party: InsideParty, asking: Asking = {}): InsideParty | NoPlace {
    const held = this.#parties.get(party.token) ?? party;
    if (held === party) {
      const by = { holder: party.holder, ...asking };
      const refused = this.#parties.set(party.token, party, by);
      if (refused !== undefined) return refused;
    }
    held.users++;
    return held;
  }

  /** Takes one user from a party; the last one removes it. */
  release(party: InsideParty): void {
    party.users--;
    if (party.users <= 0) this.#parties.delete(party.token);
  }
}
