import { MEDIA_LIMITS } from "../base/limits.ts";
import type { Role } from "./far_end.ts";
import type { Viewpoint } from "./reach.ts";
import type { SignalledStream } from "./stream.ts";

/** One description as the party that sent it means it: plain data, kept over restarts. */
export interface Statement {
  readonly party: Viewpoint;
  readonly streams: readonly SignalledStream[];
}

/** A session description on its way through us. */
export interface Sdp {
  readonly role: Role;
  /** Tag of the called party; undefined in the first INVITE, which is for all who answer it. */
  readonly dialog: string | undefined;
  /** The SIP transaction it belongs to. */
  readonly exchange: string;
  /** True in a request, false in a response, undefined when unknown. */
  readonly request: boolean | undefined;
  /** Equal for equal bodies of one exchange. */
  readonly mark: string;
  readonly statement: Statement;
}

/** What an exchange changes: one party of one dialog is now described so; undefined: no longer at all. */
export interface Change {
  readonly role: Role;
  readonly dialog: string | undefined;
  readonly statement: Statement | undefined;
}

/** What {@linkcode Negotiation.take} found. */
export interface Outcome {
  readonly changes: readonly Change[];
  /** True when an answer was passed on for the dialog. */
  readonly answered: boolean;
}

interface Offer {
  readonly exchange: string;
  readonly request?: boolean;
  readonly statement: Statement;
  answered: boolean;
  /** True for the first INVITE's: it holds in every dialog that says nothing else. */
  readonly initial?: boolean;
}

type ByRole<T> = { caller?: T; called?: T };

/** One dialog's offers and what holds now. */
export interface DialogRecord {
  offers: ByRole<Offer>;
  /** What was said in this dialog itself. */
  applied: ByRole<Statement>;
  marks: ByRole<string>;
  /** Exchanges each party has answered in. */
  answers: { caller: string[]; called: string[] };
  /** Exchange of the offer answered last. */
  latest?: string;
  /** What held before the last answer; a failure of its exchange brings it back (RULES P3). */
  undo?: { exchange: string; applied: ByRole<Statement> };
}

/** All of it, as plain data for the store. */
export interface NegotiationRecord {
  first?: { exchange: string; mark: string; statement: Statement };
  dialogs: [tag: string, dialog: DialogRecord][];
}

const NOTHING: Outcome = { changes: [], answered: false };

/** The other of the two. */
export function otherRole(role: Role): Role {
  return role === "caller" ? "called" : "caller";
}

/**
 * Offer and answer (RFC 3264, RFC 6337) of one session, per dialog.
 * An offer changes nothing until it is answered, so that a rejected one never did (RULES P3);
 * only a party of which nothing is known yet is taken at its first word.
 */
export class Negotiation {
  #first: NegotiationRecord["first"];
  readonly #dialogs = new Map<string, DialogRecord>();

  constructor(record?: NegotiationRecord) {
    this.#first = record?.first;
    for (const [tag, dialog] of record?.dialogs ?? []) this.#dialogs.set(tag, dialog);
  }

  /** Tags of all dialogs, oldest first. */
  get dialogs(): IterableIterator<string> {
    return this.#dialogs.keys();
  }

  /** True when a description of this dialog can be taken. */
  admits(dialog: string | undefined): boolean {
    return dialog === undefined || this.#dialogs.has(dialog) ||
      this.#dialogs.size < MEDIA_LIMITS.dialogs;
  }

  /** True when the exchange is the first INVITE's. */
  isFirst(exchange: string): boolean {
    return this.#first?.exchange === exchange;
  }

  /** Takes a description for what it is in its dialog: repetition, answer or offer. */
  take(sdp: Sdp): Outcome {
    if (sdp.dialog === undefined) return this.#takeFirst(sdp);
    const dialog = this.#dialog(sdp.dialog);
    const meaning = meaningOf(dialog, sdp);
    if (meaning === "repetition") return NOTHING;
    dialog.marks[sdp.role] = sdp.mark;
    switch (meaning) {
      case "answer":
        return takeAnswer(dialog, sdp);
      case "correction":
        dialog.applied[sdp.role] = sdp.statement;
        return { changes: [changeOf(sdp)], answered: false };
      case "offer":
        return takeOffer(dialog, sdp, sdp.role === "caller" && this.#first !== undefined);
    }
  }

  /** Undoes what an exchange offered that was then refused. */
  failed(exchange: string): Change[] {
    const changes: Change[] = [];
    for (const [tag, dialog] of this.#dialogs) {
      for (const role of ["caller", "called"] as const) {
        const offer = dialog.offers[role];
        if (offer?.exchange === exchange && !offer.answered) delete dialog.offers[role];
      }
      if (dialog.undo?.exchange !== exchange) continue;
      dialog.applied = dialog.undo.applied;
      delete dialog.undo;
      for (const role of ["caller", "called"] as const) {
        changes.push({ role, dialog: tag, statement: dialog.applied[role] });
      }
    }
    return changes;
  }

  /** Forgets a dialog. */
  forget(dialog: string): void {
    this.#dialogs.delete(dialog);
  }

  /** What holds now, for building the far ends again after a restart. */
  applied(): Change[] {
    const changes: Change[] = [];
    const first = this.#first?.statement;
    if (first !== undefined) changes.push({ role: "caller", dialog: undefined, statement: first });
    for (const [dialog, { applied }] of this.#dialogs) {
      if (applied.caller !== undefined) {
        changes.push({ role: "caller", dialog, statement: applied.caller });
      }
      if (applied.called !== undefined) {
        changes.push({ role: "called", dialog, statement: applied.called });
      }
    }
    return changes;
  }

  /** Plain data; {@linkcode Negotiation} made of it goes on from there. */
  record(): NegotiationRecord {
    const dialogs = [...this.#dialogs];
    return this.#first === undefined ? { dialogs } : { first: this.#first, dialogs };
  }

  #takeFirst(sdp: Sdp): Outcome {
    if (this.#first?.mark === sdp.mark) return NOTHING;
    this.#first = { exchange: sdp.exchange, mark: sdp.mark, statement: sdp.statement };
    return { changes: [changeOf(sdp)], answered: false };
  }

  #dialog(tag: string): DialogRecord {
    const known = this.#dialogs.get(tag);
    if (known !== undefined) return known;
    const dialog: DialogRecord = {
      offers: {},
      applied: {},
      marks: {},
      answers: { caller: [], called: [] },
    };
    if (this.#first !== undefined) {
      const { exchange, statement } = this.#first;
      const initial = { exchange, request: true, statement, answered: false, initial: true };
      dialog.offers.caller = initial;
    }
    this.#dialogs.set(tag, dialog);
    return dialog;
  }
}

type Meaning = "repetition" | "answer" | "offer" | "correction";

function meaningOf(dialog: DialogRecord, sdp: Sdp): Meaning {
  if (dialog.marks[sdp.role] === sdp.mark) return "repetition";
  // The 200's copy of an answer that was given in a 183, after an UPDATE has come between.
  const overtaken = dialog.latest !== sdp.exchange;
  if (overtaken && dialog.answers[sdp.role].includes(sdp.exchange)) return "repetition";
  const theirs = dialog.offers[otherRole(sdp.role)];
  if (theirs !== undefined && isAnswerTo(theirs, sdp)) return "answer";
  const own = dialog.offers[sdp.role];
  return own?.exchange === sdp.exchange && own.answered ? "correction" : "offer";
}

/** An offer in a request is answered in its own responses, one in a response by a request: PRACK or ACK. */
function isAnswerTo(offer: Offer, sdp: Sdp): boolean {
  if (offer.exchange === sdp.exchange) return true;
  if (offer.answered) return false;
  if (offer.request === undefined || sdp.request === undefined) return true;
  return !offer.request && sdp.request;
}

function takeAnswer(dialog: DialogRecord, sdp: Sdp): Outcome {
  const other = otherRole(sdp.role);
  const offer = dialog.offers[other]!;
  const changes: Change[] = [];
  if (!offer.answered && dialog.applied[sdp.role] !== undefined) {
    dialog.undo = { exchange: offer.exchange, applied: { ...dialog.applied } };
  }
  offer.answered = true;
  dialog.latest = offer.exchange;
  if (!offer.initial && dialog.applied[other] !== offer.statement) {
    dialog.applied[other] = offer.statement;
    changes.push({ role: other, dialog: sdp.dialog, statement: offer.statement });
  }
  dialog.applied[sdp.role] = sdp.statement;
  changes.push(changeOf(sdp));
  const answers = dialog.answers[sdp.role];
  if (!answers.includes(sdp.exchange)) answers.push(sdp.exchange);
  if (answers.length > MEDIA_LIMITS.answers) answers.shift();
  return { changes, answered: true };
}

// The first INVITE's offer describes the caller in all dialogs, also once a later one has taken its place here.
function takeOffer(dialog: DialogRecord, sdp: Sdp, described: boolean): Outcome {
  const { exchange, request, statement } = sdp;
  const known = described || (dialog.applied[sdp.role] ?? dialog.offers[sdp.role]) !== undefined;
  dialog.offers[sdp.role] = {
    exchange,
    ...(request === undefined ? {} : { request }),
    statement,
    answered: false,
  };
  if (known) return NOTHING;
  dialog.applied[sdp.role] = statement;
  return { changes: [changeOf(sdp)], answered: false };
}

function changeOf(sdp: Sdp): Change {
  return { role: sdp.role, dialog: sdp.dialog, statement: sdp.statement };
}
