import { ok, refuse, type Result } from "../base/result.ts";
import { findSdp, replaceSdp, type SdpPart } from "./multipart.ts";
import { parseDescription, type SessionDescription } from "./description.ts";
import { editDescription, type SdpEdit } from "./edit.ts";

/** A message body with the session descriptions in it, one as a rule. */
export interface SdpBody {
  readonly text: string;
  readonly parts: readonly SdpPart[];
  readonly descriptions: readonly SessionDescription[];
}

/** Reads the descriptions of a body; there may be none, but one that cannot be read is refused. */
export function readSdpBody(contentType: string, text: string): Result<SdpBody> {
  const parts = findSdp(contentType, text);
  const descriptions: SessionDescription[] = [];
  for (const part of parts) {
    const description = parseDescription(text.slice(part.start, part.end));
    if (!description.ok) return refuse(description.reason);
    descriptions.push(description.value);
  }
  return ok({ text, parts, descriptions });
}

/** Writes the body with each description edited; all around them stays byte for byte. */
export function writeSdpBody(body: SdpBody, edit: SdpEdit): string {
  const texts = body.descriptions.map((description) => editDescription(description, edit));
  return replaceSdp(body.text, body.parts, texts);
}
