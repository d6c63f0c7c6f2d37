import { cseq, headerText, headerValues } from "../sip/headers.ts";
import type { SipRequest, SipResponse } from "../sip/message.ts";
import { makeRequest } from "../sip/write.ts";
import type { Agent } from "./agent.ts";

/** Registers an agent's one Contact (RFC 3261 §10.2), always with the same Call-ID. */
export class Registration {
  readonly #agent: Agent;
  readonly #callId: string;
  readonly #tag: string;
  #sequence = 0;

  constructor(agent: Agent) {
    this.#agent = agent;
    this.#callId = agent.name();
    this.#tag = agent.name();
  }

  /** Registers for `expires` seconds; 0 takes the registration back. */
  register(expires: number, now: number): void {
    const agent = this.#agent;
    const request = makeRequest({
      method: "REGISTER",
      uri: `sip:${agent.options.account.domain}`,
      headers: [
        ["Max-Forwards", "70"],
        ["From", `<${agent.aor}>;tag=${this.#tag}`],
        ["To", `<${agent.aor}>`],
        ["Call-ID", this.#callId],
        ["CSeq", `${++this.#sequence} REGISTER`],
        ["Contact", agent.contact],
        ["Expires", `${expires}`],
      ],
    });
    agent.request(request, {
      to: agent.firstHop(request.uri),
      now,
      answered: (response, later) => this.#answered(request, response, later),
      sent: (again) => this.#sequence = cseq(again).number,
    });
  }

  #answered(request: SipRequest, response: SipResponse | undefined, now: number): void {
    if (response !== undefined && response.status < 200) return;
    if (response === undefined || response.status >= 300) {
      return this.#agent.failed(request, response, now);
    }
    const contacts = headerValues(response, "contact");
    this.#agent.tell({ kind: "registered", expires: grantedExpiry(response), contacts }, now);
  }
}

function grantedExpiry(response: SipResponse): number {
  const contact = headerValues(response, "contact")[0] ?? "";
  const granted = /;\s*expires=(\d{1,9})/i.exec(contact)?.[1] ?? headerText(response, "expires");
  return Number(granted ?? 0);
}
