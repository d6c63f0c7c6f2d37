/** What `{name}` stands for in one flow: bound on first use, compared afterwards. */
export type Bindings = Map<string, string>;

const PLACEHOLDER = /\{([\w:.-]+)(\^?)\}/g;

/** Replaces placeholders by what they are bound to (`{name^}` in capitals); an unbound one is an error of the flow. */
export function fill(text: string, bindings: Bindings): string {
  return text.replaceAll(PLACEHOLDER, (_all, name: string, capitals: string) => {
    const value = bindings.get(name);
    if (value === undefined) throw new Error(`{${name}} is not bound yet`);
    return capitals === "" ? value : value.toUpperCase();
  });
}

/**
 * True when a text is what a pattern says; then its new placeholders are bound. A placeholder stands for
 * characters of one URI or parameter part, `…` for anything.
 */
export function matches(pattern: string, text: string, bindings: Bindings): boolean {
  const fresh: string[] = [];
  const source = pattern.split(/(\{[\w:.-]+\}|…)/).map((part) => {
    if (part === "…") return "[^]*";
    const name = /^\{([\w:.-]+)\}$/.exec(part)?.[1];
    if (name === undefined) return escape(part);
    const bound = bindings.get(name);
    if (bound !== undefined) return escape(bound);
    if (fresh.includes(name)) return `\\${fresh.indexOf(name) + 1}`;
    fresh.push(name);
    return '([^\\s;,<>"@:/?&=]+)';
  }).join("");
  const found = new RegExp(`^${source}$`).exec(text);
  if (found === null) return false;
  for (const [index, name] of fresh.entries()) bindings.set(name, found[index + 1]!);
  return true;
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\\/]/g, "\\$&");
}

/** Puts placeholders back where bound values of some length stand: for rewritten expectations. */
export function unfill(text: string, bindings: Bindings): string {
  let result = text;
  for (const [name, value] of bindings) {
    if (value.length >= 5) result = result.replaceAll(value, `{${name}}`);
  }
  return result;
}
