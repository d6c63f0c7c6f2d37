import type { Document } from "./document.ts";
import { formatPath, type KeyPath } from "./key_path.ts";
import type { Key } from "./keys.ts";
import type { SyntaxFault } from "./located.ts";
import type { Problem } from "./problem.ts";
import { withOffers } from "./refusal.ts";
import { keysOf } from "./schema.ts";

/** Faults that are shown; a text with more is hardly a configuration. */
const SHOWN_MOST = 20;

/** Everything that is not TOML, each with its place, its line's text and the value to write instead. */
export function syntaxProblems({ faults }: Pick<Document, "faults">, text: string): Problem[] {
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/);
  const ordered = [...faults].sort((left, right) =>
    left.line - right.line || left.column - right.column
  );
  const problems = ordered.slice(0, SHOWN_MOST).map((fault): Problem => {
    const { line, column, path } = fault;
    const source = lines[line - 1] ?? "";
    return { line, column, source, path: formatPath(path ?? []), text: sentence(fault) };
  });
  const rest = ordered.slice(SHOWN_MOST);
  if (rest.length === 0) return problems;
  const { line } = rest[0]!;
  return [...problems, {
    line,
    path: "",
    text: `Not TOML: ${rest.length} more faults from here on`,
  }];
}

/** Says what is wrong, and what to write when the key is a known one. */
function sentence({ what, path = [], wants, raw }: SyntaxFault): string {
  const cause = `Not TOML: ${what}`;
  const key = wants === undefined ? undefined : keyAt(path);
  if (key === undefined) return cause;
  const isItem = typeof path.at(-1) === "number";
  const name = wants === "assignment" ? `${path.at(-1)} = ` : "";
  const mended = isItem ? key.mendItem(raw) : key.mend(raw);
  if (mended !== undefined) return withOffers(cause, [`${name}${mended}`]);
  return isItem ? cause : `${cause}: write it as in ${name}${key.example}`;
}

/** The key of a path such as `inside.networks[1]` or `provider[0].domain`. */
function keyAt(path: KeyPath): Key<unknown, never> | undefined {
  const [section, second] = path;
  const isInList = typeof second === "number";
  const [name, item, ...below] = path.slice(isInList ? 2 : 1);
  if (typeof section !== "string" || typeof name !== "string") return undefined;
  if (typeof item === "string" || below.length > 0) return undefined;
  const keys = keysOf(section);
  return Object.hasOwn(keys, name) ? keys[name] : undefined;
}
