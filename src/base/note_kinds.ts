/**
 * Whose place in the log a sentence takes: each share has bytes a second of its own (`ops/log_budget.ts`), so that
 * a flood of one leaves the others theirs (RULES V7).
 */
export type LogShare =
  /** About this program and the machine it runs on. */
  | "ours"
  /** Calls and registrations of registered phones, and their providers. */
  | "phones"
  /** What strangers and hosts without a registration cause. */
  | "strangers";

/** How the log treats one kind of note. */
export interface NoteRule {
  /** True when equal sentences become a number once a minute: a state that lasts, or the same complaint again. */
  readonly folds: boolean;
  /** Its share when the note does not say who caused it. */
  readonly share: LogShare;
}

/** Every kind of note: a new one is added here. What happens to a call or a registration never folds. */
export const NOTE_KINDS = {
  "call.started": { folds: false, share: "phones" },
  "call.answered": { folds: false, share: "phones" },
  "call.failed": { folds: false, share: "phones" },
  "call.ended": { folds: false, share: "phones" },
  /** A side of an answered call was never heard. */
  "call.silent": { folds: false, share: "phones" },
  /** The ACK of an answered call never came. */
  "call.unacknowledged": { folds: false, share: "phones" },
  /** Audio of a call comes from another address than before (RULES L3). */
  "media.moved": { folds: false, share: "phones" },
  /** A call's audio is refused, all of it that comes from one side (RULES L2). */
  "media.refused": { folds: false, share: "phones" },
  /** Audio of a call cannot be sent (RULES X2). */
  "media.unsent": { folds: false, share: "phones" },
  /** A phone is registered, or its registration moved. */
  "registered": { folds: false, share: "phones" },
  /** Another server takes a provider's registrations. */
  "registrar": { folds: false, share: "phones" },
  /** A registration ended. */
  "unregistered": { folds: false, share: "phones" },
  /** The provider refuses a registration: phones try again for as long as it is so. */
  "register.refused": { folds: false, share: "phones" },
  /** Somebody who is not its provider asks for a phone's password (RULES H4). */
  "challenge": { folds: true, share: "phones" },
  /** A request that we refuse ourselves. */
  "refused": { folds: true, share: "strangers" },
  /** A provider's call for which no phone is found (RULES T1). */
  "missed": { folds: true, share: "phones" },
  /** A stranger's request that gets no answer (RULES S3). */
  "stranger": { folds: true, share: "strangers" },
  /** A source that came to the wrong side (RULES S1). */
  "side": { folds: true, share: "strangers" },
  /** A SIP message in full, at debug. */
  "message": { folds: false, share: "phones" },
  /** What becomes of a session description, at debug. */
  "sdp": { folds: false, share: "phones" },
  /** A name that is not found. */
  "dns": { folds: true, share: "phones" },
  /** A next hop that cannot be used from here, and who stands in for it (RULES N1). */
  "next_hop": { folds: true, share: "phones" },
  /** A server that is given up for a while (RULES N4). */
  "server": { folds: true, share: "phones" },
  /** Our outside address changed, or is waited for. */
  "outside": { folds: true, share: "ours" },
  /** A NAT between us and the provider (RULES N6). */
  "nat": { folds: true, share: "ours" },
  /** No media port is free. */
  "ports": { folds: true, share: "ours" },
  /** Somebody holds his share of a table (RULES V7). */
  "share": { folds: true, share: "ours" },
  /** What a restart took up, and what it could not. */
  "restored": { folds: false, share: "ours" },
  /** A listener that cannot be bound. */
  "listener": { folds: true, share: "ours" },
  /** The name of our outside address is not found. */
  "advertise": { folds: true, share: "ours" },
  /** The state cannot be stored. */
  "store": { folds: true, share: "ours" },
  /** A fault of our own. */
  "fault": { folds: true, share: "ours" },
} as const satisfies Readonly<Record<string, NoteRule>>;

/** What kind of thing a note is about. */
export type NoteKind = keyof typeof NOTE_KINDS;
