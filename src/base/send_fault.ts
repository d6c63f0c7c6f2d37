/**
 * Why a datagram did not leave: no way there, a rule of this host, more bytes than the network takes, an address that
 * this host does not have at the moment, or anything else.
 */
export type SendFaultKind = "unreachable" | "forbidden" | "too-long" | "no-listener" | "other";

/** A send that failed at once (RULES N4). */
export interface SendFault {
  readonly kind: SendFaultKind;
  /** The kernel's reason in words for log lines, in lower case. */
  readonly reason: string;
}
