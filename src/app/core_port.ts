import type { Flow } from "../base/address.ts";
import type { RelayNews } from "../media/relay_table.ts";
import type { MediaRouter } from "../net/media_sockets.ts";
import type { CoreSnapshot } from "../proxy/snapshot.ts";
import type { CoreEffect, CoreEvent, Owner } from "../proxy/events.ts";

/** What the shell uses of the core: {@linkcode Core} in `src/proxy/core.ts` has this shape. */
export interface CorePort {
  /** True when a datagram of this flow and so many bytes may be read: its source has not used up its budget. */
  admits(flow: Flow, arrival: { now: number; bytes: number }): boolean;
  /** Handles one event; `now` is monotonic ms. */
  handle(event: CoreEvent, now: number): readonly CoreEffect[];
  /** When {@linkcode handleTimeout} is due next, in monotonic ms. */
  nextTimeout(): number | undefined;
  /** Runs what is due. */
  handleTimeout(now: number): readonly CoreEffect[];
  /** Called once, after the first `network.changed`. */
  start(now: number): readonly CoreEffect[];
  /** Where an owner's message goes; to be asked before anything else happens. */
  destination(owner: Owner): Flow | undefined;
  /** Every table as plain data, with ages as of `now`, or of the last event. */
  snapshot(now?: number): CoreSnapshot;
  /** The relay table. */
  readonly relay: MediaRouter & { readonly news: RelayNews[] };
}
