import { isMissing, messageOf } from "./faults.ts";
import { exists } from "./set_aside.ts";

/** Length of the secret in bytes; twice that in the file, as hexadecimal text. */
const SECRET_BYTES = 32;
const SECRET_TEXT = /^[0-9a-f]{64}$/;

/** The secret, and what went wrong with its file, in words. */
export interface Secret {
  readonly text: string;
  readonly problem?: string;
}

/** Where the secret of a state file lies: a file of its own, so that a damaged store does not change every token. */
export function secretPath(path: string): string {
  return `${path}.secret`;
}

/** Reads the secret, or makes one at the first start, readable by its owner only. */
export function openSecret(path: string, random: (length: number) => Uint8Array): Secret {
  const file = secretPath(path);
  const known = readSecret(file);
  if (known.text !== undefined) return { text: known.text };
  const text = hexOf(random(SECRET_BYTES));
  const failed = writeSecret(file, text);
  const problem = [known.problem, failed].filter((one) => one !== undefined).join("; ");
  return problem === "" ? { text } : { text, problem };
}

function readSecret(file: string): { text?: string; problem?: string } {
  try {
    const text = Deno.readTextFileSync(file).trim();
    if (SECRET_TEXT.test(text)) return { text };
    return { problem: `Secret ${file} was damaged and is made anew: phones get new tokens` };
  } catch (error) {
    if (isMissing(error)) return {};
    return { problem: `Cannot read secret ${file}: ${messageOf(error)}` };
  }
}

/** Written under another name first: a power cut leaves the old file, or the whole new one. */
function writeSecret(file: string, text: string): string | undefined {
  const draft = `${file}.new`;
  try {
    // A left-over could belong to, or be readable by, somebody else.
    if (exists(draft)) Deno.removeSync(draft);
    using handle = Deno.openSync(draft, { write: true, createNew: true, mode: 0o600 });
    handle.writeSync(new TextEncoder().encode(`${text}\n`));
    handle.syncSync();
    Deno.renameSync(draft, file);
    return undefined;
  } catch (error) {
    return `Cannot write secret ${file}: ${messageOf(error)}; tokens change at the next start`;
  }
}

function hexOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
