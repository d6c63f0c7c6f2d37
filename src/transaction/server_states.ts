import { type Row, type Table, to } from "./machine.ts";

/** States of a server transaction (RFC 3261 §17.2, RFC 6026 §7.1). */
export type ServerState = "trying" | "proceeding" | "accepted" | "completed" | "confirmed";

/**
 * What happens to a server transaction from without.
 * `silence` is a 408 to a request other than INVITE, which nobody may send (RFC 4320 §4.2).
 */
export type ServerInput = "request" | "ack" | "provisional" | "success" | "failure" | "silence";

/** What a server transaction does; `tryingSend` makes and sends a 100 of its own. */
export type ServerAction = "send" | "resend" | "tryingSend" | "unacknowledged";

type ServerRow = Row<ServerState, ServerInput, ServerAction>;
type ServerTable = Table<ServerState, ServerInput, ServerAction>;

/** A state that the kind of transaction does not have. */
const UNUSED: ServerRow = {
  on: {
    request: "ignored",
    ack: "ignored",
    provisional: "ignored",
    success: "ignored",
    failure: "ignored",
    silence: "ignored",
  },
  timers: {},
};

/** INVITE (RFC 3261 §17.2.1 as amended by RFC 6026 §7.1); the 100 is the proxy's. */
export const INVITE_SERVER: ServerTable = {
  trying: UNUSED,
  proceeding: {
    on: {
      request: to("proceeding", "resend"),
      ack: "ignored",
      provisional: to("proceeding", "send"),
      success: to("accepted", "send"),
      failure: to("completed", "send"),
      silence: "ignored",
    },
    timers: {},
  },
  accepted: {
    on: {
      // The 2xx is sent again by the far end, never by us (RFC 6026 §7.1).
      request: "ignored",
      ack: "ignored",
      provisional: "ignored",
      // A copy, or another fork's.
      success: to("accepted", "send"),
      failure: "ignored",
      silence: "ignored",
    },
    timers: { L: to("terminated") },
  },
  completed: {
    on: {
      request: to("completed", "resend"),
      ack: to("confirmed"),
      provisional: "ignored",
      success: "ignored",
      failure: "ignored",
      silence: "ignored",
    },
    timers: { G: to("completed", "resend"), H: to("terminated", "unacknowledged") },
  },
  confirmed: { on: UNUSED.on, timers: { I: to("terminated") } },
};

/** Everything but INVITE and ACK (RFC 3261 §17.2.2, RFC 4320). */
export const OTHER_SERVER: ServerTable = {
  trying: {
    on: {
      request: "ignored",
      ack: "ignored",
      // Only a 100 may be sent, and only late: the timer does it (RFC 4320 §4.1).
      provisional: "ignored",
      success: to("completed", "send"),
      failure: to("completed", "send"),
      silence: to("completed"),
    },
    timers: { trying: to("proceeding", "tryingSend"), lifetime: to("terminated") },
  },
  proceeding: {
    on: {
      request: to("proceeding", "resend"),
      ack: "ignored",
      provisional: "ignored",
      success: to("completed", "send"),
      failure: to("completed", "send"),
      silence: to("completed"),
    },
    timers: { lifetime: to("terminated") },
  },
  accepted: UNUSED,
  completed: {
    on: {
      request: to("completed", "resend"),
      ack: "ignored",
      provisional: "ignored",
      success: "ignored",
      failure: "ignored",
      silence: "ignored",
    },
    timers: { J: to("terminated") },
  },
  confirmed: UNUSED,
};
