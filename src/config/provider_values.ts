import { parseIp } from "../base/address.ts";
import { type Cidr, formatCidr, parseCidr } from "../base/cidr.ts";
import { ok, type Result } from "../base/result.ts";
import type { ProviderServer, ProviderSettings } from "../proxy/settings.ts";
import type { TextForm } from "./keys.ts";
import { nearestName } from "./nearest.ts";
import { isHostName, isOneHost, withBits } from "./network_values.ts";
import { offersOf, quote, type Reason, refuseText } from "./refusal.ts";

/** Reads the domain of a provider's addresses, a host name or an IPv4 address; gives it in lower case. */
export function parseDomain(text: string): Result<string, Reason> {
  const host = parseHost(text);
  if (host !== undefined) return ok(host);
  const what = `Cannot read "${text}" as a domain, which is what stands behind the @ of the ` +
    `provider's SIP addresses`;
  const meant = partsOf(text)?.host;
  if (meant !== undefined) return refuseText(what, meant);
  return isIpv6(text)
    ? refuseText(`Cannot use domain "${text}": IPv6 is not supported, write the provider's name`)
    : refuseText(`${what}: write it and nothing else, as in "provider.example"`);
}

/** Reads `auto` (the domain's own servers; undefined), `host` or `host:port`. */
export function parseOutboundProxy(
  text: string,
): Result<ProviderSettings["outboundProxy"], Reason> {
  if (text === "auto") return ok(undefined);
  const [name = "", port, ...rest] = text.split(":");
  const host = parseHost(name);
  // A URI: its scheme is no host, and what follows no port.
  const schemed = /^sips?$/i.test(name) && !/^\d{1,5}$/.test(port ?? "0");
  if (host === undefined || schemed || rest.length > 0) return refuseOutboundProxy(text);
  if (port === undefined) return ok(Object.freeze({ host, port: undefined }));
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0;
  if (number >= 1 && number <= 65535) return ok(Object.freeze({ host, port: number }));
  return refuseText(`Cannot use outbound proxy "${text}": the port must be from 1 to 65535`);
}

function refuseOutboundProxy(text: string) {
  const what = `Cannot read "${text}" as an outbound proxy`;
  if (text === "") return refuseText(what, "auto");
  const meant = partsOf(text);
  if (meant !== undefined) {
    const { host, port } = meant;
    return refuseText(
      `${what}, which is a host name or IPv4 address with a port or without`,
      port === undefined ? host : `${host}:${port}`,
    );
  }
  if (isIpv6(text)) {
    return refuseText(
      `Cannot use outbound proxy "${text}": IPv6 is not supported, write its name or IPv4 address`,
    );
  }
  return refuseText(
    `${what}: write "auto" for the domain's own servers, or a host name or IPv4 address with a ` +
      `port or without and nothing else, as in "sbc.provider.example:5060"`,
  );
}

/** Host and port of a SIP URI or of an address with a user; undefined when it is neither. */
function partsOf(text: string): { host: string; port: number | undefined } | undefined {
  const bare =
    /^<?(?:(?:sips?|udp|tcp|tls|https?):(?:\/\/)?)?(?:[^@/]*@)?([^:/@;?>]+)(?::(\d{1,5}))?/i;
  const [, name, digits] = bare.exec(text) ?? [];
  const host = name === undefined ? undefined : parseHost(name);
  const port = digits === undefined ? undefined : Number(digits);
  const isPort = port === undefined || (port >= 1 && port <= 65535);
  return host === undefined || !isPort ? undefined : { host, port };
}

function isIpv6(text: string): boolean {
  return parseIp(text.replace(/\]:\d+$/, "]"))?.family === 6;
}

/** Writes what {@linkcode parseOutboundProxy} reads. */
export function formatOutboundProxy(proxy: ProviderSettings["outboundProxy"]): string {
  if (proxy === undefined) return "auto";
  return proxy.port === undefined ? proxy.host : `${proxy.host}:${proxy.port}`;
}

/** Reads a server from which a provider's calls come: a prefix, an address or a host name. */
export function parseProviderServer(text: string): Result<ProviderServer, Reason> {
  const cidr = parseCidr(text);
  if (cidr.ok && cidr.value.bits > 0) return fromPrefix(text, cidr.value);
  const host = text.includes("/") ? undefined : parseHost(text);
  if (host !== undefined) return ok(host);
  const what = `Cannot read "${text}" as a server of the provider`;
  const offers = offersByMask(text);
  if (offers.length > 0) return refuseText(what, ...offers);
  const meant = cidr.ok || text.includes("/") ? undefined : partsOf(text)?.host;
  if (meant !== undefined) return refuseText(what, meant);
  return refuseText(
    `${what}: write an address, a prefix or a host name and nothing else, ` +
      `as in "203.0.113.0/24" or "sip2.provider.example"`,
  );
}

/** What `203.0.113.0/255.255.255.0` stands for. */
function offersByMask(text: string): readonly string[] {
  const masked = withBits(text);
  if (masked === undefined) return [];
  const parsed = parseProviderServer(masked);
  return parsed.ok ? [formatProviderServer(parsed.value)] : offersOf(parsed.reason);
}

function fromPrefix(text: string, cidr: Cidr): Result<ProviderServer, Reason> {
  if (cidr.family === 6) {
    return refuseText(
      `Cannot use server "${text}": IPv6 is not supported, write its name or IPv4 address`,
    );
  }
  const ip = parseIp(text.split("/")[0]!)!.text;
  if (ip === cidr.network) return ok(cidr);
  const whole = formatCidr(cidr);
  return refuseText(`Cannot use server "${text}", which is an address in ${whole}`, whole, ip);
}

/** Writes what {@linkcode parseProviderServer} reads. */
export function formatProviderServer(server: ProviderServer): string {
  if (typeof server === "string") return server;
  return server.bits === 32 ? server.network : formatCidr(server);
}

/** The text form of one word among some. */
export function choice<T extends string>(...words: readonly [T, ...T[]]): TextForm<T> {
  return {
    parse: (text) => {
      const word = words.find((candidate) => candidate === text);
      if (word !== undefined) return ok(word);
      const near = nearestName(text, words);
      return near === undefined
        ? refuseText(`Cannot use "${text}": write ${words.map(quote).join(" or ")}`)
        : refuseText(`Cannot use "${text}"`, near);
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
