/** How fast a budget grows again, and how much of it can be saved up. */
export interface Budget {
  readonly perSecond: number;
  readonly burst: number;
}

/** What is left of a budget, and when that was so. */
export interface Bucket {
  left: number;
  at: number;
}

/** The bucket as it is at `now` (monotonic ms), changed in place; a new one is full. */
export function refilled(bucket: Bucket | undefined, budget: Budget, now: number): Bucket {
  if (bucket === undefined) return { left: budget.burst, at: now };
  const gained = Math.max(0, now - bucket.at) / 1_000 * budget.perSecond;
  bucket.left = Math.min(budget.burst, bucket.left + gained);
  bucket.at = now;
  return bucket;
}
