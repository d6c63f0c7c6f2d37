import { contentsOf, onCopy } from "./contents.ts";
import { examine } from "./examine.ts";
import { markerPath } from "./folder.ts";
import { messageOf } from "./faults.ts";
import { DIED_READING, isProven, unprovenText, unusableText, walText } from "./open.ts";
import type { Ownership } from "./ownership.ts";
import { newerText, SCHEMA } from "./schema.ts";
import { lostText, readSecret, secretPath } from "./secret.ts";
import { exists } from "./set_aside.ts";

/** What a start would say of a state that nobody has open. */
export interface Foresight {
  /** Why nothing would be kept. */
  readonly unusable: string | undefined;
  /** What would be lost or made anew, though the start goes on with the file. */
  readonly warnings: readonly string[];
}

/** Looks at a state as a start would, and changes nothing. */
export function foreseeState(path: string, ownership: Ownership): Foresight {
  const { doubt } = ownership;
  if (doubt !== undefined) return { unusable: unusableText(path, doubt), warnings: [] };
  const warnings = secretWarnings(path, ownership);
  const damage = exists(path) ? damageOf(path) : undefined;
  if (damage?.reason === undefined) {
    return { unusable: undefined, warnings: [...warnings, ...damage?.warnings ?? []] };
  }
  const { reason, isDamaged } = damage;
  if (!isDamaged) return { unusable: unusableText(path, reason), warnings };
  const secret = readSecret(path);
  const { proven } = ownership;
  if (secret.kind !== "good" || !isProven(path, { proven, secret })) {
    return { unusable: unusableText(path, unprovenText(reason)), warnings };
  }
  const text = `State file ${path} cannot be read: ${reason}; a start sets it aside and goes on ` +
    "empty: registrations and running calls are lost until the phones register again";
  return { unusable: undefined, warnings: [...warnings, text] };
}

function secretWarnings(path: string, { secretLost }: Ownership): string[] {
  const found = readSecret(path);
  const file = secretPath(path);
  switch (found.kind) {
    case "good":
      return [];
    case "missing":
      return secretLost ? [lostText(path)] : [];
    case "malformed":
      return [
        `Secret ${file} is damaged, a start sets it aside and makes it anew: phones get new ` +
        "tokens when they register again",
      ];
    case "unreadable":
      return [`Cannot read secret ${file}: ${found.reason}; phones get other tokens`];
  }
}

/** A program that went back a version does not read what the newer one wrote. */
function tooNew(path: string): Omit<Damage, "warnings"> {
  const contents = contentsOf(path);
  if (contents.kind !== "ours" || contents.schema <= SCHEMA) return {};
  return { reason: newerText(contents.schema), isDamaged: true };
}

/** What is wrong with a file, if anything. */
interface Damage {
  readonly warnings: readonly string[];
  readonly reason?: string;
  readonly isDamaged?: boolean;
}

function damageOf(path: string): Damage {
  if (exists(markerPath(path))) return { warnings: [], reason: DIED_READING, isDamaged: true };
  try {
    const log = walText(path);
    const warnings = log === undefined ? [] : [log];
    const verdict = onCopy(path, examine);
    if (verdict === undefined) return { warnings };
    if (verdict.ok) return { warnings, ...tooNew(path) };
    return { warnings, reason: verdict.reason.text, isDamaged: verdict.reason.damaged };
  } catch (error) {
    // Without room for a copy, or leave to read the file, a start may still do.
    return { warnings: [`Cannot look into state file ${path}: ${messageOf(error)}`] };
  }
}
