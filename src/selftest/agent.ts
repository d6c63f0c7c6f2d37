import { type Address, formatAddress } from "../base/address.ts";
import { withHeader } from "../sip/edit.ts";
import { callId, cseq, headerText, headerValues } from "../sip/headers.ts";
import type { SipRequest, SipResponse } from "../sip/message.ts";
import { makeResponse } from "../sip/write.ts";
import { type Call, type Header, tagOf } from "./call.ts";
import { type Account, answerChallenge } from "./credentials.ts";
import { SDP_TYPE, writeDescription } from "./description.ts";
import { randomText, type Send, uriAddress } from "./endpoint.ts";
import { type Answered, Transactions, type TransactionUser } from "./transactions.ts";

/** What a user agent tells its user. `status` 0: no answer came. */
export type AgentEvent =
  | { readonly kind: "challenged"; readonly method: string; readonly status: number }
  | { readonly kind: "registered"; readonly expires: number; readonly contacts: readonly string[] }
  | {
    readonly kind: "failed";
    readonly method: string;
    readonly status: number;
    readonly reason: string;
    readonly callId: string;
  }
  | { readonly kind: "ringing"; readonly callId: string }
  | { readonly kind: "invited"; readonly callId: string; readonly from: string }
  | { readonly kind: "answered"; readonly callId: string; readonly farMedia: Address }
  | { readonly kind: "established"; readonly callId: string; readonly farMedia: Address }
  | { readonly kind: "ended"; readonly callId: string };

/** What a user agent is made of. */
export interface AgentOptions {
  readonly account: Account;
  readonly local: Address;
  /** Where it wants RTP. */
  readonly media: Address;
  /** Where everything out of dialog goes; without one, to the host of the Request-URI. */
  readonly outboundProxy?: Address;
  readonly send: Send;
  /** 0 ≤ x < 1. */
  readonly random: () => number;
  readonly event: (event: AgentEvent, now: number) => void;
}

/** What registering and calling share: who we are, requests with credentials, responses. */
export class Agent {
  readonly transactions: Transactions;

  constructor(readonly options: AgentOptions, user: TransactionUser) {
    const { local, send, random } = options;
    this.transactions = new Transactions({ local, send, random, user });
  }

  /** Our address of record. */
  get aor(): string {
    return `sip:${this.options.account.user}@${this.options.account.domain}`;
  }

  /** Our Contact header value. */
  get contact(): string {
    return `<sip:${this.options.account.user}@${formatAddress(this.options.local)}>`;
  }

  /** A fresh tag, Call-ID or cnonce. */
  name(): string {
    return randomText(this.options.random, 12);
  }

  /** Tells the user. */
  tell(event: AgentEvent, now: number): void {
    this.options.event(event, now);
  }

  /** What we offer and answer with. */
  description(): string {
    return writeDescription(this.options.media, 1);
  }

  /** Where a request out of dialog goes. */
  firstHop(uri: string): Address {
    if (this.options.outboundProxy !== undefined) return this.options.outboundProxy;
    const address = uriAddress(uri);
    if (!address.ok) throw new Error(`Cannot find the next hop of ${uri}: ${address.reason}`);
    return address.value;
  }

  /** Sends a request; when it is challenged, once more with credentials (RFC 3261 §22.2). */
  request(request: SipRequest, options: {
    readonly to: Address;
    readonly now: number;
    readonly answered: Answered;
    readonly sent?: (request: SipRequest, branch: string) => void;
  }): void {
    const answered: Answered = (response, now) => {
      const again = this.#withCredentials(request, response, now);
      if (again === undefined) options.answered(response, now);
      else this.request(again, { ...options, now });
    };
    const branch = this.transactions.request(request, { ...options, answered });
    options.sent?.(request, branch);
  }

  #withCredentials(
    request: SipRequest,
    response: SipResponse | undefined,
    now: number,
  ): SipRequest | undefined {
    if (response?.status !== 401 && response?.status !== 407) return undefined;
    const given = response.status === 401 ? "authorization" : "proxy-authorization";
    if (headerText(request, given) !== undefined) return undefined;
    const { account } = this.options;
    const header = answerChallenge(response, { request, account, cnonce: this.name() });
    if (header === undefined) return undefined;
    const { method } = request;
    this.tell({ kind: "challenged", method, status: response.status }, now);
    const next = withHeader(request, "CSeq", `${cseq(request).number + 1} ${method}`);
    return withHeader(next, ...header);
  }

  /** Responds; within a call with its tag, Contact and the route set it is built on (RFC 3261 §12.1.1). */
  answer(request: SipRequest, options: {
    readonly status: number;
    readonly now: number;
    readonly call?: Call;
    readonly body?: string;
  }): void {
    const { status, now, call, body = "" } = options;
    const toTag = (call === undefined ? undefined : tagOf(call.local)) ?? this.name();
    const headers: Header[] = [];
    if (call !== undefined && status < 300) {
      for (const route of headerValues(request, "record-route")) {
        headers.push(["Record-Route", route]);
      }
      headers.push(["Contact", this.contact]);
    }
    if (body !== "") headers.push(["Content-Type", SDP_TYPE]);
    const response = makeResponse(request, { status, toTag, headers, body });
    this.transactions.respond(request, response, now);
  }

  /** Tells of a final answer that is none, or of its absence. */
  failed(request: SipRequest, response: SipResponse | undefined, now: number): void {
    const { status, reason } = response ?? { status: 0, reason: "No answer" };
    const { method } = request;
    this.tell({ kind: "failed", method, status, reason, callId: callId(request) }, now);
  }
}
