import type { DeadlineHeap } from "../base/deadline_heap.ts";
import type { Holder } from "../base/shares.ts";
import type { SipRequest, SipResponse } from "../sip/message.ts";
import { writeMessage } from "../sip/write.ts";
import {
  type ClientAction,
  type ClientInput,
  type ClientState,
  INVITE_CLIENT,
  OTHER_CLIENT,
} from "./client_states.ts";
import { makeAck, repeatAck } from "./hop_by_hop.ts";
import { answeredKey, clientKey } from "./keys.ts";
import { Machine } from "./machine.ts";
import { type Room, TransactionTable } from "./table.ts";

/** A request we sent and await answers to (RFC 3261 §17.1); `C` is what the user keeps with it. */
export interface ClientTransaction<C> {
  readonly id: number;
  readonly branch: string;
  readonly invite: boolean;
  readonly method: string;
  readonly state: ClientState | "terminated";
  context: C;
}

/** What the user of client transactions is told and does for them. */
export interface ClientUser<C> {
  /** Sends the request, or the ACK of a 300–699, to the transaction's target. */
  send(transaction: ClientTransaction<C>, text: string): void;
  /** Each 1xx, each 2xx to an INVITE (copies too), and the first final answer otherwise. */
  response(transaction: ClientTransaction<C>, response: SipResponse, now: number): void;
  /** Timer B or F: no (final) answer came; `terminated` follows. */
  timedOut(transaction: ClientTransaction<C>, now: number): void;
  /** An answer to a transaction that was abandoned; without this method it is dropped. */
  late?(transaction: ClientTransaction<C>, response: SipResponse, now: number): void;
  /** The transaction has left the table; told once for each. */
  terminated(transaction: ClientTransaction<C>): void;
}

/** How a client transaction begins. */
export interface ClientStart<C> {
  readonly request: SipRequest;
  /** The branch of the request's top Via. */
  readonly branch: string;
  /** True over TCP and TLS: nothing is retransmitted. */
  readonly reliable: boolean;
  readonly now: number;
  readonly context: C;
  /** Who holds its place. */
  readonly holder: Holder;
  /** Made from a stored record after a restart (RULES X1): Proceeding, nothing is sent. */
  readonly restored?: boolean;
}

class Entry<C> implements ClientTransaction<C> {
  readonly branch: string;
  readonly key: string;
  readonly method: string;
  readonly invite: boolean;
  /** What ACKs of failures are made of: an INVITE that may still fail. */
  request: SipRequest | undefined;
  /** What may have to be sent again: the request, or the ACK; "" for nothing. */
  text: string;
  machine!: Machine<ClientState, ClientInput, ClientAction, Entry<C>>;
  context: C;

  constructor(readonly id: number, start: ClientStart<C>) {
    this.branch = start.branch;
    this.method = start.request.method;
    this.invite = this.method === "INVITE";
    this.request = this.invite ? start.request : undefined;
    this.key = clientKey(start.branch, this.method);
    this.text = writeMessage(start.request);
    this.context = start.context;
  }

  get state(): ClientState | "terminated" {
    return this.machine.state;
  }

  /** The text of the ACK of a failure: the first is made of the INVITE, which is let go then, each further one of that. */
  acknowledgement(response: SipResponse): string {
    this.text = this.request === undefined
      ? repeatAck(this.text, response)
      : writeMessage(makeAck(this.request, response));
    this.request = undefined;
    return this.text;
  }

  /** Lets go of what its state will not ask for again: most transactions are over and wait for late copies. */
  shed(): void {
    const { state } = this;
    if (state === "accepted" || state === "terminated") this.request = undefined;
    const repeats = state === "calling" || state === "trying" ||
      (this.invite ? state === "completed" : state === "proceeding");
    if (!repeats) this.text = "";
  }
}

/** The table of client transactions (RULES V3). */
export class ClientTransactions<C> extends TransactionTable<ClientTransaction<C>, Entry<C>> {
  #heap: DeadlineHeap;
  #user: ClientUser<C>;
  #fired = (entry: Entry<C>, actions: readonly ClientAction[], now: number): void =>
    this.#perform(entry, actions, { now });

  constructor(options: { heap: DeadlineHeap; room: Room; user: ClientUser<C> }) {
    super(options.room);
    this.#heap = options.heap;
    this.#user = options.user;
  }

  /** Begins a transaction and sends its request; undefined when the table is full. */
  create(start: ClientStart<C>): ClientTransaction<C> | undefined {
    const entry = new Entry<C>(this.nextId, start);
    if (entry.method === "ACK" || this.keyed(entry.key) !== undefined) {
      throw new Error(`Cannot begin a transaction: ${entry.method} ${entry.branch} is in use`);
    }
    const { holder, restored = false } = start;
    if (!this.add(entry, { holder, restored })) return undefined;
    entry.machine = new Machine({
      table: entry.invite ? INVITE_CLIENT : OTHER_CLIENT,
      state: start.restored ? "proceeding" : entry.invite ? "calling" : "trying",
      heap: this.#heap,
      reliable: start.reliable,
      now: start.now,
      owner: entry,
      fired: this.#fired,
    });
    if (!start.restored) this.#user.send(entry, entry.text);
    return entry;
  }

  /** The transaction a response answers (RFC 3261 §17.1.3). */
  find(response: SipResponse): ClientTransaction<C> | undefined {
    const key = answeredKey(response);
    return key === undefined ? undefined : this.keyed(key);
  }

  /** Takes a response that {@linkcode find} found a transaction for; 300–699 to an INVITE are acknowledged here. */
  received(transaction: ClientTransaction<C>, response: SipResponse, now: number): void {
    const entry = this.entry(transaction.id);
    if (entry === undefined) return;
    this.#perform(entry, entry.machine.input(inputOf(response.status), now), { now, response });
  }

  /** Gives the target up for another one: late answers change nothing, an INVITE's failure is still acknowledged. */
  abandon(transaction: ClientTransaction<C>, now: number): void {
    const entry = this.entry(transaction.id);
    if (entry !== undefined) this.#perform(entry, entry.machine.input("abandon", now), { now });
  }

  #perform(
    entry: Entry<C>,
    actions: readonly ClientAction[],
    options: { now: number; response?: SipResponse },
  ): void {
    for (const action of actions) this.#act(entry, action, options);
    entry.shed();
    if (entry.state !== "terminated" || !this.remove(entry)) return;
    this.#user.terminated(entry);
  }

  #act(
    entry: Entry<C>,
    action: ClientAction,
    options: { now: number; response?: SipResponse },
  ): void {
    switch (action) {
      case "resend":
        return this.#user.send(entry, entry.text);
      case "acknowledge":
        return this.#user.send(entry, entry.acknowledgement(options.response!));
      case "tell":
        return this.#user.response(entry, options.response!, options.now);
      case "late":
        return this.#user.late?.(entry, options.response!, options.now);
      case "timedOut":
        return this.#user.timedOut(entry, options.now);
      default:
        action satisfies never;
    }
  }
}

function inputOf(status: number): ClientInput {
  if (status < 200) return "provisional";
  return status < 300 ? "success" : "failure";
}
