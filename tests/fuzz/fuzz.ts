import { Arena, WORLDS } from "./arena.ts";
import { CLASSES } from "./classes.ts";
import { Dice } from "./dice.ts";
import type { Slow } from "./slowest.ts";

/** What is tried. */
export interface FuzzOptions {
  readonly seed: number;
  /** Faulty inputs in all: a conversation counts for all it says. */
  readonly count: number;
  /** Real milliseconds. */
  readonly clock: () => number;
  /** Enough when each core was called so often. */
  readonly calls?: number;
  /** Called between rounds, with the number of inputs so far. */
  readonly round?: (done: number) => void;
}

/** What came of it. */
export interface FuzzReport {
  readonly classes: Readonly<Record<string, { accepted: number; refused: number }>>;
  /** Sizes of all tables when nothing had happened yet, and after all time had run out. */
  readonly before: string;
  readonly after: string;
  /** The slowest calls of the core of each world, slowest first. */
  readonly slowest: readonly (Slow & { readonly world: string })[];
  readonly failures: readonly string[];
}

/** Turns between pauses long enough for every call and transaction to end. */
const ROUND = 400;
const PAUSE_MS = 1_400_000;
/** Longer than anything lives. */
const END_MS = 8 * 86_400_000;
/** After so many failures there is enough to look at. */
const FAILURES_MOST = 5;

/** Throws faulty input at a core of each world, in virtual time; classes and worlds take turns. */
export function fuzz({ seed, count, clock, calls = Infinity, round }: FuzzOptions): FuzzReport {
  const arenas = Object.keys(WORLDS).map((world) => new Arena({ clock, world }));
  const before = sizes(arenas);
  const entries = Object.entries(CLASSES);
  const counts = Object.fromEntries(entries.map(([name]) => [name, { accepted: 0, refused: 0 }]));
  const failures: string[] = [];
  let turn = 0;
  const enough = () => arenas.every(({ slowest }) => slowest.number >= calls);
  for (let done = 0; done < count && failures.length < FAILURES_MOST && !enough(); turn++) {
    const [name, attempt] = entries[turn % entries.length]!;
    const arena = arenas[Math.floor(turn / entries.length) % arenas.length]!;
    try {
      const { accepted, refused } = attempt(arena, new Dice(seed * 1_000_003 + turn));
      counts[name]!.accepted += accepted;
      counts[name]!.refused += refused;
      done += Math.max(1, accepted + refused);
      arena.wait(turn % 50);
      if (turn % ROUND === ROUND - 1) rest(arenas, PAUSE_MS);
    } catch (error) {
      failures.push(`${name}, seed ${seed}, turn ${turn}: ${stackOf(error)}`);
    }
    if (turn % ROUND === ROUND - 1) round?.(done);
  }
  if (failures.length === 0) rest(arenas, END_MS);
  const slowest = Object.keys(WORLDS)
    .flatMap((world, index) => arenas[index]!.slowest.list.map((slow) => ({ ...slow, world })))
    .sort((a, b) => b.ms - a.ms);
  return { classes: counts, before, after: sizes(arenas), slowest, failures };
}

function rest(arenas: readonly Arena[], ms: number): void {
  for (const arena of arenas) arena.wait(ms);
}

/** So often all is tried again when something was slow. */
const AGAIN = 2;

/**
 * The calls that take longer than `mostMs` every time the same tries are made again, each then with the same full
 * tables and long dialogs before it: pauses of the machine come elsewhere. Slowest first, each with its least time.
 */
export function slowEachTime(
  first: Pick<FuzzReport, "slowest">,
  options: { mostMs: number; again: (calls: number) => Pick<FuzzReport, "slowest"> },
): FuzzReport["slowest"] {
  const { mostMs, again } = options;
  let slow = first.slowest.filter(({ ms }) => ms > mostMs);
  for (let left = AGAIN; left > 0 && slow.length > 0; left--) {
    const last = Math.max(...slow.map(({ number }) => number));
    const now = new Map(again(last).slowest.map((each) => [nameOf(each), each.ms]));
    slow = slow.map((each) => ({ ...each, ms: Math.min(each.ms, now.get(nameOf(each)) ?? 0) }))
      .filter(({ ms }) => ms > mostMs);
  }
  return slow.sort((a, b) => b.ms - a.ms);
}

function nameOf({ world, number }: FuzzReport["slowest"][number]): string {
  return `${world} ${number}`;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}

/** Every table's size, what is stored and which ports are in use, in one line to compare. */
function sizes(arenas: readonly Arena[]): string {
  return arenas.map(sizesOf).join("; ");
}

function sizesOf(arena: Arena): string {
  const { phones, calls, media, tables } = arena.tables as {
    phones: unknown[];
    calls: unknown[];
    media: { sessions: unknown[]; pools: Record<string, unknown>[] };
    tables: Record<string, number>;
  };
  const taken = media.pools.map(({ taken }) => taken).join("+");
  // Old pins go when the next one is noted.
  const counted = Object.entries(tables).filter(([name]) => name !== "pins")
    .map(([name, size]) => `${name} ${size}`);
  return [
    `phones ${phones.length}`,
    `calls ${calls.length}`,
    `sessions ${media.sessions.length}`,
    `pairs ${taken} of ${arena.stage.bound.length} bound`,
    `records ${arena.stage.store.size}`,
    ...counted,
  ].join(", ");
}
