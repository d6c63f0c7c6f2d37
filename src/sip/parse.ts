import { MESSAGE_LIMITS } from "../base/limits.ts";
import { ok, refuse, type Result } from "../base/result.ts";
import { hasBareReturn, readHeaderBlock } from "./header_block.ts";
import { withBody } from "./edit.ts";
import type { SipMessage, SipRequest } from "./message.ts";
import { withoutRepeats } from "./repeats.ts";
import { parseStartLine, type StartLine } from "./start_line.ts";
import { contentLength, type Fault, findFault } from "./validity.ts";

/** Why a datagram is no message for us. */
export interface ParseRefusal {
  /** In words, for log lines. */
  readonly reason: string;
  /** Short class for counters: "start-line", "header-line", "content-length", "oversized"… */
  readonly kind: string;
  /** For a request clear enough to be answered: how, and what could be read of it. */
  readonly answer?: {
    readonly status: number;
    readonly reason: string;
    readonly message: SipRequest;
  };
}

/**
 * Reads the message a datagram carries (RFC 3261 §18.3): empty lines before it are skipped, what follows
 * the length it declares is cut off. A body shorter than that is taken as it came, and its true length goes on
 * (RFC 4475 §3.1.2.2 clerr; a BroadWorks SBC writes a length of its own after its script has changed the body).
 */
export function parseMessage(text: string): Result<SipMessage, ParseRefusal> {
  if (text.length > MESSAGE_LIMITS.characters) {
    return refuse({ kind: "oversized", reason: `Message of ${text.length} bytes` });
  }
  const start = skipEmptyLines(text);
  const headersAt = text.indexOf("\n", start) + 1;
  if (headersAt === 0) return refuse({ kind: "start-line", reason: "No line end" });
  const startLine = text.slice(start, headersAt);
  if (hasBareReturn(startLine)) {
    return refuse({ kind: "start-line", reason: "Bare CR in the first line" });
  }
  const begun = parseStartLine(startLine.slice(0, startLine.endsWith("\r\n") ? -2 : -1));
  if (begun.ok) {
    const { message, fault } = readRest(text, startLine, begun.value);
    const sound = withoutRepeats(message);
    return finish(sound, fault ?? findFault(sound));
  }
  const { kind, reason, answer } = begun.reason;
  if (answer === undefined) return refuse({ kind, reason });
  const { message } = readRest(text, startLine, answer.request);
  return refuse(refusal(begun.reason, message, answer.status));
}

/** The index of the first character that is no CR or LF (RFC 3261 §7.5). */
function skipEmptyLines(text: string): number {
  let index = 0;
  while (text.charCodeAt(index) === 13 || text.charCodeAt(index) === 10) index++;
  return index;
}

function readRest(
  text: string,
  startLine: string,
  parsed: StartLine,
): { message: SipMessage; fault: Fault | undefined } {
  const start = skipEmptyLines(text) + startLine.length;
  const { headers, blank, end, fault } = readHeaderBlock(text, start);
  const body = text.slice(end);
  const { version } = parsed;
  if (parsed.kind === "request") {
    const { kind, method, uri, repaired } = parsed;
    const line = repaired === undefined ? startLine : repaired + lineEnd(startLine);
    return {
      message: { kind, method, uri, version, startLine: line, headers, blank, body },
      fault,
    };
  }
  const { kind, status, reason } = parsed;
  return { message: { kind, status, reason, version, startLine, headers, blank, body }, fault };
}

function lineEnd(line: string): string {
  return line.endsWith("\r\n") ? "\r\n" : "\n";
}

function finish(message: SipMessage, found: Fault | undefined): Result<SipMessage, ParseRefusal> {
  if (found !== undefined) return refuse(refusal(found, message));
  const length = contentLength(message);
  if (typeof length === "object") return refuse(refusal(length, message));
  const there = message.body.length;
  if (length === undefined || length === there) return ok(message);
  if (length < there) return ok({ ...message, body: message.body.slice(0, length) });
  // Where nothing came, headers may be lost with it.
  if (there > 0 && length <= MESSAGE_LIMITS.characters) return ok(withBody(message, message.body));
  const reason = `Content-Length is ${length}, but ${there} bytes came`;
  return refuse(refusal({ kind: "content-length", reason }, message));
}

/** Nothing answers an ACK (RULES V3) or a response, and without a Via an answer has no way back. */
function refusal(found: Fault, message: SipMessage, status = 400): ParseRefusal {
  const { kind, reason } = found;
  const answerable = message.kind === "request" && message.method !== "ACK" &&
    message.headers.some((field) => field.key === "via");
  if (!answerable) return { kind, reason };
  return { kind, reason, answer: { status, reason: ANSWERS[kind] ?? "Bad Request", message } };
}

/** Reason phrases for answers; our words about a peer's text do not go back to it. */
const ANSWERS: Readonly<Record<string, string>> = {
  "version": "Version Not Supported",
  "header-line": "Bad Header Field",
  "too-many": "Too Many Header Fields Or Values",
  "missing": "Missing Header Field",
  "repeated": "Repeated Header Field",
  "via": "Bad Via",
  "from": "Bad From",
  "to": "Bad To",
  "call-id": "Bad Call-ID",
  "cseq": "Bad CSeq",
  "max-forwards": "Bad Max-Forwards",
  "content-length": "Bad Content-Length",
};
