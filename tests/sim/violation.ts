/** A check of the simulator says no. */
export class Violation extends Error {
  /** @param check Name of the check, as tests name it. */
  constructor(readonly check: Check, message: string) {
    super(`${check}: ${message}`);
  }
}

/** What was thrown: a check's no, or a fault. */
export function asViolation(error: unknown): Violation {
  if (error instanceof Violation) return error;
  const text = error instanceof Error ? error.stack ?? error.message : String(error);
  return new Violation("fault", text);
}

/** What is checked, each by one file. */
export type Check =
  /** RULES I on every packet that leaves on the outside. */
  | "leak"
  /** What we call ourselves outside is an address of ours. */
  | "contact"
  /** What a far end wrote itself comes back to it as it was (RULES I). */
  | "own words"
  /** A request gets one final answer; an INVITE may get 2xx of several forks. */
  | "one answer"
  /** A message that is sent has an owner with an address, and that is an address of somebody who is there. */
  | "owner"
  /** A full table says 500 to phones and 480 outside, never 503. */
  | "refusal"
  /** Strangers hear nothing. */
  | "stranger"
  /** Tables stay within their limits. */
  | "limits"
  /** When all is over nothing is left: tables, ports, records. */
  | "left over"
  /** A call is up on both sides or on none. */
  | "agreement"
  /** Hold and other changes leave a call up. */
  | "hold"
  /** Who could not register for a while is registered again when nothing hinders it. */
  | "registration"
  /** What a subscriber asked for reaches it. */
  | "notify"
  /** Media reaches parties of its call only. */
  | "media"
  /** Who is called hears it ring. */
  | "reach"
  /** Flows that carry registrations are kept alive (RULES N6). */
  | "keep-alive"
  /** Both parties of a call are heard. */
  | "silence"
  /** An INVITE that begins a call leaves when its record is on the disk (RULES X1). */
  | "order"
  /** Nothing throws. */
  | "fault";
