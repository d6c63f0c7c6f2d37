import { parseIp } from "../base/address.ts";
import { ok, refuse, type Result } from "../base/result.ts";
import type { ProviderSettings } from "../proxy/settings.ts";
import type { TextForm } from "./keys.ts";
import { isHostName, isOneHost } from "./values.ts";

/** Reads the domain of a provider's addresses, a host name or an IPv4 address; gives it in lower case. */
export function parseDomain(text: string): Result<string> {
  const host = parseHost(text);
  if (host !== undefined) return ok(host);
  return refuse(
    `Cannot read "${text}" as a domain: write what stands behind the @ of the provider's ` +
      `SIP addresses and nothing else, as in "provider.example"`,
  );
}

/** Reads `auto` (the domain's own servers; undefined), `host` or `host:port`. */
export function parseOutboundProxy(text: string): Result<ProviderSettings["outboundProxy"]> {
  if (text === "auto") return ok(undefined);
  const [name = "", port, ...rest] = text.split(":");
  const host = parseHost(name);
  // A URI: its scheme is no host, and what follows no port.
  const schemed = /^sips?$/i.test(name) && !/^\d{1,5}$/.test(port ?? "0");
  if (host === undefined || schemed || rest.length > 0) {
    return refuse(
      `Cannot read "${text}" as an outbound proxy: write "auto" for the domain's own servers, ` +
        `or a host name or IPv4 address with a port or without and nothing else, as in "sbc.provider.example:5060"`,
    );
  }
  if (port === undefined) return ok(Object.freeze({ host, port: undefined }));
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0;
  if (number >= 1 && number <= 65535) return ok(Object.freeze({ host, port: number }));
  return refuse(`Cannot use outbound proxy "${text}": the port must be from 1 to 65535`);
}

/** Writes what {@linkcode parseOutboundProxy} reads. */
export function formatOutboundProxy(proxy: ProviderSettings["outboundProxy"]): string {
  if (proxy === undefined) return "auto";
  return proxy.port === undefined ? proxy.host : `${proxy.host}:${proxy.port}`;
}

/** The text form of one word among some. */
export function choice<T extends string>(...words: readonly [T, ...T[]]): TextForm<T> {
  return {
    parse: (text) => {
      const word = words.find((candidate) => candidate === text);
      if (word !== undefined) return ok(word);
      return refuse(`Cannot use "${text}": write one of ${words.join(", ")}`);
    },
    format: (word) => word,
    example: words[0],
  };
}

/** A host name in lower case without a final dot, or an IPv4 address; a name of one label will do. */
function parseHost(text: string): string | undefined {
  const ip = parseIp(text);
  if (ip !== undefined) return ip.family === 4 && isOneHost(ip.text) ? ip.text : undefined;
  return isHostName(text, 1) ? text.toLowerCase().replace(/\.$/, "") : undefined;
}
