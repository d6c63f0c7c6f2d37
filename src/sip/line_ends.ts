import type { HeaderField, SipMessage } from "./message.ts";

/**
 * The message with CR LF at the end of every line before the body. We take a bare LF for a line end; a next
 * hop that does not would find its fields, and the end of its headers, elsewhere than we did.
 */
export function withCrlf<M extends SipMessage>(message: M): M {
  const { startLine, headers, blank } = message;
  if (isPlain(startLine) && blank !== "\n" && headers.every(({ line }) => isPlain(line))) {
    return message;
  }
  const fields = headers.map((field): HeaderField => ({ ...field, line: crlf(field.line) }));
  return { ...message, startLine: crlf(startLine), headers: fields, blank: "\r\n" };
}

function isPlain(line: string): boolean {
  for (let at = line.indexOf("\n"); at >= 0; at = line.indexOf("\n", at + 1)) {
    if (line.charCodeAt(at - 1) !== 13) return false;
  }
  return true;
}

function crlf(line: string): string {
  return line.replace(/\r?\n/g, "\r\n");
}
