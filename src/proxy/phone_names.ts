import { logText } from "../base/log_text.ts";

/** Names that are written out; the rest is a number. */
const SHOWN = 3;

/** An address of record as people write it, for log lines. */
export function phoneName(aor: string): string {
  return logText(aor.replace(/^sips?:/, ""));
}

/** The first few names of many: `a, b, c and 5 more`. */
export function phoneNames(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN);
  const more = names.length - shown.length;
  if (more > 0) return `${shown.join(", ")} and ${more} more`;
  const last = shown.pop() ?? "none";
  return shown.length === 0 ? last : `${shown.join(", ")} and ${last}`;
}
