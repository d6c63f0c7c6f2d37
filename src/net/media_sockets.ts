import type { SendFault } from "../base/send_fault.ts";
import type { MediaPair } from "../proxy/events.ts";
import { reasonOf, sendDatagram } from "./send.ts";

/** RTP, RTCP, T.38 and DTLS stay below the MTU; what fills the buffer may have been cut and is not relayed. */
const BUFFER_BYTES = 2_048;

/** Pause after a failed receive, in ms. */
const RETRY_MS = 200;

/** Where a packet goes: out of which socket, to which address. */
export interface MediaHop {
  readonly socket: number;
  readonly ip: string;
  readonly port: number;
}

/** What decides where a packet goes: the relay table. */
export interface MediaRouter {
  /** What was learned and waits for the core. */
  readonly news: { readonly length: number };
  /** Where a packet that came in on `socket` goes; the same object may come back each time. */
  route(
    socket: number,
    ip: string,
    port: number,
    bytes: Uint8Array,
    now: number,
  ): MediaHop | undefined;
  /** What came in last on `socket` could not be sent to where it goes. */
  failed(socket: number, to: { readonly ip: string; readonly port: number }, reason: string): void;
}

/** What happens to a pair of sockets. */
export type MediaEvent =
  | { readonly type: "media.bound"; readonly pair: number }
  | ({ readonly type: "media.gone"; readonly pair: number } & Unbound)
  | { readonly type: "media.closed"; readonly pair: number };

/** Why a pair could not be bound. */
interface Unbound {
  readonly reason: string;
  /** True when another program has one of its ports. */
  readonly inUse: boolean;
}

/** What {@linkcode MediaSockets} needs. */
export interface MediaSocketsOptions {
  readonly router: MediaRouter;
  /** Monotonic ms. */
  readonly now: () => number;
  readonly event: (event: MediaEvent) => void;
  /** Called when the router has news. */
  readonly news: () => void;
  /**
   * True when the limit of open files lets one of our addresses have one more pair, given the address of each pair
   * that has files; no bound unless told.
   */
  readonly leavesFiles?: (ip: string, open: ReadonlyMap<number, string>) => boolean;
}

/** The userspace media engine: pairs of bound sockets, each packet one lookup and one send. */
export class MediaSockets {
  /** Sends that failed, packets that may have been cut, and receives that failed. */
  readonly counters = { sendFailures: 0, oversized: 0, receiveFailures: 0 };
  #options: MediaSocketsOptions;
  /** Bound sockets by socket number: pair × 2 for RTP, one more for RTCP. */
  #sockets = new Map<number, Deno.DatagramConn>();
  /** The two receive loops of each bound pair. */
  #loops = new Map<number, Promise<unknown>>();
  /** The address of each pair that has files: of one that closes too, until its loops have ended. */
  #places = new Map<number, string>();

  constructor(options: MediaSocketsOptions) {
    this.#options = options;
  }

  /** How many pairs are bound. */
  get size(): number {
    return this.#loops.size;
  }

  /** Binds a pair: `media.bound`, or `media.gone` with the reason. */
  bind(pair: MediaPair): void {
    const { leavesFiles } = this.#options;
    const opened = leavesFiles === undefined || leavesFiles(pair.ip, this.#places)
      ? openPair(pair)
      : unbound(pair.ip, pair.port, "the limit of open files leaves no more ports");
    if ("reason" in opened) {
      return this.#options.event({ type: "media.gone", pair: pair.pair, ...opened });
    }
    const loops = opened.map((socket, index) => {
      const number = pair.pair * 2 + index;
      this.#sockets.set(number, socket);
      return this.#receive(number, socket);
    });
    this.#places.set(pair.pair, pair.ip);
    this.#loops.set(pair.pair, Promise.all(loops));
    this.#options.event({ type: "media.bound", pair: pair.pair });
  }

  /** Closes a pair: `media.closed` when both receive loops have ended, since only then the ports are free. */
  async close(pair: number): Promise<void> {
    const loops = this.#loops.get(pair);
    this.#loops.delete(pair);
    for (const number of [pair * 2, pair * 2 + 1]) {
      const socket = this.#sockets.get(number);
      this.#sockets.delete(number);
      socket?.close();
    }
    await loops;
    this.#places.delete(pair);
    this.#options.event({ type: "media.closed", pair });
  }

  /** Closes every pair. */
  async closeAll(): Promise<void> {
    await Promise.all([...this.#loops.keys()].map((pair) => this.close(pair)));
  }

  async #receive(number: number, socket: Deno.DatagramConn): Promise<void> {
    const { router, now, news } = this.#options;
    const buffer = new Uint8Array(BUFFER_BYTES);
    const to = {
      to: { ip: "", port: 0 },
      failed: ({ reason }: SendFault) => {
        this.counters.sendFailures++;
        router.failed(number, to.to, reason);
        if (router.news.length > 0) news();
      },
    };
    while (this.#sockets.get(number) === socket) {
      try {
        const [bytes, from] = await socket.receive(buffer);
        const { hostname, port } = from as Deno.NetAddr;
        if (bytes.length >= BUFFER_BYTES) {
          this.counters.oversized++;
          continue;
        }
        const hop = router.route(number, hostname, port, bytes, now());
        if (router.news.length > 0) news();
        const out = hop === undefined ? undefined : this.#sockets.get(hop.socket);
        if (hop === undefined || out === undefined) continue;
        to.to.ip = hop.ip;
        to.to.port = hop.port;
        // Awaited because a socket that is not ready yet reads the buffer later: the next packet must not be in it.
        await sendDatagram(out, bytes, to);
      } catch {
        if (this.#sockets.get(number) !== socket) return;
        this.counters.receiveFailures++;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }
}

/** Both sockets, or why they could not be had. */
function openPair(
  { ip, port }: MediaPair,
): readonly [Deno.DatagramConn, Deno.DatagramConn] | Unbound {
  let first: Deno.DatagramConn | undefined;
  try {
    first = Deno.listenDatagram({ transport: "udp", hostname: ip, port });
    return [first, Deno.listenDatagram({ transport: "udp", hostname: ip, port: port + 1 })];
  } catch (error) {
    const failed = first === undefined ? port : port + 1;
    first?.close();
    const inUse = error instanceof Deno.errors.AddrInUse;
    return { ...unbound(ip, failed, reasonOf(error)), inUse };
  }
}

function unbound(ip: string, port: number, why: string): Unbound {
  return { reason: `Could not bind ${ip} port ${port}: ${why}`, inUse: false };
}
