/** Keys and list indices from the document's root. */
export type KeyPath = readonly (string | number)[];

/** Writes a path as `inside.networks[1]`; a key that TOML would quote is quoted. */
export function formatPath(path: KeyPath): string {
  return path.map(formatPart).join("").slice(path[0] === undefined ? 0 : 1);
}

function formatPart(part: string | number): string {
  if (typeof part === "number") return `[${part}]`;
  return `.${/^[A-Za-z0-9_-]+$/.test(part) ? part : JSON.stringify(part)}`;
}
