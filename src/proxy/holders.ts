import type { Flow } from "../base/address.ts";
import { formatCidr, parseCidr } from "../base/cidr.ts";
import { SHARES } from "../base/limits.ts";
import type { Holder } from "../base/shares.ts";
import type { Side } from "../base/side.ts";
import { phonesHolder } from "./phones_holder.ts";
import { isSomeProvider } from "./provider_sets.ts";
import { isInside, isOwnIp } from "./view.ts";
import type { World } from "./world.ts";

/** What a request came with, as far as its places in tables are concerned. */
export interface Arrival {
  readonly side: Side;
  readonly source: Flow;
  /** How the phone is reached that a request from outside is for; undefined for none. */
  readonly phone?: Flow | undefined;
  /** Of the request of ours that came back. */
  readonly parent?: Holder | undefined;
  /** For an emergency call, and for what ends a call. */
  readonly urgent: boolean;
}

/** Who holds the places that a request takes (RULES V7). */
export function holderOf(world: World, arrival: Arrival): Holder {
  const { urgent } = arrival;
  const holder = ordinaryHolder(world, arrival);
  return urgent === (holder.urgent ?? false) ? holder : { ...holder, urgent };
}

function ordinaryHolder(world: World, { side, source, phone, parent }: Arrival): Holder {
  const { ip } = source.remote;
  if (side === "inside") return phonesHolder(ip, world.bindings.countOf(ip));
  // A call between two phones is its caller's, on the way in as well: nobody fills the share of the called one.
  if (parent !== undefined && isOwnIp(world, ip)) return parent;
  if (!isSomeProvider(world, source)) {
    return { name: network(ip, 32), part: SHARES.guest, guest: true };
  }
  if (phone === undefined) return { name: network(ip, 24), part: SHARES.registered, guest: false };
  // Who calls a phone through its provider must not keep it from calling out, nor phones of others from being called.
  const called = phone.remote.ip;
  return { ...phonesHolder(called, world.bindings.countOf(called)), name: `${TO}${called}` };
}

/** The holder of that name as it stands now: what was held before a restart is his again. */
export function holderNamed(world: World, name: string): Holder {
  const ip = name.startsWith(TO) ? name.slice(TO.length) : name;
  if (isInside(world, ip)) return { ...phonesHolder(ip, world.bindings.countOf(ip)), name };
  const guest = !name.includes("/24");
  return { name, part: guest ? SHARES.guest : SHARES.registered, guest };
}

/** Begins the name of who calls a phone through its provider. */
const TO = "to ";

/** The network of so many bits that an IPv4 address lies in; an IPv6 address stands for its /56, which one host has. */
function network(ip: string, bits: number): string {
  const v6 = ip.includes(":");
  if (!v6 && bits === 32) return ip;
  const cidr = parseCidr(`${ip}/${v6 ? 56 : bits}`);
  return cidr.ok ? formatCidr(cidr.value) : ip;
}
