import { BROKEN } from "./document.ts";
import { nearestName } from "./nearest.ts";
import { keysOf, LISTS, SECTIONS } from "./schema.ts";
import { keysMeant, sectionMeant, whyAbsent } from "./synonyms.ts";

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

/** What is said of a key at the top, where no section is. */
export function unknownTopKey(name: string, value: unknown): string {
  const holders = sectionsWith(name);
  const meant = keysMeant(name);
  if (holders.length > 0) {
    return `Unknown key outside a section: it belongs under ${headers(holders)}`;
  }
  if (meant.length > 0) return `Unknown key outside a section: ${calledHere(meant, value)}`;
  const absent = whyAbsent(name);
  return absent === undefined ? unknownSection(name) : `Unknown key: ${absent}`;
}

/** What is said of a table at the top that is no section. */
export function unknownSection(name: string): string {
  const meant = sectionMeant(name);
  if (meant !== undefined) return `Unknown section: it is called ${headerOf(meant)} here`;
  const near = nearestName(name, sectionNames());
  if (near !== undefined) return `Unknown section: did you mean ${headerOf(near)}`;
  const all = sectionNames().map((name) => `${headerOf(name)}${PURPOSES[name] ?? ""}`);
  return `Unknown section: there are ${all.join(", ")}`;
}

/** What is said of a key that its section does not have. */
export function unknownKey(section: string, name: string, value: unknown): string {
  const keys = Object.keys(keysOf(section));
  const meant = keysMeant(name);
  const here = meant.filter((path) => path.startsWith(`${section}.`));
  if (here.length > 0) return `Unknown key: ${calledHere(here, value, section)}`;
  const near = nearestName(name, keys);
  if (near !== undefined) return `Unknown key: did you mean ${near}`;
  const holders = sectionsWith(name);
  if (holders.length > 0) return `Unknown key: it belongs under ${headers(holders)}`;
  if (meant.length > 0) return `Unknown key: ${calledHere(meant, value)}`;
  return `Unknown key: ${whyAbsent(name) ?? `${headerOf(section)} has ${keys.join(", ")}`}`;
}

/** Our name for a key of another program, with the line to write; `section` is where it stands. */
function calledHere(paths: readonly string[], value: unknown, section?: string): string {
  const sections = paths.map((path) => path.split(".")[0]!);
  const name = paths[0]!.split(".")[1]!;
  const key = keysOf(sections[0]!)[name]!;
  const mended = value === BROKEN ? undefined : key.mend(value);
  const hint = mended === undefined
    ? `write it as in ${name} = ${key.example}`
    : `write ${name} = ${mended}`;
  const place = section === undefined ? `, under ${headers(sections)}` : "";
  return `it is called ${name} here${place}: ${hint}`;
}

function headers(sections: readonly string[]): string {
  return sections.map(headerOf).join(" or ");
}

function sectionsWith(key: string): string[] {
  return sectionNames().filter((section) => Object.hasOwn(keysOf(section), key));
}

function sectionNames(): string[] {
  return [...Object.keys(SECTIONS), ...Object.keys(LISTS)];
}
