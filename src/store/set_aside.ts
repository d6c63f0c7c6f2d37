import { isMissing } from "./faults.ts";

/** How many damaged copies are kept. */
export const COPIES_MAX = 3;

/** What SQLite keeps beside a file. */
const COMPANIONS = ["-wal", "-shm"];

/** Renames a state file and what belongs to it to `<path>.bad-<time>` and returns that path; three are kept. */
export function setAside(path: string, nowWallMs: number): string {
  const target = freeName(`${path}.bad-${timeText(nowWallMs)}`);
  Deno.renameSync(path, target);
  for (const companion of COMPANIONS) {
    ifThere(() => Deno.renameSync(path + companion, target + companion));
  }
  prune(path, target);
  return target;
}

/** `19700101T000102Z`: names without colons, in order of time. */
function timeText(wallMs: number): string {
  return new Date(wallMs).toISOString().replace(/\.\d+/, "").replaceAll(/[-:]/g, "");
}

function freeName(wanted: string): string {
  for (let count = 1;; count++) {
    const name = count === 1 ? wanted : `${wanted}.${count}`;
    if (!exists(name)) return name;
  }
}

function prune(path: string, newest: string): void {
  const older = copiesOf(path).filter((copy) => copy !== newest);
  for (const copy of older.slice(0, Math.max(0, older.length - (COPIES_MAX - 1)))) {
    for (const suffix of ["", ...COMPANIONS]) ifThere(() => Deno.removeSync(copy + suffix));
  }
}

/** Damaged copies of a state file, oldest first by name; without their companions. */
export function copiesOf(path: string): string[] {
  const slash = path.lastIndexOf("/");
  const folder = slash < 0 ? "." : path.slice(0, slash + 1);
  const begin = `${path.slice(slash + 1)}.bad-`;
  const copies: string[] = [];
  for (const { name } of Deno.readDirSync(folder)) {
    const companion = COMPANIONS.some((suffix) => name.endsWith(suffix));
    if (name.startsWith(begin) && !companion) copies.push(path.slice(0, slash + 1) + name);
  }
  return copies.sort();
}

/** True when something has that name. */
export function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function ifThere(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
