import type { Flow } from "../base/address.ts";
import { BoundedMap } from "../base/bounded_map.ts";
import { SharedMap } from "../base/shared_map.ts";
import { type Deadline, DeadlineHeap } from "../base/deadline_heap.ts";
import { MediaSessions } from "../media/sessions.ts";
import { ClientTransactions, type ClientUser } from "../transaction/client.ts";
import { ServerTransactions, type ServerUser } from "../transaction/server.ts";
import { Bindings } from "./bindings.ts";
import { Budgets, standingOf } from "./budget.ts";
import { Calls } from "./calls.ts";
import type { Branch, RequestContext, Sending } from "./contexts.ts";
import { Dialogs } from "./dialogs.ts";
import type { CoreEffect, Network, Note, Owner, ServerAnswer, ServerQuery } from "./events.ts";
import type { OwedBye } from "./owed_byes.ts";
import { Outages } from "./outages.ts";
import type { RegisterTrouble } from "./register_troubles.ts";
import type { Holder, NoPlace } from "../base/shares.ts";
import { LIMITS, type Limits } from "../base/limits.ts";
import type { NoteKind } from "../base/note_kinds.ts";
import type { CoreSettings } from "./settings.ts";

/** A stateless answer's place until it is sent. */
export interface Reply {
  readonly flow: Flow;
}

/** A request that waits for a name. */
export interface Ticket {
  readonly resume: (answer: ServerAnswer, now: number) => void;
}

/** What the core is made with; time and randomness are handed in. */
export interface WorldOptions {
  readonly settings: CoreSettings;
  /** Key of tokens and branches; survives restarts. */
  readonly secret: string;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Wall clock in ms, for stored records only. */
  readonly wall: () => number;
  readonly now: number;
  /** Port pairs that may be open at once on all addresses; undefined where files are no limit. */
  readonly openPairs?: number | undefined;
  /** How much of everything is held; {@linkcode LIMITS} unless said otherwise. */
  readonly limits?: Limits;
}

/** How the machines below call back; the core wires them, so that no table knows the stages. */
export interface WorldUsers {
  readonly server: ServerUser<RequestContext>;
  readonly client: ClientUser<Sending>;
  readonly mediaIdle: (session: string, now: number) => void;
}

const NO_NETWORK: Network = {
  listeners: [],
  advertised: undefined,
  insideNetworks: [],
  outsideRoutes: [],
  gateway: undefined,
  ownIps: [],
  prefixes: [],
};

/** The tables of the core: plain state, no decisions. Stages read and change it. */
export class World {
  /** Replaced as a whole when the configuration is read again. */
  settings: CoreSettings;
  readonly secret: string;
  readonly random: () => number;
  readonly wall: () => number;
  readonly limits: Limits;
  readonly heap = new DeadlineHeap();
  readonly bindings: Bindings;
  readonly dialogs: Dialogs;
  readonly calls: Calls;
  readonly servers: ServerTransactions<RequestContext>;
  readonly clients: ClientTransactions<Sending>;
  readonly media: MediaSessions;
  /** Branch parameter → the client transaction that sent it (RULES V5). */
  readonly branches: BoundedMap<string, Branch>;
  /** When each binding ends, by token: one deadline each, however often it is refreshed. */
  readonly expiries = new Map<string, Deadline>();
  /** Since when each binding is there without a break, by token; before 0 for one that a restart took up. */
  readonly registeredAt = new Map<string, number>();
  /** Live INVITE branches by the token of the phone they ring (RULES V5). */
  readonly ringing = new Map<string, Set<Branch>>();
  readonly replies: BoundedMap<number, Reply>;
  readonly tickets: SharedMap<number, Ticket>;
  /** Server of an AOR or Call-ID (RULES N3): key → address and end of its memory. */
  readonly pins: BoundedMap<string, { flow: Flow; until: number }>;
  /** INVITEs that were challenged (Call-ID and side): until when the same call, coming again, is no news, and its number. */
  readonly challenged: BoundedMap<string, { readonly until: number; number: number | undefined }>;
  /** Servers that failed (RULES N4), by `ip:port`: they do not answer, or answer 503. */
  readonly serverOutages: Outages<"unreachable" | "unavailable">;
  /** Names of servers that lead nowhere. */
  readonly nameOutages: Outages<"not found">;
  /** Phones whose registration does not succeed, by AOR and address (`register_troubles.ts`). */
  readonly registerTroubles: BoundedMap<string, RegisterTrouble>;
  /** Providers whose registrations went to another server: name and both addresses, and until when that is no news. */
  readonly serverMoves: BoundedMap<string, number>;
  /** What our outside address was last, and whether it was said that REGISTERs wait for it. */
  readonly outside: { last: string | undefined; waiting: boolean } = {
    last: undefined,
    waiting: false,
  };
  /** BYEs of ours that wait for our outside address; not more than could be under way at once. */
  readonly owedByes: SharedMap<number, OwedBye>;
  /** The timers that run all the time. */
  readonly timers: { keepalive: Deadline | undefined; providers: Deadline | undefined } = {
    keepalive: undefined,
    providers: undefined,
  };
  /** Addresses that configured providers' names resolve to, by name (RULES S3). */
  readonly providerIps = new Map<string, ReadonlySet<string>>();
  /** What each source may still send. */
  readonly budgets: Budgets;
  /** What was counted, by kind. */
  readonly counters = new Map<string, number>();
  /** What strangers were refused, by source and kind. */
  readonly refused: BoundedMap<string, { count: number; at: number }>;
  /** Sources of which the log has said that they have taken their share, and until when it says no more. */
  readonly warned: BoundedMap<string, number>;
  /** Sources of which the log has said that they came to the wrong side, and until when it says no more. */
  readonly misplaced: BoundedMap<string, number>;
  /** Calls whose records are out of date, and how soon that matters (RULES X1). */
  readonly touched = new Map<string, "urgent" | "soon" | "lazy">();
  /** Requests that were answered in this turn, or had been when another branch of theirs ended. */
  readonly answered = new Set<RequestContext>();
  /** Calls of which the store has a record: there is none to take out of one that was refused at once. */
  readonly recorded = new Set<string>();
  network: Network = NO_NETWORK;
  /** True while a message is taken that we hand to ourselves (RULES N2): its address alone proves nothing. */
  handedOver = false;
  /** Length of the datagram at hand: what is made of it may be longer, as its faults are mended. */
  arrivedLength = 0;
  /** Why the last media pair could not be bound; undefined when it could. */
  bindFault: string | undefined;
  /** A NAT between us and a registrar, as its answers show it (RULES N6). */
  natInFront: string | undefined;
  /** Monotonic ms of the event that is handled. */
  now: number;
  #effects: CoreEffect[] = [];
  #numbers = 0;

  /** @param options Settings, secret, time and randomness. */
  constructor(options: WorldOptions, users: WorldUsers) {
    this.settings = options.settings;
    this.secret = options.secret;
    this.random = options.random;
    this.wall = options.wall;
    this.now = options.now;
    const { heap } = this;
    const limits = this.limits = options.limits ?? LIMITS;
    this.bindings = new Bindings(limits);
    const { emergencies } = limits;
    this.dialogs = new Dialogs({ limit: limits.dialogs, reserve: emergencies });
    this.calls = new Calls({ limit: limits.calls, reserve: emergencies });
    const ending = limits.endingTransactions;
    this.branches = new BoundedMap((limits.clientTransactions + ending) * 2);
    this.owedByes = new SharedMap({ limit: ending });
    this.replies = new BoundedMap(limits.replies);
    this.tickets = new SharedMap({ limit: limits.parked, reserve: emergencies });
    this.pins = new BoundedMap(limits.pins);
    this.challenged = new BoundedMap(limits.challenged);
    this.serverOutages = new Outages(limits.deadServers);
    this.serverMoves = new BoundedMap(limits.deadServers);
    this.nameOutages = new Outages(limits.lostNames);
    this.registerTroubles = new BoundedMap(limits.registerTroubles);
    this.budgets = new Budgets(limits.budgetSources);
    this.refused = new BoundedMap(limits.refusedSources);
    this.warned = new BoundedMap(limits.refusedSources);
    this.misplaced = new BoundedMap(limits.refusedSources);
    this.servers = new ServerTransactions({
      heap,
      room: { limit: limits.serverTransactions, urgent: ending },
      user: users.server,
    });
    this.clients = new ClientTransactions({
      heap,
      room: { limit: limits.clientTransactions, urgent: ending },
      user: users.client,
    });
    this.media = new MediaSessions({
      ...options.settings.media,
      openPairs: options.openPairs ?? Infinity,
      heap,
      random: options.random,
      effect: (effect) => this.emit(effect),
      idle: users.mediaIdle,
    });
  }

  /** Asks for the servers of a name at the cost of a holder; why not when he has no place for it (RULES N3, V7). */
  lookUp(
    query: ServerQuery,
    { holder, resume }: { readonly holder: Holder } & Ticket,
  ): NoPlace | undefined {
    const ticket = this.nextNumber();
    const why = this.tickets.set(ticket, { resume }, { holder });
    if (why === undefined) this.emit({ type: "dns.resolve", ticket, query, holder });
    return why;
  }

  /** A number never given before: tickets, replies. */
  nextNumber(): number {
    return ++this.#numbers;
  }

  /** Appends an effect. */
  emit(effect: CoreEffect): void {
    this.#effects.push(effect);
  }

  /** Takes what was emitted since the last call. */
  takeEffects(): readonly CoreEffect[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  /** Sends a message in its owner's name. */
  send(owner: Owner, text: string, committed = false): void {
    this.emit({ type: "sip.send", owner, text, committed });
  }

  /** Says a sentence; `source` is the peer that caused it (RULES V7: each has a share of the log). */
  note(level: Note["level"], kind: NoteKind, text: string, source?: Flow | Holder): void {
    if (level !== "debug") this.#say({ level, kind, text }, source);
    else this.debug(kind, () => ({ text }), source);
  }

  /** Says a sentence at debug; it is made only when somebody asks for it. */
  debug(kind: NoteKind, make: () => Pick<Note, "text" | "detail">, source?: Flow | Holder): void {
    if (this.debugs) this.#say({ level: "debug", kind, ...make() }, source);
  }

  /** True when the log shows what is said at debug. */
  get debugs(): boolean {
    return this.settings.log.level === "debug";
  }

  #say(note: Note, source: Flow | Holder | undefined): void {
    const by = source && this.#causeOf(source);
    this.emit({ type: "note", note: by === undefined ? note : { ...note, by } });
  }

  #causeOf(source: Flow | Holder): NonNullable<Note["by"]> {
    if (!("remote" in source)) {
      // A PBX without a registration is known by the calls that have worked.
      const { name, guest } = source;
      return { ip: name, known: !guest || this.budgets.hasEarned(name, this.now) };
    }
    const standing = standingOf(this, source, this.now);
    return { ip: source.remote.ip, known: standing === "peer" || standing === "known" };
  }

  /** Adds one to a counter. */
  count(kind: string): void {
    this.counters.set(kind, (this.counters.get(kind) ?? 0) + 1);
  }

  /** Counts what a source was refused (RULES S3); when too many are known, the one longest silent is forgotten. */
  refuse(kind: string, ip: string): void {
    this.count(`refused.${kind}`);
    const key = `${ip} ${kind}`;
    const count = (this.refused.get(key)?.count ?? 0) + 1;
    // Set anew, so that the first key is that of the source longest silent.
    this.refused.delete(key);
    if (this.refused.full) this.#forgetRefusal();
    this.refused.set(key, { count, at: this.now });
  }

  #forgetRefusal(): void {
    for (const [oldest] of this.refused.entries()) return void this.refused.delete(oldest);
  }

  /** A fresh tag of 64 random bits. */
  newTag(): string {
    let tag = "";
    while (tag.length < 16) {
      tag += Math.floor(this.random() * 0x10000).toString(16).padStart(4, "0");
    }
    return tag;
  }
}
