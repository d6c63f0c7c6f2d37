import type { Settings } from "../proxy/settings.ts";
import type { Configuration } from "./read.ts";
import { type Keys, LISTS, SECTIONS } from "./schema.ts";
import { headerOf } from "./unknown.ts";

/** Writes the effective settings as TOML; a comment behind each says where it came from. */
export function printSettings({ settings, origins }: Configuration): string {
  const blocks = blocksOf(settings).map(({ header, path, keys, from }) => {
    const lines = Object.entries(keys).map(([name, key]) => ({
      text: `${name} = ${key.write(key.find(from))}`,
      origin: origins.get(`${path}.${name}`) ?? "default",
    }));
    return { header, lines };
  });
  const width = Math.max(...blocks.flatMap(({ lines }) => lines.map(({ text }) => text.length)));
  return blocks.map(({ header, lines }) => {
    const rows = lines.map(({ text, origin }) => `${text.padEnd(width)}  # ${origin}\n`);
    return `${header}\n${rows.join("")}`;
  }).join("\n");
}

/** A table with its keys, and the settings that they are found in. */
interface Block {
  readonly header: string;
  readonly path: string;
  readonly keys: Keys<unknown>;
  readonly from: unknown;
}

function blocksOf(settings: Settings): Block[] {
  const sections = Object.entries(SECTIONS).map(([path, keys]) => ({
    header: headerOf(path),
    path,
    keys,
    from: settings,
  }));
  const tables = Object.entries(LISTS).flatMap(([name, { keys, find }]) =>
    find(settings).map((from, index) => ({
      header: headerOf(name),
      path: `${name}[${index}]`,
      keys,
      from,
    }))
  );
  return [...sections, ...tables];
}
