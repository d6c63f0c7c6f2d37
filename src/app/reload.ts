import type { Settings } from "../proxy/settings.ts";

/** The keys that differ and are read at the start only. */
export function needsRestart(before: Settings, after: Settings): string[] {
  const keys: readonly (readonly [string, (settings: Settings) => unknown])[] = [
    ["[media] ports", ({ media }) => `${media.ports.low}-${media.ports.high}`],
    ["[media] idle", (settings) => settings.media.idleMs],
    ["[media] hold", (settings) => settings.media.holdMs],
    ["[state] path", (settings) => settings.state.path],
  ];
  return keys.filter(([, read]) => read(before) !== read(after)).map(([name]) => name);
}
