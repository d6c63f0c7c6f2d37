import type { Flow } from "../base/address.ts";
import type { DeadlineHeap } from "../base/deadline_heap.ts";
import type { Holder } from "../base/shares.ts";
import { toTag } from "../sip/headers.ts";
import type { SipRequest, SipResponse } from "../sip/message.ts";
import { makeResponse, writeMessage } from "../sip/write.ts";
import { acknowledgedKeys, cancelledKey, isOlder, serverKey } from "./keys.ts";
import { Machine } from "./machine.ts";
import {
  INVITE_SERVER,
  OTHER_SERVER,
  type ServerAction,
  type ServerInput,
  type ServerState,
} from "./server_states.ts";
import { type Room, TransactionTable } from "./table.ts";

/** A request we received and answer (RFC 3261 §17.2); `C` is what the user keeps with it. */
export interface ServerTransaction<C> {
  readonly id: number;
  readonly key: string;
  readonly invite: boolean;
  readonly method: string;
  /**
   * As responses shall copy it: `received` and `rport` filled in. It is let go when no further response can be sent;
   * whoever asks for it then has a fault.
   */
  readonly request: SipRequest;
  readonly flow: Flow;
  readonly state: ServerState | "terminated";
  /** Text of the last response sent. */
  readonly response: string | undefined;
  /** Status of the last response sent. */
  readonly status: number | undefined;
  context: C | undefined;
}

/** What the user of server transactions is told and does for them. */
export interface ServerUser<C> {
  /** Sends a response to where the request came from. */
  send(transaction: ServerTransaction<C>, text: string): void;
  /** Timer H: no ACK came for a 300–699 to an INVITE; `terminated` follows. */
  unacknowledged(transaction: ServerTransaction<C>, now: number): void;
  /** The transaction has left the table; told once for each. */
  terminated(transaction: ServerTransaction<C>): void;
}

class Entry<C> implements ServerTransaction<C> {
  readonly invite: boolean;
  readonly method: string;
  machine!: Machine<ServerState, ServerInput, ServerAction, Entry<C>>;
  response: string | undefined;
  status: number | undefined;
  /** To tag of the last response: what an ACK without a unique branch is matched by. */
  tag: string | undefined;
  context: C | undefined;
  readonly cancelledKey: string | undefined;
  #request: SipRequest | undefined;

  constructor(
    readonly id: number,
    readonly key: string,
    request: SipRequest,
    readonly flow: Flow,
  ) {
    this.method = request.method;
    this.invite = request.method === "INVITE";
    this.#request = request;
    this.cancelledKey = this.invite ? cancelledKey(request, flow) : undefined;
  }

  get request(): SipRequest {
    if (this.#request === undefined) {
      throw new Error(`Cannot answer ${this.method} again: ${this.state} with ${this.status}`);
    }
    return this.#request;
  }

  get state(): ServerState | "terminated" {
    return this.machine.state;
  }

  /** Lets the request go once the last answer has left: copies of it get that text again. */
  shed(): void {
    if (this.state === "completed" || this.state === "terminated") this.#request = undefined;
  }
}

/** The table of server transactions (RULES V3). */
export class ServerTransactions<C> extends TransactionTable<ServerTransaction<C>, Entry<C>> {
  #heap: DeadlineHeap;
  #user: ServerUser<C>;
  /** INVITEs by what their CANCEL shares with them whatever its sent-by. */
  readonly #cancellable = new Map<string, Entry<C>>();
  #fired = (entry: Entry<C>, actions: readonly ServerAction[], now: number): void =>
    this.#perform(entry, actions, { now });

  constructor(options: { heap: DeadlineHeap; room: Room; user: ServerUser<C> }) {
    super(options.room);
    this.#heap = options.heap;
    this.#user = options.user;
  }

  /**
   * The transaction a request belongs to (RFC 3261 §17.2.3): its own, or for an ACK the INVITE it acknowledges.
   * The ACK of a 2xx belongs to none, whatever its branch.
   */
  find(request: SipRequest, flow: Flow): ServerTransaction<C> | undefined {
    if (request.method !== "ACK") return this.keyed(serverKey(request, flow, request.method));
    for (const key of acknowledgedKeys(request, flow)) {
      const found = this.keyed(key);
      if (found !== undefined && acknowledges(request, found)) return found;
    }
    return undefined;
  }

  /** The INVITE that a CANCEL cancels (RFC 3261 §9.2). */
  findInvite(cancel: SipRequest, flow: Flow): ServerTransaction<C> | undefined {
    const key = cancelledKey(cancel, flow);
    return this.keyed(serverKey(cancel, flow, "INVITE")) ??
      (key === undefined ? undefined : this.#cancellable.get(key));
  }

  /**
   * Begins the transaction of a request that {@linkcode find} did not find; undefined when there is no place for its
   * holder.
   */
  create(
    request: SipRequest,
    flow: Flow,
    { now, holder }: { now: number; holder: Holder },
  ): ServerTransaction<C> | undefined {
    const invite = request.method === "INVITE";
    return this.#begin(request, flow, { now, holder, state: invite ? "proceeding" : "trying" });
  }

  /**
   * Takes up an INVITE from before a restart; nothing is sent. Answered with 2xx: further 2xx pass, failures do not,
   * and it ends by timer L. Else a retransmission gets 100, since whatever was said before is forgotten.
   */
  restore(
    request: SipRequest,
    flow: Flow,
    options: { now: number; holder: Holder; answered: boolean },
  ): ServerTransaction<C> | undefined {
    const { now, holder, answered } = options;
    const state = answered ? "accepted" : "proceeding";
    const entry = this.#begin(request, flow, { now, holder, restored: true, state });
    if (entry === undefined || answered) return entry;
    keepResponse(entry, makeResponse(request, { status: 100 }));
    return entry;
  }

  /** Takes up an INVITE whose failure went out before a restart: that is sent again until its ACK, or timer H. */
  restoreFailed(
    request: SipRequest,
    flow: Flow,
    options: { now: number; holder: Holder; response: SipResponse },
  ): ServerTransaction<C> | undefined {
    const { now, holder, response } = options;
    const by = { now, holder, restored: true };
    const entry = this.#begin(request, flow, { ...by, state: "completed" });
    if (entry !== undefined) keepResponse(entry, response);
    return entry;
  }

  #begin(
    request: SipRequest,
    flow: Flow,
    options: { now: number; holder: Holder; restored?: boolean; state: ServerState },
  ): Entry<C> | undefined {
    const { now, holder, restored = false, state } = options;
    const key = serverKey(request, flow, request.method);
    if (request.method === "ACK" || this.keyed(key) !== undefined) {
      throw new Error(`Cannot begin a transaction: ${request.method} belongs to another`);
    }
    const entry = new Entry<C>(this.nextId, key, request, flow);
    if (!this.add(entry, { holder, restored })) return undefined;
    if (entry.cancelledKey !== undefined) this.#cancellable.set(entry.cancelledKey, entry);
    entry.machine = new Machine({
      table: entry.invite ? INVITE_SERVER : OTHER_SERVER,
      state,
      heap: this.#heap,
      reliable: flow.transport !== "udp",
      now,
      owner: entry,
      fired: this.#fired,
    });
    return entry;
  }

  /** Takes a request that {@linkcode find} found: a retransmission, or the ACK of a 300–699. */
  received(transaction: ServerTransaction<C>, request: SipRequest, now: number): void {
    this.#input(transaction, request.method === "ACK" ? "ack" : "request", { now });
  }

  /**
   * Answers the request. What the state does not allow is dropped: a second final answer, any 1xx to a request other
   * than INVITE (the transaction sends its own 100), and a 408 to one, which ends it without a word (RFC 4320).
   */
  respond(transaction: ServerTransaction<C>, response: SipResponse, now: number): void {
    this.#input(transaction, inputOf(transaction, response.status), { now, response });
  }

  /** The same without timer G: only another copy of the request draws the answer again. */
  respondOnce(transaction: ServerTransaction<C>, response: SipResponse, now: number): void {
    this.respond(transaction, response, now);
    this.entry(transaction.id)?.machine.stop("G");
  }

  #input(
    transaction: ServerTransaction<C>,
    input: ServerInput,
    options: { now: number; response?: SipResponse },
  ): void {
    const entry = this.entry(transaction.id);
    if (entry !== undefined) {
      this.#perform(entry, entry.machine.input(input, options.now), options);
    }
  }

  #perform(
    entry: Entry<C>,
    actions: readonly ServerAction[],
    options: { now: number; response?: SipResponse },
  ): void {
    for (const action of actions) this.#act(entry, action, options);
    entry.shed();
    if (entry.state !== "terminated" || !this.remove(entry)) return;
    const cancelled = entry.cancelledKey;
    if (cancelled !== undefined && this.#cancellable.get(cancelled) === entry) {
      this.#cancellable.delete(cancelled);
    }
    this.#user.terminated(entry);
    // Its client transactions may live longer, and with them all that it is.
    entry.response = undefined;
    entry.context = undefined;
  }

  #act(
    entry: Entry<C>,
    action: ServerAction,
    options: { now: number; response?: SipResponse },
  ): void {
    switch (action) {
      case "send":
        return this.#send(entry, options.response!);
      case "tryingSend":
        return this.#send(entry, makeResponse(entry.request, { status: 100 }));
      case "resend":
        if (entry.response !== undefined) this.#user.send(entry, entry.response);
        return;
      case "unacknowledged":
        return this.#user.unacknowledged(entry, options.now);
      default:
        action satisfies never;
    }
  }

  #send(entry: Entry<C>, response: SipResponse): void {
    this.#user.send(entry, keepResponse(entry, response));
  }
}

/** Notes the last response, for copies of the request and for the ACK; its text. */
function keepResponse<C>(entry: Entry<C>, response: SipResponse): string {
  const text = writeMessage(response);
  entry.response = text;
  entry.status = response.status;
  entry.tag = toTag(response);
  return text;
}

function acknowledges<C>(ack: SipRequest, invite: Entry<C>): boolean {
  if (invite.state === "accepted") return false;
  return !isOlder(ack) || toTag(ack) === invite.tag;
}

function inputOf<C>(transaction: ServerTransaction<C>, status: number): ServerInput {
  if (status < 200) return "provisional";
  if (status < 300) return "success";
  return status === 408 && !transaction.invite ? "silence" : "failure";
}
