import { parseIp } from "../base/address.ts";
import { BROKEN, type Table } from "./document.ts";
import { nearestName } from "./nearest.ts";
import { isOneHost } from "./network_values.ts";
import { keysOf, LISTS, SECTIONS } from "./schema.ts";
import { keysMeant, portRangeEnd, sectionMeant, whyAbsent, whyAbsentIn } from "./synonyms.ts";
import { parseListen } from "./values.ts";

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

/** What is said of a key at the top, where no section is; `root` is what else stands there. */
export function unknownTopKey(name: string, root: Table): string {
  const holders = sectionsWith(name);
  const meant = keysMeantBy(name, root[name]);
  if (holders.length > 0) {
    return `Unknown key outside a section: it belongs under ${headers(holders)}`;
  }
  if (meant.length > 0) {
    return `Unknown key outside a section: ${calledHere(meant, { name, table: root })}`;
  }
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

/** What is said of each key that a section, or a table of a list, does not have. */
export function unknownKeys(section: string, table: Table): Map<string, string> {
  const keys = keysOf(section);
  const unknown = Object.keys(table).filter((name) => !Object.hasOwn(keys, name));
  // What is set already, or was offered for another name, would be there twice.
  const free = new Set(Object.keys(keys).filter((name) => !Object.hasOwn(table, name)));
  return new Map(unknown.map((name) => {
    const here = keysMeantBy(name, table[name]).filter((path) => path.startsWith(`${section}.`));
    const path = here.find((path) => free.has(nameOf(path)));
    if (path !== undefined && portRangeEnd(name) === undefined) free.delete(nameOf(path));
    const text = whyAbsentIn(section, name) ??
      (path === undefined
        ? unknownKey(section, { name, table, free, here })
        : calledHere([path], { name, table, section }));
    return [name, `Unknown key: ${text}`];
  }));
}

/** A name in a table, with its section's keys that are not set and those that it stands for there. */
interface UnknownName {
  readonly name: string;
  readonly table: Table;
  readonly free: ReadonlySet<string>;
  readonly here: readonly string[];
}

function unknownKey(section: string, { name, table, free, here }: UnknownName): string {
  const near = nearestName(name, [...free]);
  if (near !== undefined) return `did you mean ${near}`;
  if (here.length > 0) {
    return `it is called ${nameOf(here[0]!)} here, which must not stand there twice: remove one`;
  }
  const keys = Object.keys(keysOf(section));
  const set = nearestName(name, keys);
  if (set !== undefined) return `it looks like ${set}, which is set already: remove one`;
  const holders = sectionsWith(name);
  if (holders.length > 0) return `it belongs under ${headers(holders)}`;
  const meant = keysMeantBy(name, table[name]);
  if (meant.length > 0) return calledHere(meant, { name, table });
  return whyAbsent(name) ?? `${headerOf(section)} has ${keys.join(", ")}`;
}

/** Where a name of another program stands; without a section when that is not the right one. */
interface CalledName {
  readonly name: string;
  readonly table: Table;
  readonly section?: string;
}

/** Our name for a key of another program, with the line to write. */
function calledHere(paths: readonly string[], { name, table, section }: CalledName): string {
  const sections = paths.map((path) => path.split(".")[0]!);
  const place = section === undefined ? `, under ${headers(sections)}` : "";
  const range = portRange(name, table);
  if (range !== undefined) return `${range.names} are one key here${place}: ${range.hint}`;
  const ours = nameOf(paths[0]!);
  const value = table[name];
  const bound = ours === "interface" ? addressOf(value) : undefined;
  if (bound !== undefined) {
    const port = bound.port === undefined ? "" : ` and listen = ["udp:${bound.port}"]`;
    return `it is called interface here${place}, an address with the prefix length of its ` +
      `network: ${lineFor(paths[0]!, bound.address)}${port}`;
  }
  // One end is no range: what is offered begins with it, and the other end is not known.
  const isEnd = portRangeEnd(name) === "high";
  return `it is called ${ours} here${place}: ${lineFor(paths[0]!, isEnd ? BROKEN : value)}`;
}

/** The line to write for a value, or one like it. */
function lineFor(path: string, value: unknown): string {
  const name = nameOf(path);
  const key = keysOf(path.split(".")[0]!)[name]!;
  const mended = value === BROKEN ? undefined : key.mend(value);
  return mended === undefined
    ? `write it as in ${name} = ${key.example}`
    : `write ${name} = ${mended}`;
}

/** First and last port under two names, as most programs have them. */
function portRange(name: string, table: Table): { names: string; hint: string } | undefined {
  const end = portRangeEnd(name);
  if (end === undefined) return undefined;
  const other = Object.keys(table).find((one) => ![undefined, end].includes(portRangeEnd(one)));
  if (other === undefined) return undefined;
  const [low, high] = end === "low" ? [name, other] : [other, name];
  const ends = [table[low], table[high]];
  const hint = lineFor("media.ports", ends.includes(BROKEN) ? BROKEN : ends);
  return { names: `${low} and ${high}`, hint };
}

/** Paths of the keys that a name stands for; one with an address to bind is the interface. */
function keysMeantBy(name: string, value: unknown): readonly string[] {
  const meant = keysMeant(name);
  if (addressOf(value) === undefined) return meant;
  return [...new Set(meant.map((path) => path.replace(/\.listen$/, ".interface")))];
}

/** One address of this machine to listen on, and its port unless it is the usual one. */
function addressOf(value: unknown): { address: string; port: string | undefined } | undefined {
  if (typeof value !== "string") return undefined;
  const bind = /^(?:udp:(?:\/\/)?)?([\d.]+)((?:\/[\d.]+)?)(?::(\d{1,5}))?$/i;
  const [, ip, bits, port] = bind.exec(value.trim()) ?? [];
  if (ip === undefined || parseIp(ip) === undefined || !isOneHost(ip)) return undefined;
  const usable = port !== undefined && port !== "5060" && parseListen(`udp:${port}`).ok;
  return { address: `${ip}${bits}`, port: usable ? port : undefined };
}

function nameOf(path: string): string {
  return path.split(".")[1]!;
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
