import { withBody } from "../../src/sip/edit.ts";
import { callId, cseq } from "../../src/sip/headers.ts";
import type { SipRequest } from "../../src/sip/message.ts";
import type { Agent } from "../../src/selftest/agent.ts";
import { type Call, contactUri, dialogAddress, dialogRequest } from "../../src/selftest/call.ts";
import { SDP_TYPE } from "../../src/selftest/description.ts";

/** What a re-INVITE of ours says, and who is told what became of it: the final status, 0 for none. */
export interface Offer {
  readonly body: string;
  readonly now: number;
  readonly done: (status: number) => void;
}

/** How a phone takes the re-INVITEs that come. */
export interface Habits {
  /** Asked for each one that could be accepted. */
  readonly refuses: () => boolean;
  /** What it answers with in a call: where it listens now. */
  readonly describes: (id: string) => string;
}

/** Re-INVITEs of one agent (RFC 3261 §14): at most one of its own per call at a time; what crosses it gets 491. */
export class Reinvites {
  readonly #agent: Agent;
  /** Calls with a re-INVITE of ours that has no final answer, and its branch. */
  readonly #pending = new Map<string, string>();
  /** Those of others that we refused, until their ACK. */
  readonly #refused = new Map<string, SipRequest>();

  constructor(agent: Agent, readonly habits: Habits) {
    this.#agent = agent;
  }

  /** Offers something else in a call that is up; false when that cannot be now. */
  offer(call: Call, { body, now, done }: Offer): boolean {
    const { options, contact, transactions } = this.#agent;
    const to = dialogAddress(call, options.outboundProxy);
    if (call.state !== "up" || to === undefined || this.#pending.has(call.callId)) return false;
    const invite = withBody(dialogRequest(call, { method: "INVITE", contact }), body, SDP_TYPE);
    this.#pending.set(call.callId, "");
    let ack: string | undefined;
    this.#agent.request(invite, {
      to,
      now,
      sent: (_again, branch) => this.#pending.set(call.callId, branch),
      answered: (response) => {
        if (response !== undefined && response.status < 200) return;
        if (ack !== undefined) return transactions.again(to, ack);
        this.#pending.delete(call.callId);
        if (response !== undefined && response.status < 300) {
          const request = dialogRequest({ ...call, invite }, { method: "ACK", contact });
          ack = transactions.sendAck(request, to);
        }
        done(response?.status ?? 0);
      },
    });
    return true;
  }

  /** Thinks better of what is on offer in a call. */
  cancel(id: string, now: number): void {
    const branch = this.#pending.get(id);
    if (branch !== undefined) this.#agent.transactions.cancel(branch, now);
  }

  /** Answers a re-INVITE, refuses it when it crosses ours or this phone does not like it, and takes the ACK of that; false for all else. */
  requested(call: Call, request: SipRequest, now: number): boolean {
    const key = `${callId(request)} ${cseq(request).number}`;
    if (request.method === "ACK") {
      const refused = this.#refused.get(key);
      if (refused === undefined) return false;
      this.#refused.delete(key);
      this.#agent.transactions.acknowledged(refused);
      return true;
    }
    const crosses = this.#pending.has(call.callId);
    if (!crosses && !this.habits.refuses()) return this.#accept(call, request, now);
    this.#refused.set(key, request);
    this.#agent.answer(request, { status: crosses ? 491 : 488, call, now });
    return true;
  }

  #accept(call: Call, request: SipRequest, now: number): true {
    call.target = contactUri(request) ?? call.target;
    call.invite = request;
    const body = this.habits.describes(call.callId);
    this.#agent.answer(request, { status: 200, call, now, body });
    return true;
  }
}
