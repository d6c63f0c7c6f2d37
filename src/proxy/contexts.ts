import type { Flow } from "../base/address.ts";
import type { Deadline } from "../base/deadline_heap.ts";
import type { Holder } from "../base/shares.ts";
import type { Side } from "../base/side.ts";
import type { SipRequest, SipResponse } from "../sip/message.ts";
import type { ClientTransaction } from "../transaction/client.ts";
import type { ServerTransaction } from "../transaction/server.ts";
import type { Binding } from "./bindings.ts";
import type { CallEnd } from "./call_end.ts";
import type { Call } from "./calls.ts";
import type { Dialog, InsideParty } from "./dialogs.ts";
import type { RegisterContext } from "./register_context.ts";

/** A URI in From or To that was changed on its way (RULES H1): as each side writes it. */
export interface IdentityPair {
  readonly inside: string;
  readonly outside: string;
}

/** A request on its way through us, with all that its masquerade depends on. */
export interface Passage {
  readonly request: SipRequest;
  /** The side it came from. */
  readonly side: Side;
  /** How it reached us. */
  readonly source: Flow;
  /** Who holds the places that it takes (RULES V7). */
  readonly holder: Holder;
  identities: readonly IdentityPair[];
  call: Call | undefined;
  dialog: Dialog | undefined;
  party: InsideParty | undefined;
  /** The outside party's address in a dialog that we do not keep (RULES N1). */
  readonly peer?: Flow;
  register: RegisterContext | undefined;
}

/** What we know of a request while it is answered: the response context of RFC 3261 §16.7. */
export interface RequestContext extends Passage {
  /** Bare once it is settled: method and URI. */
  request: SipRequest;
  /** True once it is answered for good, and its parts are let go (`settle.ts`). */
  settled?: boolean;
  readonly server: ServerTransaction<RequestContext>;
  /** Where answers go (RULES V4). */
  readonly reply: Flow;
  /** Upstream Vias, kept here and taken off (RULES V1). */
  vias: readonly string[];
  /** Requests of ours that this one came back from (RULES V5). */
  readonly parent: RequestContext | undefined;
  readonly depth: number;
  branches: Branch[];
  /** Status of the final answer that was sent. */
  final: number | undefined;
  /** True once what rings is told to stop: by the caller, or because one branch decides for all (RFC 3261 §16.7). */
  cancelled: boolean;
  /** Reason headers of the CANCEL, passed on (RFC 3326). */
  cancelReasons: readonly string[];
  /** True once its failure is on record, until the ACK (RULES X1). */
  failureKept?: boolean;
}

/** What a client transaction carries: where it goes, and the branch it serves (none for CANCEL and our own BYE). */
export interface Sending {
  /** Entered by `targets.ts` only. */
  readonly flow: Flow;
  readonly branch: Branch | undefined;
}

/** One target of a request: a client transaction and what is needed to try the next server. */
export interface Branch {
  readonly context: RequestContext;
  /** The side it goes to. */
  readonly side: Side;
  client: ClientTransaction<Sending> | undefined;
  /** Where it goes; entered by `targets.ts` only. */
  readonly flow: Flow;
  /** As sent; bare once its context is settled. */
  request: SipRequest;
  /** The branch parameter of our Via in it. */
  readonly branchId: string;
  /** The name its servers were found under (RULES N3); empty for none. */
  readonly hop: string;
  readonly attempt: number;
  /** Servers left to try (RULES N4). */
  alternatives: readonly Flow[];
  /** Makes the request for another server; missing where none is left, and after a restart. */
  build: BuildRequest | undefined;
  /** The phone, when it goes inside. */
  readonly phone: Binding | undefined;
  provisional: boolean;
  /** The final answer it got, once it has. */
  final: SipResponse | undefined;
  /** Why it ends by our will: no answer of its target is the reason, and mostly there is none. */
  ended?: CallEnd;
  /** Given up for another server: its answers no longer matter. */
  abandoned: boolean;
  cancelSent: boolean;
  /** Its 2xx, once that waits for our outside address. */
  heldBack?: HeldBack;
  /** To tags of its 2xx that could not be passed on and were answered with a BYE: each fork's once. */
  hungUp?: readonly string[];
  silence: Deadline | undefined;
  timerC: Deadline | undefined;
}

/** A phone's 2xx that could not be passed on yet (`held_back.ts`). */
export interface HeldBack {
  /** As it came last; without its body when it is from a record. */
  readonly response: SipResponse;
  /** When that was, monotonic ms; undefined when it is from a record. */
  readonly heardAt: number | undefined;
}

/** What is wrong with a request, where its owner can do something about it (`refusal_notes.ts`). */
export type RefusalCause =
  | "request-uri"
  | "scheme"
  | "proxy-require"
  | "vias"
  | "hops"
  | "loop"
  | "branch"
  | "contact"
  | "contacts"
  | "account"
  | "inside-host"
  | "phone-address"
  | "no-phone"
  | "encoding"
  | "outside-unknown";

/** Why a request can't go on, as an answer. */
export interface Refusal {
  readonly status: number;
  readonly reason: string;
  readonly cause?: RefusalCause;
  readonly headers?: readonly (readonly [name: string, value: string])[];
}

/** Makes the masqueraded request for a target whose address is known (RULES C3). */
export type BuildRequest = (
  flow: Flow,
) => { readonly ok: true; readonly value: SipRequest } | {
  readonly ok: false;
  readonly reason: Refusal;
};
