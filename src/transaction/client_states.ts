import { type Row, type Table, to } from "./machine.ts";
import { T2 } from "./timers.ts";

/** States of a client transaction (RFC 3261 §17.1, RFC 6026 §7.2); `abandoned` is ours (RULES N4). */
export type ClientState =
  | "calling"
  | "trying"
  | "proceeding"
  | "accepted"
  | "completed"
  | "abandoned";

/** What happens to a client transaction from without. */
export type ClientInput = "provisional" | "success" | "failure" | "abandon";

/** What a client transaction does; `tell` and `late` hand the response to the user. */
export type ClientAction = "resend" | "acknowledge" | "tell" | "late" | "timedOut";

type ClientRow = Row<ClientState, ClientInput, ClientAction>;
type ClientTable = Table<ClientState, ClientInput, ClientAction>;

/** A state that the kind of transaction does not have, and the answer of one that only waits. */
const UNUSED: ClientRow = {
  on: { provisional: "ignored", success: "ignored", failure: "ignored", abandon: "ignored" },
  timers: {},
};

/** INVITE (RFC 3261 §17.1.1 as amended by RFC 6026 §7.2); timer C is the proxy's. */
export const INVITE_CLIENT: ClientTable = {
  calling: {
    on: {
      provisional: to("proceeding", "tell"),
      success: to("accepted", "tell"),
      failure: to("completed", "acknowledge", "tell"),
      abandon: to("abandoned"),
    },
    timers: { A: to("calling", "resend"), B: to("terminated", "timedOut") },
  },
  trying: UNUSED,
  proceeding: {
    on: {
      provisional: to("proceeding", "tell"),
      success: to("accepted", "tell"),
      failure: to("completed", "acknowledge", "tell"),
      abandon: to("abandoned"),
    },
    timers: {},
  },
  accepted: {
    on: {
      provisional: "ignored",
      // A copy, or another fork's: the user sends the ACKs of 2xx.
      success: to("accepted", "tell"),
      failure: "ignored",
      abandon: "ignored",
    },
    timers: { M: to("terminated") },
  },
  completed: {
    on: {
      provisional: "ignored",
      success: "ignored",
      failure: to("completed", "acknowledge"),
      abandon: "ignored",
    },
    timers: { D: to("terminated") },
  },
  abandoned: {
    on: {
      provisional: to("abandoned", "late"),
      success: to("abandoned", "late"),
      failure: to("completed", "acknowledge", "late"),
      abandon: "ignored",
    },
    timers: { abandoned: to("terminated") },
  },
};

/** Everything but INVITE and ACK (RFC 3261 §17.1.2). */
export const OTHER_CLIENT: ClientTable = {
  calling: UNUSED,
  trying: {
    on: {
      provisional: to("proceeding", "tell"),
      success: to("completed", "tell"),
      failure: to("completed", "tell"),
      abandon: to("abandoned"),
    },
    timers: { E: to("trying", "resend"), F: to("terminated", "timedOut") },
  },
  proceeding: {
    on: {
      provisional: to("proceeding", "tell"),
      success: to("completed", "tell"),
      failure: to("completed", "tell"),
      abandon: to("abandoned"),
    },
    timers: {
      E: { ...to("proceeding", "resend"), afterMs: T2 },
      F: to("terminated", "timedOut"),
    },
  },
  accepted: UNUSED,
  completed: { on: UNUSED.on, timers: { K: to("terminated") } },
  abandoned: {
    on: {
      provisional: to("abandoned", "late"),
      success: to("completed", "late"),
      failure: to("completed", "late"),
      abandon: "ignored",
    },
    timers: { abandoned: to("terminated") },
  },
};
