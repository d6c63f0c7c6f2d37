import type { Settings } from "../proxy/settings.ts";

const STATE_PATH = "[state] path";

/** The keys that differ and are read at the start only. */
export function needsRestart(before: Settings, after: Settings): string[] {
  const keys: readonly (readonly [string, (settings: Settings) => unknown])[] = [
    ["[media] ports", ({ media }) => `${media.ports.low}-${media.ports.high}`],
    ["[media] idle", (settings) => settings.media.idleMs],
    ["[media] hold", (settings) => settings.media.holdMs],
    [STATE_PATH, (settings) => settings.state.path],
  ];
  return keys.filter(([, read]) => read(before) !== read(after)).map(([name]) => name);
}

/** Which keys wait for a restart; whether the new state can be used this process, which reads no files, cannot tell. */
export function restartText(keys: readonly string[]): string {
  const next = keys.includes(STATE_PATH) ? "; sipmasq check tells whether it can be used" : "";
  return `Changed only by a restart: ${keys.join(", ")}${next}`;
}
