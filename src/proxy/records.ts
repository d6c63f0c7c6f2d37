import { absenceSince, remainingAfter, type StoredTime } from "../base/stored_time.ts";
import { type BindingRecord, watchExpiry } from "./binding_life.ts";
import { type Binding, hostOfHop } from "./bindings.ts";
import { TIMES } from "./times.ts";
import { RELEASED_AT_WALL_MS } from "./release_date.ts";
import { restoreCall } from "./restore_calls.ts";
import { restoreSubscription } from "./restore_dialogs.ts";
import { restoreFailure } from "./restore_failure.ts";
import { readStoredBinding } from "./stored_shapes.ts";
import type { World } from "./world.ts";

/** One record as the store gives it. */
export interface StoredRecord {
  readonly key: readonly string[];
  readonly value: unknown;
}

/** What the kinds of records are called in log lines. */
const KINDS = {
  binding: "registration",
  call: "call",
  dialog: "subscription",
  failure: "refusal",
} as const;
type Kind = keyof typeof KINDS;

/** What a lost record means to a person. */
const LOSS: Record<Kind, string> = {
  binding: "those phones ring again after they register next",
  call: "those calls go on without us",
  dialog: "those phones subscribe again when their time is over",
  failure: "those callers may hear it ring until they hang up",
};

/** Takes up what was stored: all of it is there before the first packet is read (DESIGN §5). */
export function restoreRecords(world: World, records: readonly StoredRecord[]): void {
  const restored = { binding: 0, call: 0, dialog: 0, failure: 0 };
  const lost = {
    unreadable: { binding: 0, call: 0, dialog: 0, failure: 0 },
    full: { binding: 0, call: 0, dialog: 0, failure: 0 },
  };
  for (const { key, value } of records) if (key[1] === "call") keepNumber(world, value);
  // Bindings first: calls refer to their phones.
  // Newest first: where two claim one port, the older is of a call whose end was lost with the crash.
  const sorted = [...records].sort((one, other) => savedAt(other.value) - savedAt(one.value));
  for (const kind of Object.keys(KINDS) as Kind[]) {
    for (const { key, value } of sorted) {
      if (key[1] !== kind) continue;
      const outcome = RESTORE[kind](world, value);
      if (outcome === "restored") restored[kind]++;
      else world.emit({ type: "store.set", key, value: undefined, when: "soon" });
      if (outcome === "unreadable" || outcome === "full") lost[outcome][kind]++;
    }
  }
  const parts = (Object.keys(KINDS) as Kind[]).filter((kind) => restored[kind] > 0)
    .map((kind) => counted(restored[kind], KINDS[kind]));
  if (parts.length > 0) {
    world.note("info", "restored", `Taken up from before the restart: ${parts.join(", ")}`);
  }
  for (const kind of Object.keys(KINDS) as Kind[]) {
    for (const why of ["unreadable", "full"] as const) {
      const count = lost[why][kind];
      if (count === 0) continue;
      const what = counted(count, `stored ${KINDS[kind]}`);
      world.note("error", "restored", `${what} ${WHY_LOST[why]}: ${LOSS[kind]}`);
    }
  }
}

/** Why a record was not taken up, in words. */
const WHY_LOST = {
  unreadable: "could not be read",
  full: "did not fit beside what was taken up before",
} as const;

/** No call that begins gets the number of one that goes on. */
function keepNumber({ calls }: World, value: unknown): void {
  const number = (value as { number?: unknown } | null | undefined)?.number;
  if (Number.isSafeInteger(number)) calls.keepNumber(number as number);
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function savedAt(value: unknown): number {
  const at = (value as Partial<StoredTime> | null | undefined)?.savedAtWallMs;
  return typeof at === "number" && Number.isFinite(at) ? at : 0;
}

/** What became of a record. */
type Outcome = "restored" | "over" | "unreadable" | "full";

const RESTORE: Record<Kind, (world: World, value: unknown) => Outcome> = {
  binding: restoreBinding,
  call: restoreCall,
  dialog: restoreSubscription,
  failure: restoreFailure,
};

function restoreBinding(world: World, value: unknown): Outcome {
  const binding = readBinding(world, value);
  if (binding === undefined) return "unreadable";
  if (binding.expiresAt + TIMES.bindingGrace <= world.now) return "over";
  if (world.bindings.set(binding, { restored: true }) !== undefined) return "full";
  watchExpiry(world, binding);
  world.registeredAt.set(binding.token, world.now - ageOf(world, value as BindingRecord));
  return "restored";
}

/** How long a binding has been there, as far as records and the clock tell. */
function ageOf(world: World, { ageMs, savedAtWallMs }: BindingRecord): number {
  const age = Number.isFinite(ageMs) ? Math.max(0, ageMs!) : 0;
  return age + absenceSince(savedAtWallMs, world.wall(), RELEASED_AT_WALL_MS);
}

/** A binding of a record, or undefined when a field is missing or wrong: one bad record stays one bad record. */
function readBinding(world: World, value: unknown): Binding | undefined {
  const record = value as Partial<BindingRecord> | null | undefined;
  const binding = readStoredBinding(record?.binding);
  const { remainingMs, savedAtWallMs } = (record ?? {}) as BindingRecord;
  if (binding === undefined) return undefined;
  if (!Number.isFinite(remainingMs) || !Number.isFinite(savedAtWallMs)) return undefined;
  const left = remainingAfter({ remainingMs, savedAtWallMs }, world.wall(), RELEASED_AT_WALL_MS);
  const { host = hostOfHop(binding.hop), servers = [] } = binding;
  const gruus = binding.gruus?.slice(-world.limits.gruus) ?? [];
  return { ...binding, host, servers, gruus, expiresAt: world.now + left };
}
