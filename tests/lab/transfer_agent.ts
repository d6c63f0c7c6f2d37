import { Agent, type AgentEvent, type AgentOptions } from "../../src/selftest/agent.ts";
import { type Call, dialogAddress, dialogRequest, tagOf } from "../../src/selftest/call.ts";
import { Calls } from "../../src/selftest/calls.ts";
import type { Endpoint } from "../../src/selftest/endpoint.ts";
import { Registration } from "../../src/selftest/registration.ts";
import type { Address } from "../../src/base/address.ts";
import { withBody, withHeader } from "../../src/sip/edit.ts";
import { callId, headerText } from "../../src/sip/headers.ts";
import type { SipRequest } from "../../src/sip/message.ts";
import { parseNameAddr } from "../../src/sip/name_addr.ts";

/** A user agent that answers at once and knows attended transfer in all three parts (RFC 3515, RFC 3891). */
export class TransferAgent implements Endpoint {
  readonly #agent: ReplacingAgent;
  readonly #registration: Registration;
  readonly #calls: Calls;
  readonly #tell: AgentOptions["event"];
  /** The call of ours that a REFER has asked for, and the call it came in. */
  #referred: { readonly id: string; readonly within: Call } | undefined;
  /** The call that goes when another one, which replaces it, stands. */
  #replaced: { readonly id: string; readonly by: string } | undefined;

  constructor(options: AgentOptions) {
    this.#tell = options.event;
    const event = (happened: AgentEvent, now: number) => this.#happened(happened, now);
    const requested = (request: SipRequest, _from: Address, now: number) =>
      this.#requested(request, now);
    this.#agent = new ReplacingAgent({ ...options, event }, { requested });
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

  register(now: number): void {
    this.#registration.register(600, now);
  }

  call(uri: string, now: number): void {
    this.#calls.call(uri, now);
  }

  /** Sends the party of the first call to the party of the second, whose call with us it replaces. */
  transfer(now: number): void {
    const [first, second] = this.#calls.live;
    if (first === undefined || second === undefined) return;
    const value = `${second.callId};to-tag=${tagOf(second.remote)};from-tag=${tagOf(second.local)}`;
    const uri = `${second.target}?Replaces=${encodeURIComponent(value)}`;
    this.#request(first, { method: "REFER", headers: [["Refer-To", `<${uri}>`]] }, now);
  }

  hangUp(now: number): void {
    for (const call of this.#calls.live) this.#calls.hangUp(call.callId, now);
  }

  #requested(request: SipRequest, now: number): void {
    const call = this.#calls.live.find((one) => one.callId === callId(request));
    if (request.method === "REFER" && call !== undefined) return this.#refer(call, request, now);
    if (request.method === "NOTIFY" && request.body.startsWith("SIP/2.0 200")) {
      this.#calls.requested(request, now);
      if (call !== undefined) this.#calls.hangUp(call.callId, now);
      return;
    }
    if (request.method === "INVITE") this.#replace(request);
    this.#calls.requested(request, now);
  }

  #refer(call: Call, request: SipRequest, now: number): void {
    this.#agent.answer(request, { status: 202, call, now });
    const target = parseNameAddr(headerText(request, "refer-to") ?? "");
    const [uri = "", replaces] = (target.ok ? target.value.uri : "").split("?Replaces=");
    this.#agent.replaces = replaces === undefined ? undefined : decodeURIComponent(replaces);
    this.#referred = { id: this.#calls.call(uri, now), within: call };
    this.#agent.replaces = undefined;
  }

  /** Notes which of our calls an INVITE replaces. */
  #replace(request: SipRequest): void {
    const [id, ...tags] = (headerText(request, "replaces") ?? "").split(";");
    const call = this.#calls.live.find((one) => one.callId === id);
    if (call === undefined) return;
    const named = [`to-tag=${tagOf(call.local)}`, `from-tag=${tagOf(call.remote)}`];
    if (named.every((tag) => tags.includes(tag))) {
      this.#replaced = { id: call.callId, by: callId(request) };
    }
  }

  #happened(event: AgentEvent, now: number): void {
    this.#tell(event, now);
    if (event.kind === "invited") this.#calls.accept(event.callId, now);
    if (event.kind === "established" && event.callId === this.#replaced?.by) {
      this.#calls.hangUp(this.#replaced.id, now);
    }
    if (event.kind === "answered" && event.callId === this.#referred?.id) {
      const headers = [
        ["Event", "refer"],
        ["Subscription-State", "terminated;reason=noresource"],
        ["Content-Type", "message/sipfrag;version=2.0"],
      ] as const;
      const body = "SIP/2.0 200 OK\r\n";
      this.#request(this.#referred.within, { method: "NOTIFY", headers, body }, now);
    }
  }

  #request(
    call: Call,
    options: { method: string; headers: readonly (readonly [string, string])[]; body?: string },
    now: number,
  ): void {
    const { method, headers, body = "" } = options;
    const to = dialogAddress(call, this.#agent.options.outboundProxy);
    if (to === undefined) return;
    const bare = dialogRequest(call, { method, headers, contact: this.#agent.contact });
    const request = withBody(bare, body);
    this.#agent.request(request, {
      to,
      now,
      answered: (response, later) => {
        if (response === undefined || response.status >= 300) {
          this.#agent.failed(request, response, later);
        }
      },
    });
  }
}

/** Adds a Replaces header to the INVITEs it sends while one is set. */
class ReplacingAgent extends Agent {
  replaces: string | undefined;

  override request(request: SipRequest, options: Parameters<Agent["request"]>[1]): void {
    const adds = this.replaces !== undefined && request.method === "INVITE" &&
      headerText(request, "replaces") === undefined;
    super.request(adds ? withHeader(request, "Replaces", this.replaces!) : request, options);
  }
}
