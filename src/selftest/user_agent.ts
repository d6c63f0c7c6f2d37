import type { Address } from "../base/address.ts";
import type { SipRequest } from "../sip/message.ts";
import { Agent, type AgentOptions } from "./agent.ts";
import type { Call } from "./call.ts";
import { Calls } from "./calls.ts";
import type { Endpoint } from "./endpoint.ts";
import { Registration } from "./registration.ts";

/** A small phone: registers with digest, calls, answers, cancels, hangs up. SIP text and time in, SIP text out. */
export class UserAgent implements Endpoint {
  readonly #agent: Agent;
  readonly #registration: Registration;
  readonly #calls: Calls;

  constructor(options: AgentOptions) {
    const requested = (request: SipRequest, _from: Address, now: number): void =>
      this.#calls.requested(request, now);
    this.#agent = new Agent(options, { requested });
    this.#registration = new Registration(this.#agent);
    this.#calls = new Calls(this.#agent);
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

  /** The calls that are not over. */
  get calls(): readonly Call[] {
    return this.#calls.live;
  }

  /** Registers for `expires` seconds; 0 takes the registration back. */
  register(expires: number, now: number): void {
    this.#registration.register(expires, now);
  }

  /** Calls a URI; the Call-ID returned names the call from then on. */
  call(uri: string, now: number): string {
    return this.#calls.call(uri, now);
  }

  /** Answers a call that came in with 200. */
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

  /** Falls silent, as a phone that lost its power. */
  drop(): void {
    this.#agent.transactions.drop();
    this.#calls.drop();
  }
}
