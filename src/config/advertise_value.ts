import { parseIp } from "../base/address.ts";
import { ok, type Result } from "../base/result.ts";
import type { Advertise } from "../proxy/settings.ts";
import { nearestName } from "./nearest.ts";
import { isHostName, isOneHost } from "./network_values.ts";
import { type Reason, refuseText } from "./refusal.ts";

/** Reads what the outside is told our address is: `auto`, an IP address or a host name. */
export function parseAdvertise(text: string): Result<Advertise, Reason> {
  if (text === "auto") return ok({ kind: "auto" });
  const ip = parseIp(text);
  if (ip?.family === 6 || parseIp(text.replace(/\]:\d+$/, "]"))?.family === 6) {
    return refuseText(
      `Cannot advertise "${text}", IPv6 is not supported: write "auto" or an IPv4 address`,
    );
  }
  if (ip !== undefined) {
    if (isOneHost(ip.text)) return ok({ kind: "ip", ip: ip.text });
    return refuseText(`Cannot advertise "${text}": it is no host's address, write your public one`);
  }
  if (isHostName(text)) return ok({ kind: "name", name: text.toLowerCase() });
  return refuseAdvertise(text);
}

function refuseAdvertise(text: string) {
  if (/^stuns?:/i.test(text)) {
    return refuseText(
      `Cannot advertise "${text}", STUN is not supported: write your public address, or a host ` +
        `name that follows it as in "home.example.org"`,
    );
  }
  const [, host, port] = /^(?:\w+:(?:\/\/)?)?(?:[^@/]*@)?([^:/@]+)(:\d+)?(?:\/.*)?$/.exec(text) ??
    [];
  if (host !== undefined && host !== text && (isAddress(host) || isHostName(host))) {
    const why = port === undefined
      ? "the address or name stands alone"
      : "the port is that of [outside] listen";
    return refuseText(`Cannot advertise "${text}", ${why}`, host);
  }
  const what = `Cannot read "${text}" as an address to advertise`;
  if (text === "" || nearestName(text, ["auto"]) !== undefined) return refuseText(what, "auto");
  if (/^[a-z][a-z-]*\d[\w.:]*$/i.test(text)) {
    return refuseText(`${what}, an interface is named in [outside] interface`, "auto");
  }
  return refuseText(
    `${what}: write "auto", an IP address, or a host name with a dot as in "home.example.org"`,
  );
}

function isAddress(text: string): boolean {
  const ip = parseIp(text);
  return ip?.family === 4 && isOneHost(ip.text);
}

/** Writes what {@linkcode parseAdvertise} reads. */
export function formatAdvertise(advertise: Advertise): string {
  switch (advertise.kind) {
    case "auto":
      return "auto";
    case "ip":
      return advertise.ip;
    case "name":
      return advertise.name;
  }
}
