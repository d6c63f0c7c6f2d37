import type { CoreSnapshot } from "../../src/proxy/snapshot.ts";
import type { CorePort } from "../../src/app/core_port.ts";
import type { Flow } from "../../src/base/address.ts";
import { Core, type CoreOptions } from "../../src/proxy/core.ts";
import type { CoreEffect, CoreEvent, Owner } from "../../src/proxy/events.ts";
import type { SimulatedCore } from "./router.ts";
import type { MakeCore } from "./outcome.ts";

/** What is wrong with a core: each part changes what the true one says. */
export interface Fault {
  /** The effects of an event; undefined for what timers and the start bring. */
  readonly effects?: (effects: readonly CoreEffect[], event?: CoreEvent) => readonly CoreEffect[];
  /** What it is made with. */
  readonly options?: (options: CoreOptions) => CoreOptions;
  readonly destination?: (flow: Flow | undefined, owner: Owner) => Flow | undefined;
  /** What it says of its tables. */
  readonly sizes?: (sizes: Readonly<Record<string, number>>) => Readonly<Record<string, number>>;
  readonly snapshot?: (snapshot: unknown) => unknown;
  readonly relay?: (relay: CorePort["relay"]) => CorePort["relay"];
  /** Events that never arrive. */
  readonly loses?: (event: CoreEvent) => boolean;
  /** How it takes what arrives. */
  readonly hears?: (event: CoreEvent) => CoreEvent;
}

/** Makes cores with a fault. */
export function faulty(fault: Fault): MakeCore {
  return (options) => new FaultyCore(options, fault);
}

class FaultyCore implements SimulatedCore {
  readonly relay: CorePort["relay"];
  readonly #core: Core;
  readonly #fault: Fault;

  constructor(options: CoreOptions, fault: Fault) {
    this.#core = new Core(fault.options?.(options) ?? options);
    this.#fault = fault;
    this.relay = fault.relay?.(this.#core.relay) ?? this.#core.relay;
  }

  admits(flow: Flow, arrival: { now: number; bytes: number }): boolean {
    return this.#core.admits(flow, arrival);
  }

  handle(event: CoreEvent, now: number): readonly CoreEffect[] {
    if (this.#fault.loses?.(event)) return [];
    const heard = this.#fault.hears?.(event) ?? event;
    return this.#changed(this.#core.handle(heard, now), event);
  }

  nextTimeout(): number | undefined {
    return this.#core.nextTimeout();
  }

  handleTimeout(now: number): readonly CoreEffect[] {
    return this.#changed(this.#core.handleTimeout(now));
  }

  start(now: number): readonly CoreEffect[] {
    return this.#changed(this.#core.start(now));
  }

  destination(owner: Owner): Flow | undefined {
    const flow = this.#core.destination(owner);
    return this.#fault.destination === undefined ? flow : this.#fault.destination(flow, owner);
  }

  sizes(): Readonly<Record<string, number>> {
    const sizes = this.#core.sizes();
    return this.#fault.sizes?.(sizes) ?? sizes;
  }

  snapshot(now?: number): CoreSnapshot {
    const snapshot = this.#core.snapshot(now);
    return (this.#fault.snapshot?.(snapshot) as CoreSnapshot | undefined) ?? snapshot;
  }

  #changed(effects: readonly CoreEffect[], event?: CoreEvent): readonly CoreEffect[] {
    return this.#fault.effects?.(effects, event) ?? effects;
  }
}
