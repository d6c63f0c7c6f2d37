import { Arena, type Longest } from "./arena.ts";
import { CLASSES } from "./classes.ts";
import { Dice } from "./dice.ts";

/** What is tried. */
export interface FuzzOptions {
  readonly seed: number;
  /** Tries in all; classes take turns. */
  readonly count: number;
  /** Real milliseconds. */
  readonly clock: () => number;
  /** Called between rounds, with the number of tries so far. */
  readonly round?: (done: number) => void;
}

/** What came of it. */
export interface FuzzReport {
  readonly classes: Readonly<Record<string, { accepted: number; refused: number }>>;
  /** Sizes of all tables when nothing had happened yet, and after all time had run out. */
  readonly before: string;
  readonly after: string;
  readonly longest: Longest;
  readonly failures: readonly string[];
}

/** Tries between pauses long enough for every call and transaction to end. */
const ROUND = 400;
const PAUSE_MS = 700_000;
/** Longer than anything lives. */
const END_MS = 30 * 3_600_000;
/** After so many failures there is enough to look at. */
const FAILURES_MOST = 5;

/** Throws faulty input at one core, in virtual time. */
export function fuzz(options: FuzzOptions): FuzzReport {
  const { seed, count, clock, round } = options;
  const arena = new Arena(clock);
  const before = sizes(arena);
  const entries = Object.entries(CLASSES);
  const counts = Object.fromEntries(entries.map(([name]) => [name, { accepted: 0, refused: 0 }]));
  const failures: string[] = [];
  for (let done = 0; done < count && failures.length < FAILURES_MOST; done++) {
    const [name, attempt] = entries[done % entries.length]!;
    try {
      const { accepted, refused } = attempt(arena, new Dice(seed * 1_000_003 + done));
      counts[name]!.accepted += accepted;
      counts[name]!.refused += refused;
      arena.wait(done % ROUND === ROUND - 1 ? PAUSE_MS : done % 50);
    } catch (error) {
      failures.push(`${name}, seed ${seed}, try ${done}: ${stackOf(error)}`);
    }
    if (done % ROUND === ROUND - 1) round?.(done + 1);
  }
  if (failures.length === 0) arena.wait(END_MS);
  return { classes: counts, before, after: sizes(arena), longest: arena.longest, failures };
}

/** How often the slowest message comes again. */
const AGAIN = 5;

/** The least ms that the slowest message takes, each time at a new core: without the pauses of the machine. */
export function leastMs(longest: Longest, clock: () => number): number {
  const { datagram, ms } = longest;
  if (datagram === undefined) return ms;
  const { side, from, text } = datagram;
  const times = Array.from({ length: AGAIN }, () => {
    const arena = new Arena(clock);
    void arena.living;
    arena.longest.ms = 0;
    arena.feed(side, from, text);
    return arena.longest.ms;
  });
  return Math.min(ms, ...times);
}

function stackOf(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}

/** Every table's size, what is stored and which ports are in use, in one line to compare. */
function sizes(arena: Arena): string {
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
