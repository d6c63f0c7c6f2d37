import type { Address } from "../../src/base/address.ts";
import { callId, toTag } from "../../src/sip/headers.ts";
import type { SipRequest } from "../../src/sip/message.ts";
import { makeRequest } from "../../src/sip/write.ts";
import { Agent, type AgentOptions } from "../../src/selftest/agent.ts";
import { belongs, type Call } from "../../src/selftest/call.ts";
import { Calls } from "../../src/selftest/calls.ts";
import type { Endpoint } from "../../src/selftest/endpoint.ts";
import { Registration } from "../../src/selftest/registration.ts";
import { type Habits, type Offer, Reinvites } from "./reinvites.ts";
import { type Subscription, Subscriptions } from "./subscriptions.ts";

/** The self-test's phone, which can also change a call that is up, subscribe, and send messages. */
export class Handset implements Endpoint {
  readonly #agent: Agent;
  readonly #registration: Registration;
  readonly #calls: Calls;
  readonly #reinvites: Reinvites;
  readonly #subscriptions: Subscriptions;
  /** Call-IDs of MESSAGEs that came. */
  readonly #messages = new Set<string>();

  constructor(options: AgentOptions, habits: Habits) {
    const requested = (request: SipRequest, _from: Address, now: number) =>
      this.#requested(request, now);
    this.#agent = new Agent(options, { requested });
    this.#registration = new Registration(this.#agent);
    this.#calls = new Calls(this.#agent);
    this.#reinvites = new Reinvites(this.#agent, habits);
    this.#subscriptions = new Subscriptions(this.#agent);
  }

  nextTimeout(): number | undefined {
    return this.#agent.transactions.nextTimeout();
  }

  handleTimeout(now: number): void {
    this.#agent.transactions.handleTimeout(now);
  }

  receive(text: string, from: Address, now: number): void {
    this.#agent.transactions.receive(text, from, now);
  }

  /** Our address of record. */
  get aor(): string {
    return this.#agent.aor;
  }

  /** The URI that it registers. */
  get contact(): string {
    return this.#agent.contact.slice(1, -1);
  }

  /** The calls that are not over. */
  get calls(): readonly Call[] {
    return this.#calls.live;
  }

  /** Registers for `expires` seconds; 0 takes the registration back. */
  register(expires: number, now: number): void {
    this.#registration.register(expires, now);
  }

  /** Calls a URI; the Call-ID names the call from then on. */
  call(uri: string, now: number): string {
    return this.#calls.call(uri, now);
  }

  /** Answers a call that came in. */
  accept(id: string, now: number): void {
    this.#calls.accept(id, now);
  }

  /** Refuses a call that came in. */
  reject(id: string, options: { readonly status: number; readonly now: number }): void {
    this.#calls.reject(id, options);
  }

  /** Ends a call: BYE when it is up, CANCEL while it rings at the other end. */
  hangUp(id: string, now: number): void {
    this.#calls.hangUp(id, now);
  }

  /** Offers something else in a call; false when that cannot be now. */
  offer(id: string, offer: Offer): boolean {
    const call = this.calls.find((one) => one.callId === id);
    return call !== undefined && this.#reinvites.offer(call, offer);
  }

  /** Cancels what it has offered in a call and got no answer to. */
  cancelOffer(id: string, now: number): void {
    this.#reinvites.cancel(id, now);
  }

  /** Subscribes to somebody's calls. */
  subscribe(uri: string, options: { expires: number; now: number }): string {
    return this.#subscriptions.subscribe(uri, options);
  }

  /** Refreshes a subscription, or ends it with 0. */
  refresh(id: string, options: { expires: number; now: number }): void {
    this.#subscriptions.refresh(id, options);
  }

  /** What became of a subscription. */
  subscription(id: string): Subscription | undefined {
    return this.#subscriptions.get(id);
  }

  /** Sends a MESSAGE or OPTIONS; its Call-ID, and `done` is told its final status, 0 for none. */
  send(
    method: string,
    uri: string,
    options: { now: number; done?: (status: number) => void },
  ): string {
    const agent = this.#agent;
    const id = agent.name();
    const request = makeRequest({
      method,
      uri,
      headers: [
        ["Max-Forwards", "70"],
        ["From", `<${agent.aor}>;tag=${agent.name()}`],
        ["To", `<${uri}>`],
        ["Call-ID", id],
        ["CSeq", `1 ${method}`],
      ],
    });
    const { now, done } = options;
    agent.request(request, {
      to: agent.firstHop(uri),
      now,
      answered: (response) => {
        if (response === undefined || response.status >= 200) done?.(response?.status ?? 0);
      },
    });
    return id;
  }

  /** True when this MESSAGE has come. */
  hasMessage(id: string): boolean {
    return this.#messages.has(id);
  }

  /** Falls silent, as a phone that lost its power. */
  drop(): void {
    this.#agent.transactions.drop();
    this.#calls.drop();
  }

  #requested(request: SipRequest, now: number): void {
    const { method } = request;
    if (method === "SUBSCRIBE" || method === "NOTIFY") {
      return this.#subscriptions.requested(request, now);
    }
    if (method === "MESSAGE") {
      this.#messages.add(callId(request));
      return this.#agent.answer(request, { status: 200, now });
    }
    const call = this.calls.find((one) => one.callId === callId(request));
    const within = (method === "INVITE" || method === "ACK") && toTag(request) !== undefined;
    if (
      within && call !== undefined && belongs(call, request) &&
      this.#reinvites.requested(call, request, now)
    ) return;
    this.#calls.requested(request, now);
  }
}
