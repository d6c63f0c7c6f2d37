import type { Flow } from "../base/address.ts";
import { textToBytes } from "../base/bytes.ts";
import type { Holder } from "../base/shares.ts";
import type { SendFault } from "../base/send_fault.ts";
import type {
  CoreEffect,
  CoreEvent,
  MediaPair,
  Note,
  Owner,
  ServerAnswer,
  ServerQuery,
} from "../proxy/events.ts";
import type { Change, Urgency } from "./store_writer.ts";

/** The world as the performer acts on it. */
export interface PerformerOptions {
  /** Where an owner's message goes: the core's table. */
  readonly destination: (owner: Owner) => Flow | undefined;
  /** Sends from the flow's listener; false when that listener is gone. */
  readonly send: (flow: Flow, bytes: Uint8Array, failed: (fault: SendFault) => void) => boolean;
  readonly resolve: (query: ServerQuery, holder: Holder) => Promise<ServerAnswer>;
  readonly media: { bind(pair: MediaPair): void; close(pair: number): Promise<void> };
  readonly store: {
    readonly busy: boolean;
    readonly urgent: boolean;
    set(change: Change, when: Urgency): void;
    flush(): Promise<void>;
  };
  readonly note: (note: Note) => void;
  /** What happens because of an effect goes back to the core as an event. */
  readonly event: (event: CoreEvent) => void;
}

interface HeldSend {
  readonly owner: Owner;
  /** Its name. */
  readonly key: string;
  readonly flow: Flow;
  readonly text: string;
}

/** Does what the core wants, in the order in which it wants it. */
export class Performer {
  readonly counters = { sent: 0, held: 0, homeless: 0 };
  #options: PerformerOptions;
  /** Messages of this turn that wait for the store. */
  #held: HeldSend[] = [];
  /** Messages that wait, by owner: later ones of the same owner must not overtake them. */
  #waiting = new Map<string, number>();

  constructor(options: PerformerOptions) {
    this.#options = options;
  }

  /** Performs the effects of one event at once: destinations are read before the core goes on. */
  perform(effects: readonly CoreEffect[]): void {
    for (const effect of effects) this.#perform(effect);
  }

  /** Ends a turn: one group commit for all that was urgent in it, then the messages that wait for it. */
  endTurn(): void {
    const held = this.#held;
    if (held.length === 0) {
      if (this.#options.store.urgent) void this.#options.store.flush();
      return;
    }
    this.#held = [];
    void this.#options.store.flush().then(() => this.#release(held));
  }

  #perform(effect: CoreEffect): void {
    const { resolve, media, store, note, event } = this.#options;
    switch (effect.type) {
      case "sip.send":
        return this.#send(effect);
      case "store.set":
        return store.set({ key: effect.key, value: effect.value }, effect.when);
      case "media.bind":
        return media.bind(effect.pair);
      case "media.close":
        return void media.close(effect.pair);
      case "note":
        return note(effect.note);
      case "dns.resolve": {
        const { ticket } = effect;
        return void resolve(effect.query, effect.holder).then((answer) =>
          event({ type: "dns.answer", ticket, answer })
        );
      }
      default:
        effect satisfies never;
    }
  }

  #send(effect: Extract<CoreEffect, { type: "sip.send" }>): void {
    const flow = this.#options.destination(effect.owner);
    if (flow === undefined) {
      this.counters.homeless++;
      return;
    }
    const { owner, text } = effect;
    const key = ownerKey(owner);
    const send = { owner, key, flow, text };
    const waits = effect.committed && this.#options.store.busy;
    if (!waits && !this.#waiting.has(key)) return this.#transmit(send);
    this.counters.held++;
    this.#waiting.set(key, (this.#waiting.get(key) ?? 0) + 1);
    this.#held.push(send);
  }

  #release(held: readonly HeldSend[]): void {
    for (const send of held) {
      const left = (this.#waiting.get(send.key) ?? 1) - 1;
      if (left > 0) this.#waiting.set(send.key, left);
      else this.#waiting.delete(send.key);
      this.#transmit(send);
    }
  }

  #transmit({ owner, flow, text }: HeldSend): void {
    this.counters.sent++;
    const failed = (fault: SendFault) => {
      this.#options.event({ type: "sip.failed", owner, flow, fault });
    };
    const sent = this.#options.send(flow, textToBytes(text), failed);
    if (!sent) {
      failed({ kind: "no-listener", reason: `the listener ${flow.listener} is gone` });
    }
  }
}

/** One name per owner. */
export function ownerKey(owner: Owner): string {
  switch (owner.kind) {
    case "server":
    case "client":
    case "reply":
      return `${owner.kind} ${owner.id}`;
    case "dialog":
      return `dialog ${owner.side} ${owner.key}`;
    case "binding":
      return `binding ${owner.side} ${owner.token}`;
  }
}
