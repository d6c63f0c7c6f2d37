import {
  firstOf,
  methodOf,
  paramOf,
  statusOf,
  type TextMessage,
  uriOf,
  valuesOf,
} from "./text_message.ts";

/** A dialog as a user agent keeps it (RFC 3261 §12). */
export interface AgentDialog {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  /** From or To values as written, tags included. */
  readonly local: string;
  readonly remote: string;
  target: string;
  readonly routes: readonly string[];
  cseq: number;
}

/** The dialog that a message made or belongs to, from the point of view of who got (or sent) it. */
export interface Seen {
  readonly message: TextMessage;
  /** True when this agent sent the request: local is then From. */
  readonly caller: boolean;
  /** The far end's Contact is in here: the message itself, or the request that it answers. */
  readonly remoteContact: string;
  readonly routes: readonly string[];
}

const CREATES = new Set(["INVITE", "SUBSCRIBE", "REFER", "NOTIFY"]);

/** True for a message that makes a dialog between its ends. */
export function createsDialog(message: TextMessage): boolean {
  const status = statusOf(message) ?? 0;
  if (!CREATES.has(methodOf(message)) || status <= 100 || status >= 300) return false;
  // The null tag of a 2xx is one like another (RFC 3261 §12.1.2).
  return status >= 200 || paramOf(firstOf(message, "to"), "tag") !== "";
}

/** The dialogs of one agent, the latest last. */
export class AgentDialogs {
  #all: AgentDialog[] = [];

  /** Adds the dialog of an answer, or refreshes its target. */
  note(seen: Seen): void {
    const { message, caller, remoteContact, routes } = seen;
    const from = firstOf(message, "from");
    const to = firstOf(message, "to");
    const [local, remote] = caller ? [from, to] : [to, from];
    const callId = firstOf(message, "call-id");
    const [localTag, remoteTag] = [paramOf(local, "tag"), paramOf(remote, "tag")];
    const target = uriOf(remoteContact);
    const known = this.#all.find((one) =>
      one.callId === callId && one.localTag === localTag && one.remoteTag === remoteTag
    );
    if (known !== undefined) {
      if (target !== "") known.target = target;
      return;
    }
    const number = Number(firstOf(message, "cseq").split(" ")[0]);
    const cseq = caller ? number : 0;
    this.#all.push({ callId, localTag, remoteTag, local, remote, target, routes, cseq });
  }

  /** The dialog named `c1` or `c1/tag` (start of the Call-ID, start of the remote tag), else the latest. */
  find(name: string | undefined): AgentDialog | undefined {
    const [call = "", tag = ""] = (name ?? "").split("/");
    return this.#all.findLast((one) =>
      (call === "" || one.callId.split("@")[0] === call) && one.remoteTag.startsWith(tag)
    );
  }

  /** Takes a request of the far end: a Contact in it is the new target (RFC 3261 §12.2.2). */
  refresh(request: TextMessage): void {
    const contact = firstOf(request, "contact");
    const known = this.#all.find((one) =>
      one.callId === firstOf(request, "call-id") &&
      one.localTag === paramOf(firstOf(request, "to"), "tag")
    );
    if (known !== undefined && contact !== "") known.target = uriOf(contact);
  }
}

/** Route set of a dialog by the answer: reversed for the caller, as it stands for the called (RFC 3261 §12.1). */
export function routesOf(message: TextMessage, caller: boolean): string[] {
  const values = valuesOf(message, "record-route");
  return caller ? values.reverse() : values;
}
