import { type Address, makeAddress } from "../base/address.ts";
import type { SendFault } from "../base/send_fault.ts";
import { reasonOf, sendDatagram } from "./send.ts";

/** Longest UDP datagram over IPv4 and IPv6 fits: nothing is ever cut. */
const BUFFER_BYTES = 65_536;

/** Pause after a failed receive, in ms, so that a broken socket costs no CPU. */
const RETRY_MS = 200;

/** What one SIP socket counted. */
export interface UdpCounters {
  received: number;
  sent: number;
  /** Datagrams without a byte: keep-alives (RULES N6). */
  empty: number;
  /** Longer than the limit: not handed on. */
  oversized: number;
  /** From port 0 or an address that is none: nothing could be sent back, so it is not handed on. */
  unanswerable: number;
  /** Receives that failed. */
  failures: number;
}

/** A bound UDP socket for SIP. */
export class UdpSocket {
  readonly counters: UdpCounters = {
    received: 0,
    sent: 0,
    empty: 0,
    oversized: 0,
    unanswerable: 0,
    failures: 0,
  };
  /** Where it is bound, with the port that the kernel gave. */
  readonly address: Address;
  /** Why the last receive failed, in words. */
  lastFailure = "";
  #socket: Deno.DatagramConn;
  #maxBytes: number;
  #closed = false;
  #loop: Promise<void> = Promise.resolve();
  #retry: (() => void) | undefined;

  /** Binds at once; throws what Deno throws (`AddrInUse`, `AddrNotAvailable`, `PermissionDenied`). */
  constructor(ip: string, port: number, { maxBytes }: { maxBytes: number }) {
    this.#socket = Deno.listenDatagram({ transport: "udp", hostname: ip, port });
    this.#maxBytes = maxBytes;
    const bound = makeAddress(ip, (this.#socket.addr as Deno.NetAddr).port);
    if (!bound.ok) throw new Error(bound.reason);
    this.address = bound.value;
  }

  /** Starts the receive loop; `received` must be done with `bytes` when it returns. */
  listen(received: (remote: Address, bytes: Uint8Array) => void): void {
    this.#loop = this.#receive(received);
  }

  /** Sends a datagram; `failed` hears why it could not leave. */
  send(bytes: Uint8Array, to: Address, failed: (fault: SendFault) => void): void {
    this.counters.sent++;
    void sendDatagram(this.#socket, bytes, { to, failed });
  }

  /** Closes it; the port is free when the promise settles. */
  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#socket.close();
      this.#retry?.();
    }
    await this.#loop;
  }

  async #receive(received: (remote: Address, bytes: Uint8Array) => void): Promise<void> {
    const buffer = new Uint8Array(BUFFER_BYTES);
    while (!this.#closed) {
      try {
        const [bytes, from] = await this.#socket.receive(buffer);
        this.#take(bytes, from as Deno.NetAddr, received);
      } catch (error) {
        if (this.#closed) return;
        this.counters.failures++;
        await this.#pause(reasonOf(error));
      }
    }
  }

  #take(
    bytes: Uint8Array,
    from: Deno.NetAddr,
    received: (remote: Address, bytes: Uint8Array) => void,
  ): void {
    this.counters.received++;
    const remote = makeAddress(from.hostname, from.port);
    if (bytes.length === 0) this.counters.empty++;
    else if (bytes.length > this.#maxBytes) this.counters.oversized++;
    else if (!remote.ok) this.counters.unanswerable++;
    else received(remote.value, bytes);
  }

  #pause(reason: string): Promise<void> {
    this.lastFailure = reason;
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, RETRY_MS);
      this.#retry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
