import type { Side } from "../../src/base/side.ts";
import { grantedContacts, stamped } from "./agent_answer.ts";
import { AgentDialogs, createsDialog, routesOf } from "./agent_dialog.ts";
import {
  firstOf,
  methodOf,
  paramOf,
  readText,
  statusOf,
  type TextMessage,
  uriOf,
  valuesOf,
} from "./text_message.ts";

/** Who takes part in a flow. */
export interface AgentOptions {
  readonly name: string;
  readonly side: Side;
  /** `ip:port` it listens on. */
  readonly address: string;
  /** Its own URI: AOR of a phone, identity of somebody outside. */
  readonly uri: string;
  /** `ip:port` it sends from, when that is another one. */
  readonly sendsFrom?: string | undefined;
}

/** What a step says of a message beside its header lines. */
export interface Wanted {
  readonly method: string;
  readonly uri: string | undefined;
  /** Dialog the request is sent in: see {@linkcode AgentDialogs.find}. */
  readonly dialog: string | undefined;
  /** To value when it is not the Request-URI. */
  readonly to?: string | undefined;
}

const ALWAYS_IN_DIALOG = new Set(["BYE", "PRACK", "UPDATE", "INFO"]);
const WITH_CONTACT = new Set(["INVITE", "SUBSCRIBE", "REFER", "UPDATE", "NOTIFY", "REGISTER"]);

/** A small user agent: it remembers what a real one would, so that a step needs to say little. */
export class Agent {
  readonly dialogs = new AgentDialogs();
  readonly received: TextMessage[] = [];
  readonly sent: TextMessage[] = [];
  /** Contact URIs registered here, by AOR (for providers). */
  readonly contacts = new Map<string, string>();
  lastText = "";
  #branches = 0;
  #tags = 0;
  #registerCseq = 0;
  #answerTags = new Map<string, string>();

  constructor(readonly options: AgentOptions, readonly nextCall: () => number) {}

  /** Its Contact value. */
  get contact(): string {
    return `<sip:${this.user}@${this.options.address}>`;
  }

  /** User part of its URI. */
  get user(): string {
    return /^[a-z]+:([^@]*)@/.exec(this.options.uri)?.[1] ?? "";
  }

  get #ip(): string {
    return this.options.address.replace(/:\d+$/, "");
  }

  /** The lines of a request, without Content-Length. */
  request(wanted: Wanted): { startLine: string; lines: string[] } {
    const { method } = wanted;
    if (method === "CANCEL") return this.#cancel();
    if (method === "ACK" && wanted.dialog === undefined && this.#lastInviteStatus() >= 300) {
      return this.#ackOfFailure();
    }
    if (method === "REGISTER") return this.#register(wanted);
    const inDialog = ALWAYS_IN_DIALOG.has(method) || method === "ACK" ||
      (wanted.uri === undefined && wanted.to === undefined);
    return inDialog ? this.#inDialog(wanted) : this.#outOfDialog(wanted);
  }

  /** The lines of an answer to the last request of `method` (or the last but ACK). */
  answer(
    status: number,
    reason: string,
    options: { method: string | undefined; tag: string | undefined },
  ): { startLine: string; lines: string[] } {
    const { method, tag } = options;
    const request = this.received.findLast((one) =>
      statusOf(one) === undefined &&
      (method === undefined ? methodOf(one) !== "ACK" : methodOf(one) === method)
    );
    if (request === undefined) throw new Error(`There is no ${method ?? "request"} to answer`);
    const lines = valuesOf(request, "via").map((via, index) =>
      `Via: ${index === 0 ? stamped(via) : via}`
    );
    const making = status > 100 && status < 300 && methodOf(request) !== "REGISTER";
    if (making) {
      lines.push(...valuesOf(request, "record-route").map((one) => `Record-Route: ${one}`));
    }
    lines.push(`From: ${firstOf(request, "from")}`);
    lines.push(`To: ${this.#tagged(request, { status, tag })}`);
    lines.push(`Call-ID: ${firstOf(request, "call-id")}`, `CSeq: ${firstOf(request, "cseq")}`);
    if (making && WITH_CONTACT.has(methodOf(request))) lines.push(`Contact: ${this.contact}`);
    if (methodOf(request) === "REGISTER" && status < 300) lines.push(...grantedContacts(request));
    return { startLine: `SIP/2.0 ${status} ${reason}`, lines };
  }

  /** Remembers what it sent. */
  noteSent(text: string): void {
    const message = readText(text);
    this.lastText = text;
    this.sent.push(message);
    if (statusOf(message) === undefined || !createsDialog(message)) return;
    const request = this.#requestOf(message);
    if (request === undefined) return;
    const remoteContact = firstOf(request, "contact");
    this.dialogs.note({ message, caller: false, remoteContact, routes: routesOf(request, false) });
  }

  /** Remembers what it got; the sentence says what is wrong with an answer. */
  noteReceived(message: TextMessage): string | undefined {
    this.received.push(message);
    if (statusOf(message) === undefined) {
      this.#noteContacts(message);
      this.dialogs.refresh(message);
      return undefined;
    }
    if (createsDialog(message)) {
      const remoteContact = firstOf(message, "contact");
      this.dialogs.note({ message, caller: true, remoteContact, routes: routesOf(message, true) });
    }
    return this.#answerProblem(message);
  }

  /** An answer belongs to a request of ours and repeats its Vias, From and To (RULES V1, H1). */
  #answerProblem(message: TextMessage): string | undefined {
    const branch = paramOf(firstOf(message, "via"), "branch");
    const request = this.sent.findLast((one) =>
      statusOf(one) === undefined && paramOf(firstOf(one, "via"), "branch") === branch &&
      firstOf(one, "cseq") === firstOf(message, "cseq")
    );
    if (request === undefined) return "an answer to no request of this agent";
    const bare = (value: string) =>
      value.replaceAll(/\s*;(received|rport)(=[^;,]*)?/g, "").replaceAll(" ;", ";");
    const vias = (one: TextMessage) => valuesOf(one, "via").map(bare).join(", ");
    if (vias(message) !== vias(request)) return `Vias of the request were ${vias(request)}`;
    if (firstOf(message, "from") !== firstOf(request, "from")) {
      return `From of the request was ${firstOf(request, "from")}`;
    }
    const to = firstOf(request, "to");
    if (!firstOf(message, "to").startsWith(to)) return `To of the request was ${to}`;
    return undefined;
  }

  #requestOf(answer: TextMessage): TextMessage | undefined {
    return this.received.findLast((one) =>
      statusOf(one) === undefined && firstOf(one, "cseq") === firstOf(answer, "cseq") &&
      firstOf(one, "call-id") === firstOf(answer, "call-id")
    );
  }

  #noteContacts(request: TextMessage): void {
    if (methodOf(request) !== "REGISTER") return;
    const live = valuesOf(request, "contact").find((value) => paramOf(value, "expires") !== "0");
    if (live !== undefined) this.contacts.set(uriOf(firstOf(request, "to")), uriOf(live));
  }

  /** A fresh branch parameter. */
  newBranch(): string {
    return `z9hG4bK${this.options.name.toLowerCase()}${++this.#branches}`;
  }

  #via(): string {
    return `Via: SIP/2.0/UDP ${this.options.address};branch=${this.newBranch()};rport`;
  }

  #register(wanted: Wanted): { startLine: string; lines: string[] } {
    const { uri } = this.options;
    const domain = uri.replace(/^sip:[^@]*@/, "");
    return {
      startLine: `REGISTER ${wanted.uri ?? `sip:${domain}`} SIP/2.0`,
      lines: [
        this.#via(),
        "Max-Forwards: 70",
        `From: <${uri}>;tag=${this.#newTag()}`,
        `To: <${uri}>`,
        `Call-ID: reg-${this.options.name.toLowerCase()}@${this.#ip}`,
        `CSeq: ${++this.#registerCseq} REGISTER`,
        `Contact: ${this.contact}`,
        "Expires: 3600",
      ],
    };
  }

  #outOfDialog(wanted: Wanted): { startLine: string; lines: string[] } {
    const { method } = wanted;
    const uri = wanted.uri ?? "";
    const lines = [
      this.#via(),
      "Max-Forwards: 70",
      `From: <${this.options.uri}>;tag=${this.#newTag()}`,
      `To: <${wanted.to ?? uri}>`,
      `Call-ID: c${this.nextCall()}@${this.#ip}`,
      `CSeq: 1 ${method}`,
    ];
    if (WITH_CONTACT.has(method)) lines.push(`Contact: ${this.contact}`);
    return { startLine: `${method} ${uri} SIP/2.0`, lines };
  }

  #inDialog(wanted: Wanted): { startLine: string; lines: string[] } {
    const { method } = wanted;
    const dialog = this.dialogs.find(wanted.dialog);
    if (dialog === undefined) throw new Error(`${this.options.name} has no dialog for ${method}`);
    if (method !== "ACK") dialog.cseq++;
    const strict = dialog.routes[0] !== undefined && !/;lr\b/i.test(dialog.routes[0]);
    const routes = strict ? [...dialog.routes.slice(1), `<${dialog.target}>`] : dialog.routes;
    const uri = strict ? uriOf(dialog.routes[0]!) : dialog.target;
    const number = method === "ACK" ? this.#inviteNumber(dialog.callId) : String(dialog.cseq);
    const lines = [
      this.#via(),
      "Max-Forwards: 70",
      ...routes.map((route) => `Route: ${route}`),
      `From: ${dialog.local}`,
      `To: ${dialog.remote}`,
      `Call-ID: ${dialog.callId}`,
      `CSeq: ${number} ${method}`,
    ];
    if (WITH_CONTACT.has(method)) lines.push(`Contact: ${this.contact}`);
    return { startLine: `${method} ${wanted.uri ?? uri} SIP/2.0`, lines };
  }

  #lastInvite(): TextMessage {
    const invite = this.sent.findLast((one) => one.startLine.startsWith("INVITE "));
    if (invite === undefined) throw new Error(`${this.options.name} has sent no INVITE`);
    return invite;
  }

  #inviteNumber(callId: string): string {
    const invite = this.sent.findLast((one) =>
      one.startLine.startsWith("INVITE ") && firstOf(one, "call-id") === callId
    );
    return invite === undefined ? "1" : firstOf(invite, "cseq").split(" ")[0]!;
  }

  #lastInviteStatus(): number {
    const last = this.received.findLast((one) =>
      methodOf(one) === "INVITE" && (statusOf(one) ?? 0) >= 200
    );
    return last === undefined ? 0 : statusOf(last)!;
  }

  #cancel(): { startLine: string; lines: string[] } {
    return this.#hopByHop("CANCEL", firstOf(this.#lastInvite(), "to"));
  }

  #ackOfFailure(): { startLine: string; lines: string[] } {
    const answer = this.received.findLast((one) =>
      methodOf(one) === "INVITE" && (statusOf(one) ?? 0) >= 300
    )!;
    return this.#hopByHop("ACK", firstOf(answer, "to"));
  }

  #hopByHop(method: string, to: string): { startLine: string; lines: string[] } {
    const invite = this.#lastInvite();
    const lines = [
      `Via: ${valuesOf(invite, "via")[0]}`,
      "Max-Forwards: 70",
      ...valuesOf(invite, "route").map((route) => `Route: ${route}`),
      `From: ${firstOf(invite, "from")}`,
      `To: ${to}`,
      `Call-ID: ${firstOf(invite, "call-id")}`,
      `CSeq: ${firstOf(invite, "cseq").split(" ")[0]} ${method}`,
    ];
    return { startLine: `${method} ${invite.startLine.split(" ")[1]} SIP/2.0`, lines };
  }

  #tagged(request: TextMessage, options: { status: number; tag: string | undefined }): string {
    const to = firstOf(request, "to");
    if (paramOf(to, "tag") !== "" || options.status === 100) return to;
    const key = `${firstOf(request, "call-id")} ${firstOf(request, "cseq")} ${
      firstOf(request, "via")
    }`;
    const tag = options.tag ?? this.#answerTags.get(key) ?? this.#newTag();
    this.#answerTags.set(key, tag);
    return `${to};tag=${tag}`;
  }

  #newTag(): string {
    return `${this.options.name.toLowerCase()}${++this.#tags}`;
  }
}
