import { type Address, formatAddress, makeAddress } from "../base/address.ts";
import { type Deadline, DeadlineHeap } from "../base/deadline_heap.ts";
import { mapHeaderValues, withTopValue } from "../sip/edit.ts";
import { cseq, headerText, headerValues, topVia } from "../sip/headers.ts";
import type { SipMessage, SipRequest, SipResponse } from "../sip/message.ts";
import { getParam } from "../sip/params.ts";
import { parseMessage } from "../sip/parse.ts";
import { viaBranch } from "../sip/via.ts";
import { makeRequest, writeMessage } from "../sip/write.ts";
import { type Endpoint, randomText, type Send } from "./endpoint.ts";

const T1 = 500;
const T2 = 4000;
const GIVE_UP = 64 * T1;

/** What a user agent wants to hear of its transactions. */
export interface TransactionUser {
  /** A new request, or the ACK of a 2xx. */
  requested(request: SipRequest, from: Address, now: number): void;
}

/** Called with each response that matters, and with undefined when none came in 32 s. */
export type Answered = (response: SipResponse | undefined, now: number) => void;

/** Where a request goes, when, and who hears the answers. */
export interface RequestOptions {
  readonly to: Address;
  readonly now: number;
  readonly answered: Answered;
}

interface Repeated {
  readonly to: Address;
  text: string;
  timer?: Deadline;
}

interface Sent extends Repeated {
  readonly branch: string;
  readonly request: SipRequest;
  readonly answered: Answered;
  state: "calling" | "proceeding" | "done";
  cancelled: boolean;
}

interface Served extends Repeated {
  readonly life: Deadline;
}

/**
 * RFC 3261 §17 as far as a phone on a test bench needs it: requests and responses are repeated until they are
 * answered, repeated ones are answered again. Written apart from the proxy's own transactions on purpose.
 */
export class Transactions implements Endpoint {
  readonly #heap = new DeadlineHeap();
  readonly #sent = new Map<string, Sent>();
  readonly #served = new Map<string, Served>();

  constructor(
    readonly options: {
      readonly local: Address;
      readonly send: Send;
      readonly random: () => number;
      readonly user: TransactionUser;
    },
  ) {}

  nextTimeout(): number | undefined {
    return this.#heap.next();
  }

  handleTimeout(now: number): void {
    this.#heap.runDue(now);
  }

  receive(text: string, from: Address, now: number): void {
    const parsed = parseMessage(text);
    if (!parsed.ok) return;
    if (parsed.value.kind === "response") this.#response(parsed.value, now);
    else this.#request(stampVia(parsed.value, from), from, now);
  }

  /** Sends a request with a Via on top; the branch returned names it to {@linkcode Transactions.cancel}. */
  request(request: SipRequest, options: RequestOptions): string {
    const branch = this.#branch();
    this.#start(withTopValue(request, "Via", this.#via(branch)), branch, options);
    return branch;
  }

  /** Sends a request outside any transaction: the ACK of a 2xx. Returns its text, to be sent again by {@linkcode Transactions.again}. */
  sendAck(request: SipRequest, to: Address): string {
    const text = writeMessage(withTopValue(request, "Via", this.#via(this.#branch())));
    this.options.send(to, text);
    return text;
  }

  /** Sends a text once more. */
  again(to: Address, text: string): void {
    this.options.send(to, text);
  }

  /** Cancels an INVITE: at once if a provisional response came, else when one comes (RFC 3261 §9.1). */
  cancel(branch: string, now: number): void {
    const entry = this.#sent.get(`${branch} INVITE`);
    // Once: a second CANCEL of the same branch would be repeated for ever, as one answer ends one of them.
    if (entry === undefined || entry.state === "done" || entry.cancelled) return;
    entry.cancelled = true;
    if (entry.state === "proceeding") this.#sendCancel(entry, now);
  }

  /** Answers a request; finals to an INVITE are repeated until the ACK comes. */
  respond(request: SipRequest, response: SipResponse, now: number): void {
    const to = responseAddress(request);
    if (to === undefined) return;
    const key = serverKey(request);
    const old = this.#served.get(key);
    this.#heap.cancel(old?.timer);
    this.#heap.cancel(old?.life);
    const life = this.#heap.schedule(now + GIVE_UP, () => this.#forget(key));
    const entry: Served = { to, text: writeMessage(response), life };
    this.#served.set(key, entry);
    if (request.method === "INVITE" && response.status >= 200) {
      this.#repeat(entry, { now, most: T2 });
    } else this.options.send(to, entry.text);
  }

  /** Ends the repetition of a 2xx: its ACK came. */
  acknowledged(invite: SipRequest): void {
    this.#heap.cancel(this.#served.get(serverKey(invite))?.timer);
  }

  /** Ends all repetition, as switching off would. */
  drop(): void {
    for (const entry of [...this.#sent.values(), ...this.#served.values()]) {
      this.#heap.cancel(entry.timer);
    }
    this.#sent.clear();
    this.#served.clear();
  }

  #branch(): string {
    return `z9hG4bK${randomText(this.options.random, 16)}`;
  }

  #via(branch: string): string {
    return `SIP/2.0/UDP ${formatAddress(this.options.local)};branch=${branch};rport`;
  }

  #start(request: SipRequest, branch: string, options: RequestOptions): void {
    const { to, answered, now } = options;
    const entry: Sent = {
      branch,
      request,
      to,
      text: writeMessage(request),
      answered,
      state: "calling",
      cancelled: false,
    };
    const key = `${branch} ${request.method}`;
    this.#sent.set(key, entry);
    this.#repeat(entry, { now, most: request.method === "INVITE" ? GIVE_UP : T2 });
    this.#heap.schedule(now + GIVE_UP, (later) => this.#expire(key, later));
  }

  /** Sends now and again after T1, doubling up to `most`. */
  #repeat(entry: Repeated, options: { readonly now: number; readonly most: number }): void {
    const once = (now: number, wait: number): void => {
      this.options.send(entry.to, entry.text);
      entry.timer = this.#heap.schedule(
        now + wait,
        (later) => once(later, Math.min(2 * wait, options.most)),
      );
    };
    once(options.now, T1);
  }

  #response(response: SipResponse, now: number): void {
    const via = topVia(response);
    const branch = via === undefined ? undefined : viaBranch(via);
    const key = `${branch} ${cseq(response).method}`;
    const entry = this.#sent.get(key);
    if (entry === undefined) return;
    if (response.status < 200) this.#provisional(entry, response, now);
    else this.#final(entry, response, now);
  }

  #provisional(entry: Sent, response: SipResponse, now: number): void {
    if (entry.state === "done") return;
    if (entry.request.method === "INVITE") this.#heap.cancel(entry.timer);
    if (entry.cancelled && entry.state === "calling") this.#sendCancel(entry, now);
    entry.state = "proceeding";
    entry.answered(response, now);
  }

  #final(entry: Sent, response: SipResponse, now: number): void {
    const method = entry.request.method;
    const again = entry.state === "done";
    entry.state = "done";
    this.#heap.cancel(entry.timer);
    if (!again) {
      const key = `${entry.branch} ${method}`;
      this.#heap.schedule(now + GIVE_UP, () => this.#sent.delete(key));
    }
    if (method === "INVITE" && response.status >= 300) this.#sendFailureAck(entry, response);
    // Each 2xx of an INVITE goes to the user, who has to acknowledge repeated ones too (§13.2.2.4).
    if (!again || (method === "INVITE" && response.status < 300)) entry.answered(response, now);
  }

  #sendFailureAck(entry: Sent, response: SipResponse): void {
    const to = headerText(response, "to") ?? "";
    this.options.send(entry.to, writeMessage(sibling(entry.request, "ACK", to)));
  }

  #sendCancel(entry: Sent, now: number): void {
    const cancel = sibling(entry.request, "CANCEL", headerText(entry.request, "to") ?? "");
    this.#start(cancel, entry.branch, { to: entry.to, now, answered: () => {} });
  }

  #request(request: SipRequest, from: Address, now: number): void {
    const entry = this.#served.get(serverKey(request));
    if (entry === undefined) return this.options.user.requested(request, from, now);
    if (request.method === "ACK") this.#heap.cancel(entry.timer);
    else this.options.send(entry.to, entry.text);
  }

  #expire(key: string, now: number): void {
    const entry = this.#sent.get(key);
    const pending = entry?.state === "calling" ||
      (entry?.state === "proceeding" && entry.request.method !== "INVITE");
    if (entry === undefined || !pending) return;
    this.#heap.cancel(entry.timer);
    this.#sent.delete(key);
    entry.answered(undefined, now);
  }

  #forget(key: string): void {
    this.#heap.cancel(this.#served.get(key)?.timer);
    this.#served.delete(key);
  }
}

/** The ACK of a failure and the CANCEL share Request-URI, Via, Route and CSeq number with their INVITE (RFC 3261 §9.1, §17.1.1.3). */
function sibling(invite: SipRequest, method: string, to: string): SipRequest {
  const copied = (name: string, key: string) =>
    headerValues(invite, key).map((value) => [name, value] as const);
  return makeRequest({
    method,
    uri: invite.uri,
    headers: [
      ...copied("Via", "via").slice(0, 1),
      ["Max-Forwards", "70"],
      ...copied("Route", "route"),
      ...copied("From", "from"),
      ["To", to],
      ...copied("Call-ID", "call-id"),
      ["CSeq", `${cseq(invite).number} ${method}`],
    ],
  });
}

/** RFC 3261 §17.2.3: an ACK belongs to its INVITE. */
function serverKey(request: SipRequest): string {
  const via = topVia(request);
  const branch = via === undefined ? "" : viaBranch(via) ?? "";
  const method = request.method === "ACK" ? "INVITE" : request.method;
  return `${branch} ${via?.host}:${via?.port ?? 5060} ${method}`;
}

/** Writes `received` and `rport` into the top Via (RFC 3581 §4). */
export function stampVia(request: SipRequest, from: Address): SipRequest {
  return mapHeaderValues(request, "via", (value, index) => {
    if (index > 0) return value;
    return `${value.replace(/;rport(?=;|$)/i, `;rport=${from.port}`)};received=${from.ip}`;
  });
}

/** Where the answer goes: to the stamped source, or to its IP and the Via's port without `rport` (RFC 3261 §18.2.2). */
export function responseAddress(message: SipMessage): Address | undefined {
  const via = topVia(message);
  if (via === undefined) return undefined;
  const port = Number(getParam(via.params, "rport") || via.port || 5060);
  const made = makeAddress(getParam(via.params, "received") ?? via.host, port);
  return made.ok ? made.value : undefined;
}
