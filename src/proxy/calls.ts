import type { Deadline } from "../base/deadline_heap.ts";
import { SharedMap } from "../base/shared_map.ts";
import type { Asking, Holder, NoPlace, Shares, SharesOptions } from "../base/shares.ts";
import type { Side } from "../base/side.ts";
import type { RequestContext } from "./contexts.ts";
import type { Dialog } from "./dialogs.ts";

/** One call: an initial INVITE, the dialogs it made and their media session (DESIGN §1). */
export interface Call {
  /** Names the call and its media session: Call-ID, caller's tag and caller's side. */
  readonly id: string;
  /** What it is called in log lines: short, and no other call's. */
  number: number;
  readonly callId: string;
  readonly callerTag: string;
  readonly callerSide: Side;
  /** Who holds its places: of calls, dialogs and ports. */
  readonly holder: Holder;
  /** Who calls whom, for log lines. */
  readonly from: string;
  readonly to: string;
  /** Addresses of the phones that it rings; once it is answered, of the one that is in it. */
  phones: readonly string[];
  /** Address of the provider's server, {@linkcode THIS_HOST} for a call that we hand to ourselves; undefined until one is asked. */
  server: string | undefined;
  readonly startedAt: number;
  answeredAt: number | undefined;
  /** When its caller gave up while it rang. */
  cancelledAt?: number;
  /** True once the ACK of its answer has come, or its lack was said. */
  acknowledged: boolean;
  /** When something last happened in it, monotonic ms. */
  touchedAt: number;
  /** When it is looked at for a sign of life. */
  quiet: Deadline | undefined;
  /** Pending initial INVITEs: more than one when a registrar forks to several phones of ours. */
  readonly invites: Set<RequestContext>;
  /** All INVITEs that a restart must not lose, until their failure, or timer L after their 2xx (RULES X1). */
  readonly pending: Set<RequestContext>;
  readonly dialogs: Set<Dialog>;
}

/** Stands for the provider's server in a call that never leaves here (RULES N2). */
export const THIS_HOST = "this host";

/** Identifier of the call whose caller is on `side`; a local call passes twice (RULES T3). */
export function callIdentifier(callId: string, callerTag: string, side: Side): string {
  return `${callId}\n${callerTag}\n${side}`;
}

/** Calls by identifier. */
export class Calls {
  readonly #calls: SharedMap<string, Call>;
  #lastNumber = 0;

  /** @param options The most calls, ringing ones included. */
  constructor(options: SharesOptions) {
    this.#calls = new SharedMap(options);
  }

  /** How its places are divided. */
  get shares(): Shares {
    return this.#calls.shares;
  }

  /** Calls held. */
  get size(): number {
    return this.#calls.size;
  }

  /** All calls. */
  values(): IterableIterator<Call> {
    return this.#calls.values();
  }

  /** The call of an identifier. */
  get(id: string): Call | undefined {
    return this.#calls.get(id);
  }

  /** The number of the next call. */
  takeNumber(): number {
    return ++this.#lastNumber;
  }

  /** Notes that a stored call has a number: no other gets it while it lives. */
  keepNumber(number: number): void {
    this.#lastNumber = Math.max(this.#lastNumber, number);
  }

  /** Adds a call; why not when there is no place for it. */
  add(call: Call, asking: Asking = {}): NoPlace | undefined {
    return this.#calls.set(call.id, call, { holder: call.holder, ...asking });
  }

  /** Removes a call. */
  delete(call: Call): void {
    this.#calls.delete(call.id);
  }
}
