import { callId, headerText, headerValues, toTag } from "../../src/sip/headers.ts";
import type { SipRequest } from "../../src/sip/message.ts";
import { makeRequest, makeResponse } from "../../src/sip/write.ts";
import type { Agent } from "../../src/selftest/agent.ts";
import {
  belongs,
  type Call,
  dialogAddress,
  dialogRequest,
  type Header,
  learnDialog,
  tagOf,
} from "../../src/selftest/call.ts";

/** A subscription as its subscriber sees it. */
export interface Subscription {
  /** True when it was accepted. */
  accepted: boolean;
  /** NOTIFYs that came. */
  notified: number;
}

const EVENT: Header = ["Event", "dialog"];

/** Subscriptions of one agent, both ways (RFC 6665): each SUBSCRIBE is answered and followed by a NOTIFY. */
export class Subscriptions {
  readonly #agent: Agent;
  /** Dialogs by Call-ID; theirs and ours. */
  readonly #dialogs = new Map<string, { dialog: Call; ours: Subscription | undefined }>();

  constructor(agent: Agent) {
    this.#agent = agent;
  }

  /** Subscribes to somebody's calls; its name, to refresh and end it by. */
  subscribe(uri: string, options: { expires: number; now: number }): string {
    const agent = this.#agent;
    const id = agent.name();
    const local = `<${agent.aor}>;tag=${agent.name()}`;
    const request = makeRequest({
      method: "SUBSCRIBE",
      uri,
      headers: [
        ["Max-Forwards", "70"],
        ["From", local],
        ["To", `<${uri}>`],
        ["Call-ID", id],
        ["CSeq", "1 SUBSCRIBE"],
        ["Contact", agent.contact],
        EVENT,
        ["Expires", `${options.expires}`],
      ],
    });
    const dialog: Call = {
      ...{ callId: id, outgoing: true, state: "up", invite: request, local },
      ...{ remote: `<${uri}>`, sequence: 2, target: uri, routes: [] },
    };
    const ours = { accepted: false, notified: 0 };
    this.#dialogs.set(id, { dialog, ours });
    agent.request(request, {
      to: agent.firstHop(uri),
      now: options.now,
      answered: (response) => {
        if (response === undefined || response.status < 200) return;
        if (response.status >= 300) return void this.#dialogs.delete(id);
        learnDialog(dialog, response);
        ours.accepted = true;
      },
    });
    return id;
  }

  /** A subscription of ours. */
  get(id: string): Subscription | undefined {
    return this.#dialogs.get(id)?.ours;
  }

  /** Refreshes a subscription of ours, or ends it with 0. */
  refresh(id: string, options: { expires: number; now: number }): void {
    const known = this.#dialogs.get(id);
    if (known?.ours?.accepted !== true) return;
    const headers: Header[] = [EVENT, ["Expires", `${options.expires}`]];
    this.#send(known.dialog, { method: "SUBSCRIBE", headers, now: options.now });
  }

  /** Answers a SUBSCRIBE or NOTIFY. */
  requested(request: SipRequest, now: number): void {
    const known = this.#dialogs.get(callId(request));
    if (request.method === "NOTIFY") {
      if (known?.ours !== undefined) known.ours.notified++;
      return this.#agent.answer(request, { status: 200, now });
    }
    const fresh = toTag(request) === undefined;
    if (!fresh && (known === undefined || !belongs(known.dialog, request))) {
      return this.#agent.answer(request, { status: 481, now });
    }
    const dialog = known?.dialog ?? this.#accepted(request);
    const expires = Number(headerText(request, "expires") ?? 60);
    const response = makeResponse(request, {
      status: 200,
      toTag: tagOf(dialog.local) ?? "",
      headers: [
        ...headerValues(request, "record-route").map((route): Header => ["Record-Route", route]),
        ["Contact", this.#agent.contact],
        ["Expires", `${expires}`],
      ],
    });
    this.#agent.transactions.respond(request, response, now);
    const state = expires > 0 ? `active;expires=${expires}` : "terminated;reason=timeout";
    const headers: Header[] = [EVENT, ["Subscription-State", state]];
    this.#send(dialog, { method: "NOTIFY", headers, now });
  }

  #accepted(request: SipRequest): Call {
    const dialog: Call = {
      ...{ callId: callId(request), outgoing: false, state: "up", invite: request },
      local: `${headerText(request, "to")};tag=${this.#agent.name()}`,
      ...{ remote: "", sequence: 0, target: "", routes: [] },
    };
    learnDialog(dialog, request);
    this.#dialogs.set(dialog.callId, { dialog, ours: undefined });
    return dialog;
  }

  #send(
    dialog: Call,
    options: { method: string; headers: readonly Header[]; now: number },
  ): void {
    const { contact } = this.#agent;
    const to = dialogAddress(dialog, this.#agent.options.outboundProxy);
    if (to === undefined) return;
    const request = dialogRequest(dialog, { ...options, contact });
    this.#agent.request(request, { to, now: options.now, answered: () => {} });
  }
}
