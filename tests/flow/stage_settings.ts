import { parseCidr } from "../../src/base/cidr.ts";
import type { CoreSettings, ProviderServer, ProviderSettings } from "../../src/proxy/settings.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Settings that flows may change. */
export type StageSettings = {
  inside: Mutable<CoreSettings["inside"]>;
  outside: Mutable<CoreSettings["outside"]>;
  media: Mutable<CoreSettings["media"]>;
  log: Mutable<CoreSettings["log"]>;
  providers: Mutable<ProviderSettings>[];
};

/** Milliseconds of `500ms`, `32s`, `5m`, `2h`. */
export function durationOf(text: string): number {
  const match = /^(-?\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  const units: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  if (match === null) throw new Error(`Not a duration: ${text}`);
  return Number(match[1]) * units[match[2]!]!;
}

/** `provider far.example proxy 203.0.113.20:5070 servers 203.0.113.21,203.0.114.0/24 admit known contact registered media learn`: a `[[provider]]` table. */
export function addProvider(settings: StageSettings, words: readonly string[]): void {
  const after = (name: string) =>
    words.indexOf(name) < 0 ? undefined : words[words.indexOf(name) + 1];
  const proxy = after("proxy")?.split(":");
  settings.providers.push({
    domain: words[0]!,
    outboundProxy: proxy &&
      { host: proxy[0]!, port: proxy[1] === undefined ? undefined : Number(proxy[1]) },
    servers: listed(after("servers")),
    admit: after("admit") === "known" ? "known" : "token",
    contact: after("contact") === "registered" ? "registered" : "dialog",
    media: after("media") === "learn" ? "learn" : "strict",
  });
}

/** `203.0.113.20,198.51.100.0/24,sip2.far.example` */
function listed(text: string | undefined): readonly ProviderServer[] {
  return (text?.split(",") ?? []).map((server) => {
    const cidr = parseCidr(server);
    return cidr.ok ? cidr.value : server;
  });
}

/** `setting refresh_max 60s` and the like, by the keys of the configuration. */
export function setSetting(settings: StageSettings, key: string, value: string): void {
  switch (key) {
    case "refresh_max":
      settings.inside.refreshMaxMs = durationOf(value);
      return;
    case "keepalive":
      settings.outside.keepaliveMs = durationOf(value);
      return;
    case "ports": {
      const [low, high] = value.split("-").map(Number);
      settings.media.ports = { low: low!, high: high! };
      return;
    }
    case "idle":
      settings.media.idleMs = durationOf(value);
      return;
    case "hold":
      settings.media.holdMs = durationOf(value);
      return;
    case "level":
      settings.log.level = value === "debug" ? "debug" : "info";
      return;
    default:
      throw new Error(`Unknown setting ${key}`);
  }
}
