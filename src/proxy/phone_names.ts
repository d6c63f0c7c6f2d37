import { logText } from "../base/log_text.ts";
import { headerText } from "../sip/headers.ts";
import { parseNameAddr } from "../sip/name_addr.ts";
import { uriKey } from "../sip/uri.ts";
import type { Binding } from "./bindings.ts";
import type { Passage } from "./contexts.ts";

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

/** Names of phones that something concerns: whose request it was first, then those with these bindings. */
export function phonesConcerned(
  passage: Passage | undefined,
  bindings: Iterable<Binding>,
): string[] {
  const names = new Set<string>();
  if (passage?.side === "inside") {
    const from = parseNameAddr(headerText(passage.request, "from") ?? "");
    const aor = passage.register?.aor ?? (from.ok ? uriKey(from.value.uri) : "");
    if (aor !== "") names.add(phoneName(aor));
  }
  for (const { aor } of bindings) names.add(phoneName(aor));
  return [...names];
}
