/*
 * Runs on a host of the lab (see media_host.ts): sends and counts media packets.
 * One command of JSON a line comes in, a report of JSON a line goes out.
 */

/** An address. */
export interface Place {
  readonly ip: string;
  readonly port: number;
}

/** One stream to send: RTP with this SSRC, or UDPTL. */
export interface Sending {
  readonly from: Place;
  readonly to: readonly Place[];
  readonly ssrc: number;
}

/** What the program is told. */
export type MediaCommand =
  | { readonly do: "listen"; readonly at: readonly Place[] }
  | {
    readonly do: "send";
    readonly streams: readonly Sending[];
    readonly everyMs: number;
    readonly kind: "rtp" | "udptl";
  }
  | { readonly do: "stop" }
  | { readonly do: "report" };

/** What one socket has sent and got; sources are `ip:port`, streams SSRCs. */
export interface SocketReport {
  readonly at: string;
  readonly sent: number;
  readonly received: number;
  readonly sources: Readonly<Record<string, number>>;
  readonly streams: Readonly<Record<string, number>>;
}

/** Timers are not finer than this, and what is sent in one go may overflow a queue. */
const SLOT_MS = 5;

class Socket {
  sent = 0;
  received = 0;
  readonly sources: Record<string, number> = {};
  readonly streams: Record<string, number> = {};
  readonly #socket: Deno.DatagramConn;

  constructor(readonly at: Place) {
    this.#socket = Deno.listenDatagram({ transport: "udp", hostname: at.ip, port: at.port });
    this.#receive();
  }

  send(bytes: Uint8Array, to: Place): void {
    this.sent++;
    this.#socket.send(bytes, { transport: "udp", hostname: to.ip, port: to.port }).catch(() => {});
  }

  report(): SocketReport {
    const { sent, received, sources, streams } = this;
    return { at: `${this.at.ip}:${this.at.port}`, sent, received, sources, streams };
  }

  async #receive(): Promise<void> {
    const buffer = new Uint8Array(2048);
    for (;;) {
      const [bytes, addr] = await this.#socket.receive(buffer);
      this.received++;
      const { hostname, port } = addr as Deno.NetAddr;
      const source = `${hostname}:${port}`;
      this.sources[source] = (this.sources[source] ?? 0) + 1;
      const stream = bytes.length < 12 ? "udptl" : String(ssrcOf(bytes));
      this.streams[stream] = (this.streams[stream] ?? 0) + 1;
    }
  }
}

function ssrcOf(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(8);
}

class Sender {
  readonly #packet: Uint8Array;
  #sequence = 1000;

  constructor(readonly sending: Sending, readonly socket: Socket, kind: "rtp" | "udptl") {
    this.#packet = new Uint8Array(kind === "rtp" ? 172 : 8);
    if (kind === "udptl") return;
    this.#packet[0] = 0x80;
    new DataView(this.#packet.buffer).setUint32(8, sending.ssrc);
  }

  send(): void {
    const rtp = this.#packet.length > 12;
    const view = new DataView(this.#packet.buffer);
    view.setUint16(rtp ? 2 : 0, ++this.#sequence & 0xffff);
    if (rtp) view.setUint32(4, this.#sequence * 160);
    for (const to of this.sending.to) this.socket.send(this.#packet.slice(), to);
  }
}

const sockets = new Map<string, Socket>();
let timers: ReturnType<typeof setInterval>[] = [];

function socketAt(at: Place): Socket {
  const key = `${at.ip}:${at.port}`;
  const socket = sockets.get(key) ?? new Socket(at);
  sockets.set(key, socket);
  return socket;
}

/** Sends every stream once per interval, spread over it, without drift. */
function startSending(command: Extract<MediaCommand, { do: "send" }>): void {
  const slots = Math.max(1, Math.round(command.everyMs / SLOT_MS));
  const senders = command.streams.map((one) => new Sender(one, socketAt(one.from), command.kind));
  const started = performance.now();
  let done = 0;
  timers.push(setInterval(() => {
    const due = Math.floor((performance.now() - started) / SLOT_MS);
    for (; done < due; done++) {
      for (let index = done % slots; index < senders.length; index += slots) {
        senders[index]!.send();
      }
    }
  }, SLOT_MS));
}

function perform(command: MediaCommand): void {
  switch (command.do) {
    case "listen":
      for (const at of command.at) socketAt(at);
      return;
    case "send":
      return startSending(command);
    case "stop":
      for (const timer of timers) clearInterval(timer);
      timers = [];
      return;
    case "report":
      return;
    default:
      command satisfies never;
  }
}

async function serve(): Promise<void> {
  let unread = "";
  for await (const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
    const lines = (unread + text).split("\n");
    unread = lines.pop()!;
    for (const line of lines) {
      perform(JSON.parse(line));
      console.log(JSON.stringify([...sockets.values()].map((socket) => socket.report())));
    }
  }
}

if (import.meta.main) await serve();
