import { makeAddress } from "../base/address.ts";
import { remainingAfter } from "../base/stored_time.ts";
import { type BindingRecord, watchExpiry } from "./binding_life.ts";
import type { Binding } from "./bindings.ts";
import { TIMES } from "./limits.ts";
import { RELEASED_AT_WALL_MS } from "./release_date.ts";
import type { World } from "./world.ts";

/** One record as the store gives it. */
export interface StoredRecord {
  readonly key: readonly string[];
  readonly value: unknown;
}

/** Takes up what was stored: bindings are there before the first packet is read (DESIGN §5). */
export function restoreRecords(world: World, records: readonly StoredRecord[]): void {
  let bindings = 0;
  let unreadable = 0;
  for (const { key, value } of records) {
    if (key[1] !== "binding") continue;
    const binding = readBinding(world, value);
    if (binding === undefined) unreadable++;
    else if (binding.expiresAt + TIMES.bindingGrace > world.now && world.bindings.set(binding)) {
      watchExpiry(world, binding);
      bindings++;
    }
  }
  if (bindings > 0) {
    const phones = bindings === 1 ? "1 phone" : `${bindings} phones`;
    world.note("info", "restored", `${phones} known from before the restart`);
  }
  if (unreadable > 0) {
    world.note(
      "error",
      "restored",
      `${unreadable} stored registrations could not be read: those phones ring again after they register next`,
    );
  }
}

/** A binding of a record, or undefined when a field is missing or wrong: one bad record stays one bad record. */
function readBinding(world: World, value: unknown): Binding | undefined {
  const record = value as Partial<BindingRecord> | null | undefined;
  const stored = record?.binding;
  if (typeof stored !== "object" || stored === null) return undefined;
  const texts = [stored.token, stored.aor, stored.domain, stored.user, stored.contact, stored.uri];
  if (!texts.every((text) => typeof text === "string")) return undefined;
  if (!isAddress(stored.registrar) || !isAddress(stored.flow?.remote)) return undefined;
  if (!isAddress(stored.flow?.local) || typeof stored.flow?.listener !== "string") return undefined;
  const { remainingMs, savedAtWallMs } = record as BindingRecord;
  if (!Number.isFinite(remainingMs) || !Number.isFinite(savedAtWallMs)) return undefined;
  const left = remainingAfter({ remainingMs, savedAtWallMs }, world.wall(), RELEASED_AT_WALL_MS);
  return {
    ...stored,
    instance: stored.instance ?? "",
    registrationId: stored.registrationId ?? "",
    maskedUser: stored.maskedUser ?? "",
    masked: stored.masked ?? "",
    hop: stored.hop ?? "",
    path: Array.isArray(stored.path) ? stored.path : [],
    expiresAt: world.now + left,
  };
}

function isAddress(value: unknown): boolean {
  const address = value as { ip?: unknown; port?: unknown } | null | undefined;
  return typeof address?.ip === "string" && typeof address.port === "number" &&
    makeAddress(address.ip, address.port).ok;
}
