import dns from "node:dns";
import { ok, refuse, type Result } from "../base/result.ts";
import type { Found, Lookup } from "./dns_cache.ts";
import { reasonOf } from "./send.ts";

/** An SRV record (RFC 2782). */
export interface SrvRecord {
  readonly target: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

/** A NAPTR record (RFC 3403), as far as RFC 3263 uses it. */
export interface NaptrRecord {
  readonly order: number;
  readonly preference: number;
  readonly flags: string;
  readonly services: string;
  readonly replacement: string;
}

/** The three kinds of question that RFC 3263 asks. */
export interface DnsFunctions {
  readonly a: Lookup<string>;
  readonly srv: Lookup<SrvRecord>;
  readonly naptr: Lookup<NaptrRecord>;
}

/** Shortest and longest time an address is kept, and the time of records whose TTL Deno does not give, in ms. */
const SHORTEST_MS = 5_000;
const LONGEST_MS = 3_600_000;
const UNKNOWN_MS = 60_000;
/** Ends queries that the caller has given up, in ms. */
const ABANDON_MS = 4_500;

/** The system's resolver. */
export const SYSTEM_DNS: DnsFunctions = { a: lookupA, srv: lookupSrv, naptr: lookupNaptr };

/** The time an address with this TTL, in seconds, is kept, in ms. */
export function clampTtl(ttlSeconds: number): number {
  return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, ttlSeconds * 1000));
}

function lookupA(name: string): Promise<Result<Found<string>>> {
  return new Promise((resolve) => {
    // Deno.resolveDns tells no TTL.
    dns.resolve4(name, { ttl: true }, (error, records) => {
      if (error !== null || records.length === 0) {
        return resolve(refuse(`No address found for ${name} (${error?.code ?? "no data"})`));
      }
      const ttl = Math.min(...records.map((record) => record.ttl));
      resolve(ok({ values: records.map((record) => record.address), ttlMs: clampTtl(ttl) }));
    });
  });
}

function lookupSrv(name: string): Promise<Result<Found<SrvRecord>>> {
  return asked(
    name,
    "SRV",
    async (fullName, signal) => await Deno.resolveDns(fullName, "SRV", { signal }),
  );
}

function lookupNaptr(name: string): Promise<Result<Found<NaptrRecord>>> {
  return asked(
    name,
    "NAPTR",
    async (fullName, signal) => await Deno.resolveDns(fullName, "NAPTR", { signal }),
  );
}

async function asked<T>(
  name: string,
  type: string,
  ask: (fullName: string, signal: AbortSignal) => Promise<T[]>,
): Promise<Result<Found<T>>> {
  try {
    // A dot at the end keeps the search list of resolv.conf out.
    const values = await ask(`${name}.`, AbortSignal.timeout(ABANDON_MS));
    if (values.length === 0) return refuse(`No ${type} records for ${name}`);
    return ok({ values, ttlMs: UNKNOWN_MS });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return refuse(`No ${type} records for ${name}`);
    return refuse(`${type} query for ${name} failed: ${reasonOf(error)}`);
  }
}
