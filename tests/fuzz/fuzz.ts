import { Arena, type ArenaOptions, WORLDS } from "./arena.ts";
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
  /** Bytes in use; asked twice while all cores live and hold nothing: after their warm-up and at the end. */
  readonly heap?: () => number;
  /** Makes the arenas: for the tests of the checks. */
  readonly make?: (options: ArenaOptions) => Arena;
}

/** What came of it. */
export interface FuzzReport {
  readonly classes: Readonly<Record<string, { accepted: number; refused: number }>>;
  /** Sizes of all tables when nothing had happened yet, and after all time had run out. */
  readonly before: string;
  readonly after: string;
  /** Bytes that the cores hold at the end beyond what they held after their warm-up, if measured. */
  readonly growth?: number;
  /** The slowest calls of the core of each world, slowest first. */
  readonly slowest: readonly (Slow & { readonly world: string })[];
  readonly failures: readonly string[];
}

/** Turns between pauses long enough for every call and transaction to end. */
const ROUND = 400;
const PAUSE_MS = 1_400_000;
/** After so many inputs, or half of them all, the compiler and the caches hold about what they ever will. */
const WARM_UP = 40_000;
/** After so many failures there is enough to look at. */
const FAILURES_MOST = 5;

/** Throws faulty input at a core of each world, in virtual time; classes and worlds take turns. */
export function fuzz(options: FuzzOptions): FuzzReport {
  const { seed, count, clock, calls = Infinity, round, heap } = options;
  const { make = (each) => new Arena(each) } = options;
  const arenas = Object.keys(WORLDS).map((world) => make({ clock, world }));
  const before = sizes(arenas);
  const entries = Object.entries(CLASSES);
  const counts = Object.fromEntries(entries.map(([name]) => [name, { accepted: 0, refused: 0 }]));
  const failures: string[] = [];
  const warmUp = Math.min(WARM_UP, count / 2);
  let held: number | undefined;
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
      if (turn % ROUND === ROUND - 1) {
        rest(arenas);
        if (done >= warmUp) held ??= heldBy(arenas, heap);
      }
    } catch (error) {
      failures.push(`${name}, seed ${seed}, turn ${turn}: ${stackOf(error)}`);
    }
    if (turn % ROUND === ROUND - 1) round?.(done);
  }
  const end = failures.length === 0 ? heldBy(arenas, heap) : held ?? 0;
  const slowest = Object.keys(WORLDS)
    .flatMap((world, index) => arenas[index]!.slowest.list.map((slow) => ({ ...slow, world })))
    .sort((a, b) => b.ms - a.ms);
  const growth = heap && { growth: end - (held ?? end) };
  // The arenas must live until here, or nothing of theirs would be in what is held.
  return { classes: counts, before, after: sizes(arenas), ...growth, slowest, failures };
}

function rest(arenas: readonly Arena[]): void {
  for (const arena of arenas) arena.wait(PAUSE_MS);
}

/** What is in use when everything of the arenas has ended, they themselves alive. */
function heldBy(arenas: readonly Arena[], heap: () => number = () => 0): number {
  for (const arena of arenas) arena.end();
  return heap();
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
