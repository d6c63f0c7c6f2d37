/**
 * Every limit on what others can make us hold or do, in one place (DESIGN §8). For each: what it counts, why
 * it is as high as it is, and what becomes of what goes beyond it. RULES V7 says how a full table answers:
 * phones get 500, outside peers 480, strangers nothing.
 *
 * Not here: times (`proxy/times.ts`, `transaction/timers.ts`), what the owner may write into the
 * configuration (`config`), what the store's format allows (`store/records.ts`), and caches that nobody can
 * tell from a computation done again (`base/memo.ts`, `base/address.ts`).
 */

/** Limits of one message, whoever reads it; beyond them it is refused as a whole. */
export const MESSAGE_LIMITS = {
  /** Characters of a SIP message that is parsed: what a UDP datagram can carry. Beyond: not parsed. */
  characters: 65_536,
  /** Header fields of a message: several times what real ones carry. Beyond: 400 to a request. */
  headerFields: 256,
  /** Values in one header field. Beyond: 400 to a request. */
  fieldValues: 256,
  /** Parameters of a URI or header value. Beyond: it counts as malformed. */
  params: 100,
  /** Media lines of a session description: each may take ports. Beyond: it counts as malformed. */
  mediaLines: 32,
  /** How deep multipart bodies nest. Beyond: what lies deeper is passed on as it is. */
  multipartDepth: 4,
} as const;

/** Limits of the core's tables and of what one message may set going. */
export const LIMITS = {
  /** Longest SIP message taken, in bytes: sockets and core drop and count longer ones. */
  messageBytes: 32_768,
  /** Vias a request may carry: as many as Max-Forwards usually allows hops. Beyond: 400. */
  vias: 70,
  /** Server transactions: 20 s of 1,000 new requests a second. Beyond: V7, `full.transactions`. */
  serverTransactions: 20_000,
  /** Client transactions: one for each target of a request. Beyond: V7, `full.transactions`. */
  clientTransactions: 20_000,
  /**
   * Further places of either kind for what ends a call alone, that is BYEs of dialogs and CANCELs of INVITEs that we
   * know, and our own: a call that cannot be ended would keep its ports, and its other party would wait until no
   * audio came. Beyond: V7, `full.transactions`. As many BYEs of ours wait for our outside address. Beyond: given up,
   * `full.owedByes`.
   */
  endingTransactions: 1_000,
  /** Bindings in all: a large site's phones. Beyond: V7, `full.bindings`. */
  bindings: 10_000,
  /** Bindings of one address of record: an INVITE forks to all of them. Beyond: V7, `full.bindings`. */
  bindingsPerAor: 32,
  /**
   * Bindings whose REGISTER is under way, so that a NOTIFY may overtake its answer (RULES C2): not more than
   * the requests that are under way. Beyond: such a NOTIFY does not find its phone.
   */
  pendingBindings: 20_000,
  /** GRUUs of one binding, of which a registrar gives a temporary one with each answer. Beyond: the oldest is forgotten. */
  gruus: 16,
  /** Contacts in one REGISTER: each may become a binding. Beyond: 400. */
  contactsPerRegister: 16,
  /**
   * Dialogs (calls and subscriptions), and inside parties: 62 MB of subscriptions with Contacts and routes of usual
   * length, 3.1 kB each with its party. Beyond: V7, `full.dialogs`, to a request from inside that is in no dialog and
   * has a Contact, and to one whose answer would make a dialog.
   */
  dialogs: 20_000,
  /**
   * Dialogs of one party with the same Call-ID and tag, as the forks of an INVITE make them: more phones than one person
   * has. Beyond: the oldest that is not answered goes, `forks.dropped`; where all are, the further one is refused.
   */
  forks: 16,
  /** IPs outside that one dialog's messages went to or came from. Beyond: the oldest is forgotten. */
  dialogPeers: 8,
  /** Calls, ringing ones included: 56 MB with audio, 11.1 kB each with its dialog. Beyond: V7, `full.calls`. */
  calls: 5_000,
  /**
   * Further places for emergency calls alone in the tables of calls, of dialogs and of requests that wait for names:
   * many at once at a large site. Beyond: as any other call.
   */
  emergencies: 16,
  /** Requests waiting for a name. Beyond: V7, `full.parked`. */
  parked: 2_000,
  /** Stateless answers kept until they are sent, all within one turn. Beyond: no answer. */
  replies: 1_024,
  /** How often a request may come back to us (RULES V5). Beyond: 482. */
  depth: 4,
  /** Sources whose budgets are kept. Beyond: the one longest unused is forgotten. */
  budgetSources: 4_096,
  /** Sources whose refusals are counted one by one. Beyond: the one longest silent is forgotten. */
  refusedSources: 1_024,
  /** Servers remembered per address of record. Beyond: the one that is over, else the newest, is forgotten. */
  pins: 10_000,
  /** INVITEs remembered as challenged, so that their call is announced once. Beyond: it is announced again. */
  challenged: 10_000,
  /** Servers remembered as silent (RULES N4). Beyond: the newest is tried again. */
  deadServers: 1_024,
  /** Names of servers remembered as not found. Beyond: the newest is said each time that it is not found. */
  lostNames: 1_024,
  /** Phones remembered as refused by their registrar. Beyond: the one refused longest ago is forgotten. */
  registerTroubles: 4_096,
  /** Servers tried for one request (RULES N4). Beyond: the answer of the last one. */
  attempts: 8,
  /** Messages handed from one side to the other inside the core in one turn. Beyond: dropped, `full.handovers`. */
  handovers: 1_000,
} as const;

/** Limits of a core: those of {@linkcode LIMITS}, or smaller ones where reaching them is what matters. */
export type Limits = { readonly [name in keyof typeof LIMITS]: number };

/**
 * How much of a table one holder of places may have (RULES V7), as a part of what is free in it but for the last eighth:
 * the fuller it is, the smaller are all shares, and the last eighth is for who has next to nothing (`shares.ts`). Of the
 * 500 port pairs of the usual range that is, beside nobody else: 25 for a source without a registration, 94 for one
 * phone, and 216 for a PBX with 24 registrations or more. All sources without a registration together have half.
 * Beyond: V7, `share.` and the table's name.
 */
export const SHARES = {
  /** Of a source without a registration. */
  guest: 1 / 16,
  /** Of one with a registration, and what each registration adds: whoever has a registrar grants himself as many as he likes. */
  registered: 1 / 4,
  registration: 1 / 32,
  most: 1,
} as const;

/**
 * DNS queries for one source, three for a name at the usual (RFC 3263 §4): a phone asks for its provider's name, a PBX
 * for those of whom it calls without a provider. Beyond: the request is answered as if its name had no server.
 */
export const LOOK_UPS = {
  guest: { perSecond: 6, burst: 60 },
  registered: { perSecond: 30, burst: 300 },
} as const;

/** Limits of media sessions and of the relay. */
export const MEDIA_LIMITS = {
  /**
   * Port pairs of each local address that are kept for emergency calls: all of a site that has one. Of less than 64 an
   * eighth. Beyond: as any other call.
   */
  emergencyPairs: 8,
  /**
   * Pairs on a side that anybody has with us may hold however few there are: a call with video, and another one to ask
   * about it. Beyond: V7, by shares.
   */
  leastPairs: 4,
  /** Dialogs of one session: forks of a call. Beyond: the description is refused. */
  dialogs: 32,
  /** Answers of a dialog that are known again when they come again. Beyond: the oldest is forgotten. */
  answers: 8,
  /** Our own legs that a packet of a forwarded local call passes (RULES L5). Beyond: dropped. */
  joins: 4,
  /** Sources that are followed before one is accepted (RULES L2). Beyond: the weakest is forgotten. */
  candidates: 8,
  /** Refused sources told at once. Beyond: not told. */
  refusals: 256,
  /** News of the relay that wait for the core. Beyond: refused sources are not told. */
  news: 1_024,
} as const;

/** Limits of the shell around the core. */
export const SHELL_LIMITS = {
  /** Events of one turn of the loop: between turns the sockets get their share. Beyond: next turn. */
  eventsPerTurn: 256,
  /**
   * DNS queries at work at one time, each with a file open: what `capacity.ts` leaves beside media ports. Beyond: they
   * wait for their turn.
   */
  lookUps: 16,
  /** Further ones of names that a live binding or the configuration needs. Beyond: they wait for their turn. */
  keptLookUps: 6,
  /** Sources whose budgets of look-ups are kept. Beyond: the one longest unused is forgotten. */
  lookUpSources: 1_024,
  /** Sources that are remembered to have asked for one name. Beyond: the further ones are not. */
  nameSources: 16,
  /** Names kept of each DNS record type. Beyond: the oldest quarter goes. */
  names: 1_000,
  /** Targets of one SRV name that are followed. Beyond: those of the lowest priority are left out. */
  srvTargets: 16,
  /** Servers in the answer to one look-up. Beyond: those of the lowest priority are left out. */
  servers: 32,
  /** Different log sentences whose repetitions are held back. Beyond: they pass unfiltered. */
  sentences: 1_000,
  /** Sources whose bytes in the log are counted one by one. Beyond: the one longest silent is forgotten. */
  logSources: 1_024,
} as const;

/** A datagram counts as one message for each so many bytes of it that have begun: what fits into one Ethernet frame. */
export const MESSAGE_BYTES = 1_500;

/**
 * Messages a source may send, before they are read. Far above what phones, PBXes and providers need; low
 * enough that one source, or all unknown ones together, leave time and table space for everybody else.
 * Beyond: dropped, `refused.budget`.
 *
 * What that means for memory: a request from inside that nobody answers is held for 32 s, with 7 kB and its text
 * twice; the transaction of an INVITE that nobody acknowledges for 32 s more, with 3 kB. So all unknown sources
 * inside together hold at most 1,000 + 200 × 32 requests at once: 52 MB of what the flood test sends, 74 MB of the
 * largest that count as one, and 19 MB of INVITEs that have ended. Strangers' requests that find nobody are not held.
 * Dialogs live for hours, so the limits above bound them and not these budgets: with both tables full they hold
 * 15,000 × 3.1 kB + 5,000 × 11.1 kB = 102 MB, and the parts of messages that they keep if those are longer than usual.
 */
export const BUDGETS = {
  peer: { own: { perSecond: 4_000, burst: 8_000 }, shared: undefined },
  known: { own: { perSecond: 1_000, burst: 2_000 }, shared: undefined },
  inside: {
    own: { perSecond: 100, burst: 200 },
    shared: { perSecond: 200, burst: 1_000 },
  },
  stranger: {
    own: { perSecond: 50, burst: 100 },
    shared: { perSecond: 1_000, burst: 2_000 },
  },
} as const;

/**
 * Bytes that notes may take of the log, by share (`note_kinds.ts`). `all` bounds what the disk gets: the three of
 * them together 840 MB a day, and strangers 17 MB. `source` bounds one peer of it (RULES V7). Far above what a site
 * with its phones needs: a call is about 500 bytes, and all phones of a large one may register at once. `debug` is
 * for sentences and messages that somebody has asked for by `[log] level = "debug"`, and only then. Beyond: left out
 * and counted; one line a minute says how many.
 */
export const LOG_BUDGETS = {
  ours: {
    all: { perSecond: 500, burst: 50_000 },
    source: { perSecond: 500, burst: 50_000 },
    debug: { perSecond: 500, burst: 50_000 },
  },
  phones: {
    all: { perSecond: 9_000, burst: 1_000_000 },
    source: { perSecond: 2_000, burst: 200_000 },
    debug: { perSecond: 50_000, burst: 5_000_000 },
  },
  strangers: {
    all: { perSecond: 200, burst: 20_000 },
    source: { perSecond: 50, burst: 5_000 },
    debug: { perSecond: 5_000, burst: 500_000 },
  },
} as const;
