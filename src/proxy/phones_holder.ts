import { SHARES } from "../base/limits.ts";
import type { Holder } from "../base/shares.ts";

/** The phones behind an inside address as a holder (RULES V7): a PBX has many registrations, and needs more than a phone. */
export function phonesHolder(ip: string, registrations: number): Holder {
  if (registrations === 0) return { name: ip, part: SHARES.guest, guest: true };
  const part = Math.min(SHARES.most, SHARES.registered + SHARES.registration * registrations);
  return { name: ip, part, guest: false };
}
