import type { Holder } from "../base/shares.ts";
import { remainingAfter, type StoredTime } from "../base/stored_time.ts";
import { type Dialog, dialogKey, type InsideParty } from "./dialogs.ts";
import { holderNamed } from "./holders.ts";
import { RELEASED_AT_WALL_MS } from "./release_date.ts";
import { type DialogRecord, type PartyRecord, readSubscription } from "./stored_shapes.ts";
import { lengthen } from "./track.ts";
import type { World } from "./world.ts";

/** Whether some of a record was lost since there was no place for it; else it could not be read. */
export interface Lost {
  full: boolean;
}

/** Their holders had these places already (RULES V7). */
export const RESTORED = { restored: true } as const;

/** Brings a dialog back; `lost` tells whether there was no place for it. */
export function restoreDialog(
  world: World,
  options: {
    callId: string;
    record: DialogRecord;
    call: string | undefined;
    origin: number;
    holder: Holder;
    lost: Lost;
  },
): Dialog | undefined {
  const { callId, record, call, origin, holder, lost } = options;
  const { insideTag, outsideTag, kind, outsideTarget, routeSet, pinned, identities } = record;
  const key = dialogKey(callId, insideTag, outsideTag);
  const known = world.dialogs.get(key);
  // Each party had invited the other: two calls are on record with the one dialog.
  if (known !== undefined) return known.kind === kind ? known : undefined;
  const party = holdParty(world, { record: record.party, holder, lost });
  if (party === undefined) return undefined;
  const dialog: Dialog = {
    key,
    callId,
    insideTag,
    outsideTag,
    kind,
    holder,
    party,
    call,
    outsideTarget,
    routeSet,
    pinned,
    peers: (record.peers ?? [pinned.remote.ip]).slice(-world.limits.dialogPeers),
    identities,
    insideUri: record.insideUri,
    outsideUri: record.outsideUri,
    cseq: { inside: record.cseqInside, outside: record.cseqOutside },
    hops: { inside: undefined, outside: undefined },
    confirmed: record.confirmed,
    origin,
    ended: false,
    deadline: undefined,
  };
  const refused = world.dialogs.add(dialog, RESTORED);
  world.dialogs.release(party);
  if (refused === undefined) return dialog;
  lost.full = true;
  return undefined;
}

/** Brings an inside party back, or finds it. */
export function holdParty(
  world: World,
  { record, holder, lost }: { record: PartyRecord; holder: Holder; lost: Lost },
): InsideParty | undefined {
  const held = world.dialogs.hold({ ...record, domain: record.domain, holder, users: 0 }, RESTORED);
  if (typeof held !== "string") return held;
  lost.full = true;
  return undefined;
}

/** Brings a subscription's dialog back; one whose time is out is `over`. */
export function restoreSubscription(
  world: World,
  value: unknown,
): "restored" | "over" | "unreadable" | "full" {
  const record = readSubscription(value);
  const time = value as StoredTime;
  if (record === undefined || !Number.isFinite(time.remainingMs)) return "unreadable";
  const left = remainingAfter(time, world.wall(), RELEASED_AT_WALL_MS);
  if (left === 0) return "over";
  const lost: Lost = { full: false };
  const { callId, dialog: stored } = record;
  const holder = holderNamed(world, record.holder ?? stored.party.flow.remote.ip);
  const options = { callId, record: stored, call: undefined, origin: -1, holder, lost };
  const dialog = restoreDialog(world, options);
  if (dialog === undefined) return lost.full ? "full" : "unreadable";
  lengthen(world, dialog, left);
  return "restored";
}
