import type { Address } from "../../src/base/address.ts";
import type { AgentEvent } from "../../src/selftest/agent.ts";
import type { Account } from "../../src/selftest/credentials.ts";
import type { Endpoint } from "../../src/selftest/endpoint.ts";
import { Happenings } from "../../src/selftest/happenings.ts";
import { listenUdp, SipSocket } from "../../src/selftest/sip_socket.ts";
import { UserAgent } from "../../src/selftest/user_agent.ts";
import type { Packet } from "./silence.ts";

/** How long an end waits for what must come: the longest life of a transaction, and a restart. */
const PATIENCE_MS = 40_000;
/** Time between two packets of audio: enough to be learned and to keep a call alive. */
const PACKET_MS = 200;
/** Bytes of an RTP header, and where in it the SSRC lies (RFC 3550 §5.1). */
const HEADER = 12;
const SSRC_AT = 8;

/** One end of calls: a user agent with its sockets, and what happened to it. */
export class End {
  readonly agent: UserAgent;
  /** Packets of audio that came since the last call. */
  readonly heard: Packet[] = [];
  readonly #socket: SipSocket;
  readonly #rtp: Deno.DatagramConn;
  readonly #happenings = new Happenings<AgentEvent>();
  readonly #loop: Promise<void>;

  constructor(options: {
    readonly ip: string;
    readonly account: Account;
    readonly outboundProxy?: Address;
    readonly guard: (endpoint: Endpoint) => Endpoint;
  }) {
    const { ip, account, outboundProxy, guard } = options;
    this.#socket = SipSocket.open(ip);
    const { socket, address: media } = listenUdp(ip);
    this.#rtp = socket;
    this.agent = new UserAgent({
      account,
      local: this.#socket.address,
      media,
      ...(outboundProxy === undefined ? {} : { outboundProxy }),
      send: this.#socket.send,
      random: Math.random,
      event: (event) => this.#happenings.add(event),
    });
    this.#socket.attach(guard(this.agent));
    this.#loop = this.#listen();
  }

  /** Where its SIP goes. */
  get address(): Address {
    return this.#socket.address;
  }

  /** Acts on the agent. */
  act<T>(action: (agent: UserAgent, now: number) => T): T {
    return this.#socket.act((now) => action(this.agent, now));
  }

  /** Waits for an event of one kind in a call; a failure there, or silence, throws in words. */
  async expect<K extends AgentEvent["kind"]>(
    kind: K,
    callId: string,
  ): Promise<Extract<AgentEvent, { kind: K }>> {
    const event = await this.#happenings.take(
      (one): one is AgentEvent =>
        (one.kind === kind || one.kind === "failed") && "callId" in one && one.callId === callId,
      PATIENCE_MS,
    );
    if (event?.kind === kind) return event as Extract<AgentEvent, { kind: K }>;
    const came = event?.kind === "failed" ? `${event.status} ${event.reason}` : "nothing";
    throw new Error(`${this.agent.aor} expected ${kind}, came ${came}`);
  }

  /** Registers; throws when that fails. */
  async register(): Promise<void> {
    this.act((agent, now) => agent.register(300, now));
    type Wanted = Extract<AgentEvent, { kind: "registered" | "failed" }>;
    const event = await this.#happenings.take(
      (one): one is Wanted =>
        one.kind === "registered" || (one.kind === "failed" && one.method === "REGISTER"),
      PATIENCE_MS,
    );
    if (event?.kind === "registered") return;
    const came = event === undefined ? "nothing" : `${event.status} ${event.reason}`;
    throw new Error(`${this.agent.aor} expected to be registered, came ${came}`);
  }

  /** Sends audio of one SSRC for a while. */
  async talk(far: Address, ssrc: number, ms: number): Promise<void> {
    const packet = new Uint8Array(32);
    const view = new DataView(packet.buffer);
    packet[0] = 0x80;
    view.setUint32(SSRC_AT, ssrc);
    for (let sequence = 0; sequence * PACKET_MS < ms; sequence++) {
      view.setUint16(2, sequence);
      const to: Deno.NetAddr = { transport: "udp", hostname: far.ip, port: far.port };
      await this.#rtp.send(packet, to).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, PACKET_MS));
    }
  }

  /** Forgets what came of the last call. */
  clear(): void {
    this.heard.length = 0;
    this.#happenings.clear();
  }

  /** Closes its sockets. */
  async close(): Promise<void> {
    this.#rtp.close();
    await Promise.all([this.#socket.close(), this.#loop]);
  }

  async #listen(): Promise<void> {
    const buffer = new Uint8Array(2048);
    try {
      for (;;) {
        const [packet] = await this.#rtp.receive(buffer);
        if (packet.length < HEADER) continue;
        const { buffer: whole, byteOffset } = packet;
        const ssrc = new DataView(whole, byteOffset).getUint32(SSRC_AT);
        this.heard.push({ atMs: performance.now(), ssrc });
      }
    } catch {
      // Closed.
    }
  }
}
