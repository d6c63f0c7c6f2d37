import { type Address, type Flow, makeAddress, type Transport } from "../base/address.ts";
import {
  readBoth,
  type Reader,
  readFlag,
  readInteger,
  readList,
  readObject,
  readPartial,
  readText,
  readWord,
} from "../base/json_reader.ts";
import type { Side } from "../base/side.ts";
import type { SipRequest, SipResponse } from "../sip/message.ts";
import { parseMessage } from "../sip/parse.ts";
import type { Binding } from "./bindings.ts";
import type { IdentityPair } from "./contexts.ts";
import type { Registration } from "./dialogs.ts";
import { LIMITS } from "../base/limits.ts";

/*
 * What calls and subscriptions look like in the store (DESIGN §5), and how they are read back:
 * whatever has another shape is one unreadable record and nothing else.
 */

/** An inside party as stored. */
export interface PartyRecord {
  readonly token: string;
  readonly callId: string;
  readonly tag: string;
  readonly uri: string;
  readonly maskedUser: string;
  readonly flow: Flow;
  readonly routes: readonly string[];
  readonly domain?: string;
  /** Records of earlier versions have none. */
  readonly registration?: Registration;
  readonly name: string;
}

/** A dialog as stored; `origin` is the place of its INVITE in the call's list, -1 for none. */
export interface DialogRecord {
  readonly insideTag: string;
  readonly outsideTag: string;
  readonly kind: "call" | "subscription";
  readonly party: PartyRecord;
  readonly outsideTarget: string;
  readonly routeSet: readonly string[];
  readonly pinned: Flow;
  /** Records of earlier versions have none. */
  readonly peers?: readonly string[];
  readonly identities: readonly IdentityPair[];
  readonly insideUri: string;
  readonly outsideUri: string;
  readonly cseqInside: number;
  readonly cseqOutside: number;
  readonly confirmed: boolean;
  readonly origin: number;
}

/** A branch of a pending INVITE as stored. */
export interface BranchRecord {
  /** Its INVITE up to the body. */
  readonly request: string;
  /** Place of the body among the INVITE's; absent when there is none, or none is needed any more. */
  readonly body?: number;
  readonly flow: Flow;
  readonly side: Side;
  readonly branchId: string;
  readonly hop: string;
  readonly attempt: number;
  readonly provisional: boolean;
  /** Token of the phone it rings; empty for none. */
  readonly phone: string;
  /** The final answer it got, without its body. */
  readonly final?: string;
  /** The 2xx that waits for our outside address, without its body. */
  readonly held?: string;
}

/** A pending INVITE as stored (RULES X1). */
export interface InviteRecord {
  /** As it came, without its body. */
  readonly request: string;
  readonly source: Flow;
  readonly side: Side;
  readonly identities: readonly IdentityPair[];
  readonly cancelled: boolean;
  /** Its 2xx went out, the ACK has not come yet. */
  readonly answered: boolean;
  readonly party?: PartyRecord;
  readonly branches: readonly BranchRecord[];
  /** The different bodies of the branches that may be sent again; records of earlier versions have them in place. */
  readonly bodies?: readonly string[];
}

/** A call as stored; `media` is the media room's own record. */
export interface CallRecord {
  readonly callId: string;
  readonly callerTag: string;
  readonly callerSide: Side;
  /** Name of who holds its places; records of earlier versions have none. */
  readonly holder?: string;
  readonly from: string;
  readonly to: string;
  /** For log lines; records of earlier versions have none of them. */
  readonly number?: number;
  readonly phones?: readonly string[];
  readonly server?: string;
  /** How long ago it began and was answered, in ms; -1 for not answered. */
  readonly startedAgoMs: number;
  readonly answeredAgoMs: number;
  readonly dialogs: readonly DialogRecord[];
  readonly invites: readonly InviteRecord[];
}

/** A failure that an INVITE got, until its ACK. */
export interface FailureRecord {
  readonly request: string;
  readonly source: Flow;
  readonly side: Side;
  readonly response: string;
}

/** A subscription as stored. */
export interface SubscriptionRecord {
  readonly callId: string;
  readonly dialog: DialogRecord;
  /** As in a call's record. */
  readonly holder?: string;
}

const text = readText(LIMITS.messageBytes * 2);
/** Longer than any list in a record of the store's greatest size, which holds four bytes an entry at the least. */
const LIST_MOST = 16_384;
const texts = readList(text, LIST_MOST);
/** Numbers of calls: one a second for thirty years. */
const MOST_CALLS = 1_000_000_000;
const side = readWord<Side>(["inside", "outside"]);
const milliseconds = readInteger(-1, Number.MAX_SAFE_INTEGER);
const cseqNumber = readInteger(0, 2 ** 31);

const address: Reader<Address> = (value) => {
  const read = readObject<{ ip: string; port: number }>({
    ip: readText(64),
    port: readInteger(1, 65535),
  })(value);
  const made = read && makeAddress(read.ip, read.port);
  return made?.ok ? made.value : undefined;
};

/** Reads a flow. Connections do not outlive a restart: theirs is left out. */
export const readFlow: Reader<Flow> = readObject<Flow & { connection?: never }>({
  listener: text,
  transport: readWord<Transport>(["udp", "tcp", "tls"]),
  local: address,
  remote: address,
} as never);

/** What records of earlier versions do not say of a binding. */
type Later = Pick<Binding, "host" | "servers" | "gruus">;

/** A binding as stored. */
export type StoredBinding = Omit<Binding, "expiresAt" | keyof Later> & Partial<Later>;

/** Reads a binding's record without its times; what is not text of a sane length spoils it. */
export const readStoredBinding = readBoth(
  readObject<Omit<StoredBinding, keyof Later>>({
    token: text,
    aor: text,
    domain: text,
    user: text,
    instance: text,
    registrationId: text,
    contact: text,
    uri: text,
    maskedUser: text,
    masked: text,
    listed: readFlag,
    flow: readFlow,
    registrar: address,
    hop: text,
    path: texts,
  }),
  readPartial<Later>({ host: text, servers: texts, gruus: texts }),
) as Reader<StoredBinding>;

const identities = readList(readObject<IdentityPair>({ inside: text, outside: text }), LIST_MOST);

const party = readBoth(
  readObject<Omit<PartyRecord, "domain" | "registration">>({
    token: text,
    callId: text,
    tag: text,
    uri: text,
    maskedUser: text,
    flow: readFlow,
    routes: texts,
    name: text,
  }),
  readPartial<{ domain: string; registration: Registration }>({
    domain: text,
    registration: readObject<Registration>({ token: text, aor: text, host: text }),
  }),
) as Reader<PartyRecord>;

const dialog = readBoth(
  readObject<Omit<DialogRecord, "peers">>({
    insideTag: text,
    outsideTag: text,
    kind: readWord(["call", "subscription"]),
    party,
    outsideTarget: text,
    routeSet: texts,
    pinned: readFlow,
    identities,
    insideUri: text,
    outsideUri: text,
    cseqInside: cseqNumber,
    cseqOutside: cseqNumber,
    confirmed: readFlag,
    origin: readInteger(-1, LIST_MOST - 1),
  }),
  readPartial<{ peers: string[] }>({ peers: readList(readText(64), LIST_MOST) }),
) as Reader<DialogRecord>;

const branch = readBoth(
  readObject<Omit<BranchRecord, "body" | "final" | "held">>({
    request: text,
    flow: readFlow,
    side,
    branchId: text,
    hop: text,
    attempt: readInteger(0, 100),
    provisional: readFlag,
    phone: text,
  }),
  readPartial<{ body: number; final: string; held: string }>({
    body: readInteger(0, LIST_MOST - 1),
    final: text,
    held: text,
  }),
) as Reader<BranchRecord>;

const invite = readBoth(
  readObject<Omit<InviteRecord, "party" | "bodies">>({
    request: text,
    source: readFlow,
    side,
    identities,
    cancelled: readFlag,
    answered: readFlag,
    branches: readList(branch, LIST_MOST),
  }),
  readPartial<{ party: PartyRecord; bodies: string[] }>({
    party,
    bodies: readList(text, LIST_MOST),
  }),
) as Reader<InviteRecord>;

const holder = readPartial<{ holder: string }>({ holder: text });

/** Reads a call's record, without its media. */
export const readCall = readBoth(
  readObject<Omit<CallRecord, "holder" | "number" | "phones" | "server">>({
    callId: text,
    callerTag: text,
    callerSide: side,
    from: text,
    to: text,
    startedAgoMs: milliseconds,
    answeredAgoMs: milliseconds,
    dialogs: readList(dialog, LIST_MOST),
    invites: readList(invite, LIST_MOST),
  }),
  readPartial<{ holder: string; number: number; phones: string[]; server: string }>({
    holder: text,
    number: readInteger(1, MOST_CALLS),
    phones: readList(readText(64), LIST_MOST),
    server: readText(64),
  }),
) as Reader<CallRecord>;

/** Reads a failure's record. */
export const readFailure: Reader<FailureRecord> = readObject<FailureRecord>({
  request: text,
  source: readFlow,
  side,
  response: text,
});

/** Reads a request of a record. */
export function readInvite(text: string): SipRequest | undefined {
  const parsed = parseMessage(text);
  if (!parsed.ok || parsed.value.kind !== "request") return undefined;
  return parsed.value.method === "INVITE" ? parsed.value : undefined;
}

/** Reads an answer of a record. */
export function readResponse(text: string): SipResponse | undefined {
  const parsed = parseMessage(text);
  return parsed.ok && parsed.value.kind === "response" ? parsed.value : undefined;
}

/** Reads a subscription's record. */
export const readSubscription: Reader<SubscriptionRecord> = readBoth(
  readObject<Omit<SubscriptionRecord, "holder">>({ callId: text, dialog }),
  holder,
) as Reader<SubscriptionRecord>;
