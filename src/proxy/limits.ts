/** Every limit of the core in one place (DESIGN §8); reaching one is counted and answered by RULES V7. */
export const LIMITS = {
  /** Longest SIP message taken, in bytes. */
  messageBytes: 32_768,
  /** Vias a request may carry: as many as Max-Forwards usually allows hops. */
  vias: 70,
  /** Transactions of each kind. */
  serverTransactions: 20_000,
  clientTransactions: 20_000,
  /** Bindings in all, and of one address of record. */
  bindings: 10_000,
  bindingsPerAor: 32,
  /** Contacts in one REGISTER. */
  contactsPerRegister: 16,
  /** Dialogs (calls and subscriptions) and inside parties. */
  dialogs: 20_000,
  /** Calls, ringing ones included. */
  calls: 5_000,
  /** Requests waiting for a name. */
  parked: 2_000,
  /** Stateless answers kept until they are sent. */
  replies: 1_024,
  /** Depth of requests that come back to us (RULES V5). */
  depth: 4,
  /** Sources whose budgets are kept. */
  budgetSources: 4_096,
  /** Sources whose refusals are counted one by one. */
  refusedSources: 1_024,
  /** Servers remembered per address of record, and silent servers. */
  pins: 10_000,
  deadServers: 1_024,
  /** Servers tried for one request (RULES N4). */
  attempts: 8,
  /** Messages handed from one side to the other inside the core in one turn. */
  handovers: 1_000,
  /** Events of one turn of the loop: between turns the sockets get their share. */
  eventsPerTurn: 256,
} as const;

/** Times of the proxy's own, in ms; those of transactions are in `transaction/timers.ts`. */
export const TIMES = {
  /** Timer C (RFC 3261 §16.6 step 11), RULES V3. */
  timerC: 600_000,
  /** A target that has sent nothing for so long is given up while another is left (RULES N4). */
  silence: 4_000,
  /** A dead server is skipped for so long (RULES N4). */
  dead: 60_000,
  /** How long the end of a dialog is remembered (RULES X2), and a challenged request's server (RULES N3). */
  memory: 32_000,
  /** A binding lives so much longer than stored (DESIGN §5, RULES C2). */
  bindingGrace: 60_000,
  /** How often the names of configured providers are looked up. */
  providers: 300_000,
  /** The same after one could not be found. */
  providersAgain: 30_000,
  /** A call without ports of ours and without a word for so long is over. */
  quiet: 86_400_000,
  /** A source that a call or registration has worked with is known for so long. */
  earned: 3_600_000,
  /** Life of a subscription's dialog when nobody says another. */
  subscription: 3_600_000,
} as const;

/**
 * Messages a source may send, before they are read. Far above what phones, PBXes and providers need; low
 * enough that one source, or all unknown ones together, leave time and table space for everybody else.
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
