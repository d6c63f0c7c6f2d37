import type { Note } from "../../src/proxy/events.ts";

/** What `logText` escapes: controls, what changes the direction of writing or shows nothing, and what ends a line. */
const UNFIT = /[\p{C}\p{Zl}\p{Zp}]/u;
/** Characters of the longest sentence: a handful of parts that peers wrote, each cut, and our own words. */
const LONGEST = 500;

/** A note whose sentence a peer can neither break nor stretch: an error for any other (`src/base/log_text.ts`). */
export function soundNote(note: Note): Note {
  const { kind, text } = note;
  const unfit = UNFIT.exec(text)?.[0];
  if (unfit !== undefined) {
    throw new Error(`A sentence (${kind}) holds ${JSON.stringify(unfit)}: ${JSON.stringify(text)}`);
  }
  if (text.length > LONGEST) {
    throw new Error(`A sentence (${kind}) has ${text.length} characters: ${text}`);
  }
  return note;
}
