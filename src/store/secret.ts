import { keyedHash } from "../base/hash.ts";
import { isMissing, messageOf } from "./faults.ts";
import { exists, setAside } from "./set_aside.ts";

/** Length of the secret in bytes; twice that in the file, as hexadecimal text. */
const SECRET_BYTES = 32;
/** Length of a state's id in characters. */
const ID_LENGTH = 20;
const SECRET_TEXT = /^[0-9a-f]{64}$/;

/** The secret, and what went wrong with its file, in words. */
export interface Secret {
  readonly text: string;
  readonly problem?: string;
  /** Whether the next start will find it: one that cannot be read now may be back then. */
  readonly file: "kept" | "unreadable" | "unwritable";
}

/** What lies where the secret should. */
export type FoundSecret =
  | { readonly kind: "good"; readonly text: string }
  | { readonly kind: "missing" | "malformed" }
  | { readonly kind: "unreadable"; readonly reason: string };

/** What making a secret takes. */
export interface SecretOptions {
  readonly random: (length: number) => Uint8Array;
  /** Wall time in ms, for the name of a damaged one. */
  readonly now: () => number;
}

/** Where the secret of a state file lies: a file of its own, so that a damaged store does not change every token. */
export function secretPath(path: string): string {
  return `${path}.secret`;
}

/** What a file says of its secret, so that one of another box is told from ours; it leads to no token. */
export function stateId(secret: string): string {
  return keyedHash(secret, ["state"], ID_LENGTH);
}

/** Reads the secret, or makes one at the first start, readable by its owner only. */
export function openSecret(path: string, options: SecretOptions): Secret {
  const found = readSecret(path);
  const { text } = found.kind === "good" ? found : passingSecret(options);
  switch (found.kind) {
    case "good":
      return { text, file: "kept" };
    case "missing":
      return written(path, text);
    case "malformed":
      return replaced(path, text, options);
    case "unreadable": {
      // It may be back at the next start: it is not replaced.
      const problem = `Cannot read secret ${secretPath(path)}: ${found.reason}; ` +
        "phones get other tokens until it can be read";
      return { text, problem, file: "unreadable" };
    }
  }
}

/** A secret for this run only. */
export function passingSecret({ random }: Pick<SecretOptions, "random">): Secret {
  return { text: hexOf(random(SECRET_BYTES)), file: "unwritable" };
}

/** Looks at what lies where the secret should, and changes nothing. */
export function readSecret(path: string): FoundSecret {
  try {
    const text = Deno.readTextFileSync(secretPath(path)).trim();
    return SECRET_TEXT.test(text) ? { kind: "good", text } : { kind: "malformed" };
  } catch (error) {
    if (isMissing(error)) return { kind: "missing" };
    return { kind: "unreadable", reason: messageOf(error) };
  }
}

/** A router without a start is worse than new tokens; the damaged secret is kept for whoever can mend it. */
function replaced(path: string, text: string, { now }: SecretOptions): Secret {
  const file = secretPath(path);
  try {
    const aside = setAside(file, now());
    const secret = written(path, text);
    const damaged = `Secret ${file} was damaged and is made anew, the damaged one is kept as ` +
      `${aside}: phones get new tokens when they register again`;
    return { ...secret, problem: secret.problem ?? damaged };
  } catch (error) {
    return { text, problem: unwritable(file, error), file: "unwritable" };
  }
}

/** Written under another name first: a power cut leaves the old file, or the whole new one. */
function written(path: string, text: string): Secret {
  const file = secretPath(path);
  const draft = `${file}.new`;
  try {
    // A left-over could belong to, or be readable by, somebody else.
    if (exists(draft)) Deno.removeSync(draft);
    writeOut(draft, `${text}\n`);
    Deno.renameSync(draft, file);
    return { text, file: "kept" };
  } catch (error) {
    return { text, problem: unwritable(file, error), file: "unwritable" };
  }
}

function writeOut(file: string, text: string): void {
  const handle = Deno.openSync(file, { write: true, createNew: true, mode: 0o600 });
  try {
    handle.writeSync(new TextEncoder().encode(text));
    handle.syncSync();
  } finally {
    handle.close();
  }
}

/** What is said of a secret that is not there any more, though the state is. */
export function lostText(path: string): string {
  return `Secret ${secretPath(path)} is gone and is made anew: phones get new tokens when they ` +
    "register again";
}

function unwritable(file: string, error: unknown): string {
  return `Cannot write secret ${file}: ${messageOf(error)}`;
}

function hexOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
