/** A time as it is stored: how much was left, in ms, and the wall clock at that moment (DESIGN §5). */
export interface StoredTime {
  readonly remainingMs: number;
  readonly savedAtWallMs: number;
}

/** Longer than this nobody was away: the clock is wrong. */
const LONGEST_ABSENCE_MS = 30 * 24 * 3600 * 1000;

/**
 * How many ms ago something was saved, 0 when the clock can't be believed: routers boot in 1970, and nothing
 * shall expire because of that.
 */
export function absenceSince(
  savedAtWallMs: number,
  nowWallMs: number,
  buildWallMs: number,
): number {
  const absence = nowWallMs - savedAtWallMs;
  const believable = nowWallMs >= buildWallMs && absence >= 0 && absence <= LONGEST_ABSENCE_MS;
  return believable ? absence : 0;
}

/** How many ms are left at `nowWallMs`; 0 when the time is over. The time since is subtracted only if it makes sense. */
export function remainingAfter(
  stored: StoredTime,
  nowWallMs: number,
  buildWallMs: number,
): number {
  const absence = absenceSince(stored.savedAtWallMs, nowWallMs, buildWallMs);
  return Math.max(0, stored.remainingMs - absence);
}
