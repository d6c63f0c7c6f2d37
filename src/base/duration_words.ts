const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A duration of so many ms as a person says it: `61 s`, `4 min 12 s`, `2 h 5 min`, `3 d 4 h`. */
export function durationWords(ms: number): string {
  const rounded = Math.round(ms / SECOND) * SECOND;
  if (rounded < 2 * MINUTE) return `${rounded / SECOND} s`;
  if (rounded < HOUR) return parts(rounded, [[MINUTE, "min"], [SECOND, "s"]]);
  if (rounded < 2 * DAY) return parts(rounded, [[HOUR, "h"], [MINUTE, "min"]]);
  return parts(rounded, [[DAY, "d"], [HOUR, "h"]]);
}

/** The larger unit, and the smaller one unless there is none of it. */
function parts(
  ms: number,
  [[large, one], [small, other]]: readonly [readonly [number, string], readonly [number, string]],
): string {
  const rest = Math.floor((ms % large) / small);
  const whole = `${Math.floor(ms / large)} ${one}`;
  return rest === 0 ? whole : `${whole} ${rest} ${other}`;
}
