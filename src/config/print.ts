import type { Configuration } from "./read.ts";
import { SECTIONS } from "./schema.ts";

/** Writes the effective settings as TOML; a comment behind each says where it came from. */
export function printSettings({ settings, origins }: Configuration): string {
  const sections = Object.entries(SECTIONS).map(([section, keys]) => {
    const lines = Object.entries(keys).map(([name, key]) => ({
      text: `${name} = ${key.write(key.find(settings))}`,
      origin: origins.get(`${section}.${name}`) ?? "default",
    }));
    return { section, lines };
  });
  const width = Math.max(...sections.flatMap(({ lines }) => lines.map(({ text }) => text.length)));
  return sections.map(({ section, lines }) => {
    const rows = lines.map(({ text, origin }) => `${text.padEnd(width)}  # ${origin}\n`);
    return `[${section}]\n${rows.join("")}`;
  }).join("\n");
}
