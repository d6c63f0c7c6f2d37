import { type Address, makeAddress } from "../base/address.ts";
import { bytesToText, textToBytes } from "../base/bytes.ts";
import type { Endpoint, Send } from "./endpoint.ts";

/** Listens on an IP with a port that the kernel gives, or `port`. */
export function listenUdp(ip: string, port = 0): { socket: Deno.DatagramConn; address: Address } {
  const socket = Deno.listenDatagram({ transport: "udp", hostname: ip, port });
  const address = makeAddress(ip, (socket.addr as Deno.NetAddr).port);
  if (!address.ok) throw new Error(`Cannot listen on ${ip}: ${address.reason}`);
  return { socket, address: address.value };
}

/** A UDP socket and a timer around one endpoint. */
export class SipSocket {
  readonly address: Address;
  readonly #socket: Deno.DatagramConn;
  #endpoint: Endpoint | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #loop: Promise<void> = Promise.resolve();
  #open = true;

  private constructor(socket: Deno.DatagramConn, address: Address) {
    this.#socket = socket;
    this.address = address;
  }

  /** Opens a socket on an IP, with a port that the kernel gives. */
  static open(ip: string): SipSocket {
    const { socket, address } = listenUdp(ip);
    return new SipSocket(socket, address);
  }

  /** What the endpoint sends with. */
  readonly send: Send = (to, text) => {
    const addr: Deno.NetAddr = { transport: "udp", hostname: to.ip, port: to.port };
    // What cannot be sent is as good as lost on the way: the endpoint repeats it.
    if (this.#open) this.#socket.send(textToBytes(text), addr).catch(() => {});
  };

  /** Serves the endpoint from now on. */
  attach(endpoint: Endpoint): void {
    this.#endpoint = endpoint;
    this.#loop = this.#receive(endpoint);
  }

  /** Lets a user act on the endpoint, and notes when it wants to be woken. */
  act<T>(action: (now: number) => T): T {
    const result = action(performance.now());
    this.#schedule();
    return result;
  }

  /** Closes the socket; resolves when its port is free. */
  async close(): Promise<void> {
    this.#open = false;
    clearTimeout(this.#timer);
    this.#socket.close();
    await this.#loop;
  }

  async #receive(endpoint: Endpoint): Promise<void> {
    const buffer = new Uint8Array(65536);
    while (this.#open) {
      try {
        const [bytes, addr] = await this.#socket.receive(buffer);
        const { hostname, port } = addr as Deno.NetAddr;
        const from = makeAddress(hostname, port);
        if (from.ok) this.act((now) => endpoint.receive(bytesToText(bytes), from.value, now));
      } catch (error) {
        if (this.#open) throw error;
      }
    }
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    const at = this.#endpoint?.nextTimeout();
    if (at === undefined || !this.#open) return;
    const wake = (): void => this.act((now) => this.#endpoint?.handleTimeout(now));
    this.#timer = setTimeout(wake, Math.max(1, at - performance.now()));
  }
}
