import { parseIp } from "../base/address.ts";
import {
  readBoth,
  type Reader,
  readFlag,
  readInteger,
  readList,
  readObject,
  readPair,
  readPartial,
  readText,
  readWord,
} from "../base/json_reader.ts";
import { MEDIA_LIMITS, MESSAGE_LIMITS } from "../base/limits.ts";
import type { Side } from "../base/side.ts";
import type { Part, Role } from "./far_end.ts";
import { type DialogRecord, type NegotiationRecord, type Statement } from "./offer_answer.ts";
import type { Session } from "./session.ts";
import { MEDIA_KINDS, type MediaKind, type SignalledStream } from "./stream.ts";

/** A leg without what only a running session has. */
export interface LegRecord {
  readonly stream: number;
  readonly role: Role;
  readonly side: Side;
  readonly local: string;
  readonly port: number;
  readonly shown: Set<string>;
}

/** A source that was accepted. */
export interface SourceRecord {
  readonly stream: number;
  readonly role: Role;
  readonly dialog: string | undefined;
  readonly part: Part;
  readonly ip: string;
  readonly port: number;
  /** True when it is only served on, and learning is open (RULES L4). */
  readonly former: boolean;
}

/** The address that a party named before it held by 0.0.0.0, which names none. */
export type HeldRecord = Omit<SourceRecord, "former">;

/** A far end whose signalled address was ours when it was named (RULES L5). */
export type JoinedRecord = Pick<SourceRecord, "stream" | "role" | "dialog">;

/** All that a session needs to go on. */
export interface SessionRecord {
  readonly heard: string | undefined;
  readonly confirmed: readonly string[];
  readonly legs: readonly LegRecord[];
  readonly sources: readonly SourceRecord[];
  readonly held: readonly HeldRecord[];
  readonly joined: readonly JoinedRecord[];
  readonly negotiation: NegotiationRecord;
}

const VERSION = 1;
/** Addresses under which one leg was shown: more than one only when ours changed meanwhile. */
const MAX_SHOWN = 64;

/** A session as JSON-able data. */
export function writeRecord(session: Session): unknown {
  const { heard, confirmed, legs, negotiation } = session;
  return {
    version: VERSION,
    ...(heard === undefined ? {} : { heard }),
    confirmed: [...confirmed],
    legs: legs.map(({ stream, role, side, local, port, shown }) => (
      { stream, role, side, local, port, shown: [...shown].slice(-MAX_SHOWN) }
    )),
    sources: writeSources(session),
    held: writeHeld(session),
    joined: writeJoined(session),
    negotiation: negotiation.record(),
  };
}

/** Reads what {@linkcode writeRecord} wrote; undefined for anything else. */
export function readRecord(value: unknown): SessionRecord | undefined {
  const read = session(value);
  if (read === undefined) return undefined;
  return {
    heard: read.heard,
    confirmed: read.confirmed,
    legs: read.legs.map((leg) => ({ ...leg, shown: new Set(leg.shown) })),
    sources: read.sources.map((source) => (
      {
        ...source,
        dialog: source.dialog,
        part: source.part === 0 ? 0 : 1,
        former: source.former ?? false,
      }
    )),
    held: (read.held ?? []).map((address) => (
      { ...address, dialog: address.dialog, part: address.part === 0 ? 0 : 1 }
    )),
    joined: (read.joined ?? []).map((end) => ({ ...end, dialog: end.dialog })),
    negotiation: read.negotiation,
  };
}

// A former source is still served (RULES L4), so it is kept like an accepted one, but not as one.
function writeSources(session: Session): unknown[] {
  return session.ends().flatMap((end) =>
    ([0, 1] as const).flatMap((part) => {
      const track = end.tracks[part];
      const { stream, role } = end.leg;
      const place = { stream, role, dialog: end.dialog, part };
      const { acceptedIp, acceptedPort, formerIp, formerPort } = track;
      if (acceptedPort !== 0) return [{ ...place, ip: acceptedIp, port: acceptedPort }];
      return formerPort === 0 ? [] : [{ ...place, ip: formerIp, port: formerPort, former: true }];
    })
  );
}

// What is resumed at the address it had goes on as if it had never been held (RULES L4).
function writeHeld(session: Session): unknown[] {
  const held = session.ends().filter(({ stream }) => stream.unspecified);
  return held.flatMap(({ leg: { stream, role }, dialog, tracks }) =>
    tracks.flatMap(({ signalledIp: ip, signalledPort: port }, part) =>
      ip === undefined || port === 0 ? [] : [{ stream, role, dialog, part, ip, port }]
    )
  );
}

function writeJoined(session: Session): unknown[] {
  return session.ends()
    .filter(({ joinKey }) => joinKey !== undefined)
    .map(({ leg: { stream, role }, dialog }) => ({ stream, role, dialog }));
}

const tag = readText(1024);
const name = readText(4096);
const ip: Reader<string> = (value) => typeof value === "string" ? parseIp(value)?.text : undefined;
const port = readInteger(1, 65535);
const streamNumber = readInteger(0, MESSAGE_LIMITS.mediaLines - 1);
const role = readWord<Role>(["caller", "called"]);
const side = readWord<Side>(["inside", "outside"]);

const stream: Reader<SignalledStream> = readBoth(
  readObject({
    live: readFlag,
    rtp: readFlag,
    port: readInteger(0, 65535),
    unspecified: readFlag,
    rtcpPort: readInteger(0, 65535),
    types: readList(readInteger(0, 127), 128),
    sends: readFlag,
    receives: readFlag,
  }),
  readPartial({ ip, rtcpIp: ip, kind: readWord<MediaKind>(MEDIA_KINDS) }),
);

const statement: Reader<Statement> = readObject({
  party: readBoth(
    readObject({ side, local: ip, sipIp: ip }),
    readPartial({ learns: readFlag }),
  ),
  streams: readList(stream, MESSAGE_LIMITS.mediaLines),
});

const offer = readBoth(
  readObject({ exchange: name, statement, answered: readFlag }),
  readPartial({ request: readFlag, initial: readFlag }),
);
const applied = readPartial({ caller: statement, called: statement });
const answers = readList(name, 16);

const dialog: Reader<DialogRecord> = readBoth(
  readObject({
    offers: readPartial({ caller: offer, called: offer }),
    applied,
    marks: readPartial({ caller: name, called: name }),
    answers: readObject({ caller: answers, called: answers }),
  }),
  readPartial({ latest: name, undo: readObject({ exchange: name, applied }) }),
);

const negotiation: Reader<NegotiationRecord> = readBoth(
  readObject({ dialogs: readList(readPair(tag, dialog), MEDIA_LIMITS.dialogs) }),
  readPartial({ first: readObject({ exchange: name, mark: name, statement }) }),
);

const leg = readObject({
  stream: streamNumber,
  role,
  side,
  local: ip,
  port,
  shown: readList(ip, MAX_SHOWN),
});

const place = readObject({ stream: streamNumber, role, part: readInteger(0, 1), ip, port });
const source = readBoth(place, readPartial({ dialog: tag, former: readFlag }));
const heldAddress = readBoth(place, readPartial({ dialog: tag }));

const joined = readBoth(
  readObject({ stream: streamNumber, role }),
  readPartial({ dialog: tag }),
);

const session = readBoth(
  readObject({
    version: readInteger(VERSION, VERSION),
    confirmed: readList(tag, MEDIA_LIMITS.dialogs),
    legs: readList(leg, 1024),
    sources: readList(source, 4096),
    negotiation,
  }),
  readPartial({
    heard: tag,
    held: readList(heldAddress, 4096),
    joined: readList(joined, 4096),
  }),
);
