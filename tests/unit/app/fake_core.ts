import type { CoreSnapshot } from "../../../src/proxy/snapshot.ts";
import type { Flow } from "../../../src/base/address.ts";
import type { CorePort } from "../../../src/app/core_port.ts";
import type { CoreEffect, CoreEvent, Owner } from "../../../src/proxy/events.ts";

/** A core that notes what it is asked and answers as the test says. */
export class FakeCore implements CorePort {
  readonly events: CoreEvent[] = [];
  readonly timeouts: number[] = [];
  started = 0;
  /** Answers to events. */
  answer: (event: CoreEvent) => readonly CoreEffect[] = () => [];
  /** When the next timeout is due. */
  due: number | undefined;
  /** What happens then. */
  onTimeout: (now: number) => readonly CoreEffect[] = () => {
    this.due = undefined;
    return [];
  };
  /** Where messages go. */
  flow: Flow | undefined;
  readonly relay: CorePort["relay"] = { news: [], route: () => undefined, failed: () => {} };

  /** Sources (IPs) that have used up their budget. */
  readonly exhausted = new Set<string>();
  /** How often it was asked whether a datagram may be read. */
  asked = 0;

  admits(flow: Flow): boolean {
    this.asked++;
    return !this.exhausted.has(flow.remote.ip);
  }
  handle(event: CoreEvent): readonly CoreEffect[] {
    this.events.push(event);
    return this.answer(event);
  }
  nextTimeout(): number | undefined {
    return this.due;
  }
  handleTimeout(now: number): readonly CoreEffect[] {
    this.timeouts.push(now);
    return this.onTimeout(now);
  }
  start(): readonly CoreEffect[] {
    this.started++;
    return [];
  }
  destination(_owner: Owner): Flow | undefined {
    return this.flow;
  }
  snapshot(now = 0): CoreSnapshot {
    return { ...NOTHING, at: now, counters: { events: this.events.length } };
  }
}

/** The tables of a core in which nothing goes on. */
export const NOTHING: CoreSnapshot = {
  at: 0,
  network: { advertised: "unknown", natInFront: "none", listeners: [] },
  phones: [],
  calls: [],
  media: { pools: [], sessions: [] },
  tables: {},
  limits: [],
  shares: [],
  counters: {},
  requestsAtWork: 0,
  refused: [],
};
