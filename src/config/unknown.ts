import { nearestName } from "./nearest.ts";
import { LISTS, SECTIONS } from "./schema.ts";

/** True for the name of a section or of a list of tables. */
export function isSectionName(name: string): boolean {
  return Object.hasOwn(SECTIONS, name) || Object.hasOwn(LISTS, name);
}

/** How a section's header is written: `[log]`, `[[provider]]`. */
export function headerOf(name: string): string {
  return Object.hasOwn(LISTS, name) ? `[[${name}]]` : `[${name}]`;
}

/** The two that other programs have under other names. */
const PURPOSES: Readonly<Record<string, string>> = {
  inside: " for the phones",
  outside: " for the provider",
};

/** What is said of a name at the top that is no section; `isKey`: it has a plain value. */
export function unknownSection(name: string, isKey: boolean): string {
  const holders = headersWith(name);
  if (isKey && holders !== "") return `Unknown key outside a section: it belongs under ${holders}`;
  const near = nearestName(name, Object.keys(keysBySection()));
  if (near !== undefined) return `Unknown section: did you mean ${headerOf(near)}`;
  const all = Object.keys(keysBySection()).map((name) =>
    `${headerOf(name)}${PURPOSES[name] ?? ""}`
  );
  return `Unknown section: there are ${all.join(", ")}`;
}

/** What is said of a key that its section does not have. */
export function unknownKey(section: string, name: string): string {
  const keys = keysBySection()[section] ?? [];
  const near = nearestName(name, keys);
  if (near !== undefined) return `Unknown key: did you mean ${near}`;
  const holders = headersWith(name);
  if (holders !== "") return `Unknown key: it belongs under ${holders}`;
  return `Unknown key: ${headerOf(section)} has ${keys.join(", ")}`;
}

function headersWith(key: string): string {
  const holders = Object.entries(keysBySection()).filter(([, keys]) => keys.includes(key));
  return holders.map(([section]) => headerOf(section)).join(" or ");
}

function keysBySection(): Readonly<Record<string, readonly string[]>> {
  const lists = Object.entries(LISTS).map(([name, { keys }]) => [name, keys] as const);
  const all = [...Object.entries(SECTIONS), ...lists];
  return Object.fromEntries(all.map(([name, keys]) => [name, Object.keys(keys)]));
}
