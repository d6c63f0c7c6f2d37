import { callId, cseq, headerText, toTag } from "../sip/headers.ts";
import type { SipMessage, SipRequest, SipResponse } from "../sip/message.ts";
import { makeRequest } from "../sip/write.ts";
import type { Agent } from "./agent.ts";
import {
  belongs,
  type Call,
  contactUri,
  dialogAddress,
  dialogRequest,
  learnDialog,
} from "./call.ts";
import { readDescription, SDP_TYPE } from "./description.ts";
import type { Answered } from "./transactions.ts";

/** An agent's calls, both ways. */
export class Calls {
  readonly #agent: Agent;
  readonly #calls = new Map<string, Call>();

  constructor(agent: Agent) {
    this.#agent = agent;
  }

  /** The calls that are not over. */
  get live(): readonly Call[] {
    return [...this.#calls.values()];
  }

  /** Calls a URI; the Call-ID names the call from then on. */
  call(uri: string, now: number): string {
    const id = this.#agent.name();
    const local = `<${this.#agent.aor}>;tag=${this.#agent.name()}`;
    const invite = makeRequest({
      method: "INVITE",
      uri,
      headers: [
        ["Max-Forwards", "70"],
        ["From", local],
        ["To", `<${uri}>`],
        ["Call-ID", id],
        ["CSeq", "1 INVITE"],
        ["Contact", this.#agent.contact],
        ["Allow", "INVITE, ACK, CANCEL, BYE, OPTIONS"],
        ["Content-Type", SDP_TYPE],
      ],
      body: this.#agent.description(),
    });
    const call: Call = {
      callId: id,
      outgoing: true,
      state: "calling",
      invite,
      local,
      remote: `<${uri}>`,
      sequence: 1,
      target: uri,
      routes: [],
    };
    this.#calls.set(id, call);
    this.#agent.request(invite, {
      to: this.#agent.firstHop(uri),
      now,
      answered: (response, later) => this.#inviteAnswered(call, response, later),
      sent: (again, branch) => {
        call.invite = again;
        call.branch = branch;
        call.sequence = cseq(again).number;
      },
    });
    return id;
  }

  /** Answers a call that came in with 200. */
  accept(id: string, now: number): void {
    const call = this.#calls.get(id);
    if (call?.state !== "invited") return;
    call.state = "up";
    this.#acceptInvite(call, call.invite, now);
  }

  /** Refuses a call that came in. */
  reject(id: string, options: { readonly status: number; readonly now: number }): void {
    const call = this.#calls.get(id);
    if (call?.state !== "invited") return;
    this.#agent.answer(call.invite, { status: options.status, call, now: options.now });
    this.#end(call, options.now);
  }

  /** Ends a call: BYE when it is up, CANCEL while it rings at the other end. */
  hangUp(id: string, now: number): void {
    const call = this.#calls.get(id);
    if (call?.state === "calling") return this.#agent.transactions.cancel(call.branch ?? "", now);
    if (call?.state !== "up") return;
    const request = dialogRequest(call, { method: "BYE", contact: this.#agent.contact });
    const to = dialogAddress(call, this.#agent.options.outboundProxy);
    const answered: Answered = (response, later) => {
      if (response !== undefined && response.status < 200) return;
      if (response === undefined || response.status >= 300) {
        this.#agent.failed(request, response, later);
      }
      this.#end(call, later);
    };
    if (to !== undefined) this.#agent.request(request, { to, now, answered });
  }

  /** Answers or acts on a request. */
  requested(request: SipRequest, now: number): void {
    const call = this.#calls.get(callId(request));
    switch (request.method) {
      case "INVITE":
        return this.#invited(call, request, now);
      case "ACK":
        return this.#acknowledged(call, request, now);
      case "CANCEL":
        return this.#cancelled(call, request, now);
      case "BYE":
        if (call === undefined || !belongs(call, request)) {
          return this.#agent.answer(request, { status: 481, now });
        }
        this.#agent.answer(request, { status: 200, now });
        return this.#end(call, now);
      case "OPTIONS":
      case "NOTIFY":
        return this.#agent.answer(request, { status: 200, now });
      default:
        return this.#agent.answer(request, { status: 501, now });
    }
  }

  /** Forgets all calls without a word. */
  drop(): void {
    this.#calls.clear();
  }

  #inviteAnswered(call: Call, response: SipResponse | undefined, now: number): void {
    if (response === undefined || response.status >= 300) {
      this.#agent.failed(call.invite, response, now);
      return this.#forget(call);
    }
    if (response.status < 200) {
      if (response.status > 100) this.#agent.tell({ kind: "ringing", callId: call.callId }, now);
      return;
    }
    if (call.ack !== undefined) return this.#agent.transactions.again(call.ack.to, call.ack.text);
    learnDialog(call, response);
    call.state = "up";
    const to = dialogAddress(call, this.#agent.options.outboundProxy);
    if (to === undefined) return this.#agent.failed(call.invite, response, now);
    const ack = dialogRequest(call, { method: "ACK", contact: this.#agent.contact });
    call.ack = { to, text: this.#agent.transactions.sendAck(ack, to) };
    this.#mediaKnown("answered", { call, message: response, now });
  }

  #mediaKnown(
    kind: "answered" | "established",
    options: { readonly call: Call; readonly message: SipMessage; readonly now: number },
  ): void {
    const { call, message, now } = options;
    const media = readDescription(message.body);
    if (media.ok) call.farMedia = media.value;
    const farMedia = call.farMedia;
    if (farMedia !== undefined) {
      return this.#agent.tell({ kind, callId: call.callId, farMedia }, now);
    }
    const reason = media.ok ? "" : media.reason;
    this.#agent.tell(
      { kind: "failed", method: "INVITE", status: 0, reason, callId: call.callId },
      now,
    );
  }

  #invited(known: Call | undefined, request: SipRequest, now: number): void {
    if (toTag(request) !== undefined) return this.#reinvited(known, request, now);
    if (known !== undefined) return this.#agent.answer(request, { status: 482, now });
    const call: Call = {
      callId: callId(request),
      outgoing: false,
      state: "invited",
      invite: request,
      local: `${headerText(request, "to")};tag=${this.#agent.name()}`,
      remote: "",
      sequence: 0,
      target: "",
      routes: [],
    };
    learnDialog(call, request);
    this.#calls.set(call.callId, call);
    this.#agent.answer(request, { status: 180, call, now });
    const from = headerText(request, "from") ?? "";
    this.#agent.tell({ kind: "invited", callId: call.callId, from }, now);
  }

  #reinvited(call: Call | undefined, request: SipRequest, now: number): void {
    if (call === undefined || !belongs(call, request)) {
      return this.#agent.answer(request, { status: 481, now });
    }
    call.target = contactUri(request) ?? call.target;
    call.invite = request;
    this.#acceptInvite(call, request, now);
  }

  #acceptInvite(call: Call, request: SipRequest, now: number): void {
    this.#agent.answer(request, { status: 200, call, now, body: this.#agent.description() });
  }

  #acknowledged(call: Call | undefined, request: SipRequest, now: number): void {
    if (call === undefined || !belongs(call, request)) return;
    this.#agent.transactions.acknowledged(call.invite);
    const message = request.body === "" ? call.invite : request;
    this.#mediaKnown("established", { call, message, now });
  }

  #cancelled(call: Call | undefined, request: SipRequest, now: number): void {
    const pending = call?.state === "invited" && cseq(call.invite).number === cseq(request).number;
    this.#agent.answer(request, { status: pending ? 200 : 481, now });
    if (call === undefined || !pending) return;
    this.#agent.answer(call.invite, { status: 487, call, now });
    this.#end(call, now);
  }

  #end(call: Call, now: number): void {
    this.#forget(call);
    this.#agent.tell({ kind: "ended", callId: call.callId }, now);
  }

  #forget(call: Call): void {
    call.state = "ended";
    this.#calls.delete(call.callId);
  }
}
