/** One header field; a folded field is one, with its folds in `line`. */
export interface HeaderField {
  /** Canonical lower-case long name; compact forms are expanded: "v" is "via". */
  readonly key: string;
  /** The name as written. */
  readonly name: string;
  /** The exact text, folds and line end included. */
  readonly line: string;
}

/** What requests and responses share; all text has one character a byte. */
interface MessageParts {
  /** "SIP/2.0" as written. */
  readonly version: string;
  /** The exact text, line end included. */
  readonly startLine: string;
  readonly headers: readonly HeaderField[];
  /** The empty line between headers and body, as written. */
  readonly blank: string;
  readonly body: string;
}

/** A SIP request (RFC 3261 §7.1). */
export interface SipRequest extends MessageParts {
  readonly kind: "request";
  /** As written: methods are case-sensitive. */
  readonly method: string;
  /** The Request-URI as written. */
  readonly uri: string;
}

/** A SIP response (RFC 3261 §7.2). */
export interface SipResponse extends MessageParts {
  readonly kind: "response";
  /** 100 to 699. */
  readonly status: number;
  readonly reason: string;
}

/** A SIP message; it is never changed, edits make new ones that share what they left alone. */
export type SipMessage = SipRequest | SipResponse;
