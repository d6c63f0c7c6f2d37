import { type Address, type Flow, formatAddress, hostLiteral } from "../base/address.ts";
import type { SendFault } from "../base/send_fault.ts";
import type { Listener } from "../proxy/events.ts";
import type { PlannedListener } from "./plan.ts";
import { findPortHolder, type PortHolder } from "./port_holder.ts";
import { reasonOf } from "./send.ts";
import { type UdpCounters, UdpSocket } from "./udp.ts";

/** Why a listener could not be bound. */
export type BindFailure = "in-use" | "not-there" | "not-allowed" | "other";

/** A listener that could not be bound. */
export interface ListenerProblem {
  readonly planned: PlannedListener;
  readonly failure: BindFailure;
  readonly reason: string;
}

/** What {@linkcode Listeners} needs. */
export interface ListenersOptions {
  /** Longest datagram handed on. */
  readonly maxBytes: number;
  /** A datagram came; `bytes` is only valid during the call. */
  readonly received: (flow: Flow, bytes: Uint8Array) => void;
}

interface Bound {
  listener: Listener;
  readonly socket: UdpSocket;
}

/** The SIP listeners that are bound: follows a plan, keeping every socket whose address stays. */
export class Listeners {
  #options: ListenersOptions;
  /** By transport, address and planned port. */
  #bound = new Map<string, Bound>();
  #byId = new Map<string, Bound>();
  #started = false;

  constructor(options: ListenersOptions) {
    this.#options = options;
  }

  /** The listeners that are bound now. */
  get current(): readonly Listener[] {
    return [...this.#bound.values()].map((bound) => bound.listener);
  }

  /** Closes what the plan has no more, binds what it has new; returns what could not be bound. */
  async apply(planned: readonly PlannedListener[]): Promise<readonly ListenerProblem[]> {
    const wanted = new Set(planned.map(keyOf));
    const leaving = [...this.#bound.keys()].filter((key) => !wanted.has(key));
    await Promise.all(leaving.map((key) => this.#close(key)));
    return planned.flatMap((entry) => this.#take(entry) ?? []);
  }

  /** Starts reading from all listeners, and from every later one when it is bound. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    for (const bound of this.#bound.values()) this.#listen(bound);
  }

  /** Sends from the flow's listener to its remote address; false when that listener is gone. */
  send(flow: Flow, bytes: Uint8Array, failed: (fault: SendFault) => void): boolean {
    const bound = this.#byId.get(flow.listener);
    bound?.socket.send(bytes, flow.remote, failed);
    return bound !== undefined;
  }

  /** What each listener counted, by listener. */
  counters(): Readonly<Record<string, UdpCounters>> {
    const entries = [...this.#bound.values()].map((bound) =>
      [bound.listener.id, bound.socket.counters] as const
    );
    return Object.fromEntries(entries);
  }

  /** Closes all; every port is free when the promise settles. */
  async close(): Promise<void> {
    await Promise.all([...this.#bound.keys()].map((key) => this.#close(key)));
  }

  async #close(key: string): Promise<void> {
    const bound = this.#bound.get(key);
    if (bound === undefined) return;
    this.#bound.delete(key);
    this.#byId.delete(bound.listener.id);
    await bound.socket.close();
  }

  #take(planned: PlannedListener): ListenerProblem | undefined {
    const key = keyOf(planned);
    const known = this.#bound.get(key);
    if (known !== undefined) {
      known.listener = listenerOf(planned, known.socket.address);
      return undefined;
    }
    try {
      const socket = new UdpSocket(planned.ip, planned.port, this.#options);
      const bound = { listener: listenerOf(planned, socket.address), socket };
      this.#bound.set(key, bound);
      this.#byId.set(bound.listener.id, bound);
      if (this.#started) this.#listen(bound);
      return undefined;
    } catch (error) {
      return { planned, failure: failureOf(error), reason: reasonOf(error) };
    }
  }

  #listen({ listener, socket }: Bound): void {
    const { id, transport, address: local } = listener;
    socket.listen((remote: Address, bytes) => {
      this.#options.received({ listener: id, transport, local, remote }, bytes);
    });
  }
}

/** A problem in one sentence: listener, address, who has the port where that is known, and the next step. */
export function problemText(
  { planned, failure, reason }: ListenerProblem,
  holder?: PortHolder,
): string {
  const { sides, transport, ip, port } = planned;
  const what = `Could not listen on ${sides.join(" and ")} ${transport} ${hostLiteral(ip)}:${port}`;
  switch (failure) {
    case "in-use":
      return `${what}: ${takenText(planned, holder)}`;
    case "not-there":
      return `${what}: this host does not have the address now; trying again until it has`;
    case "not-allowed":
      return `${what}: not allowed; ports below 1024 need root or CAP_NET_BIND_SERVICE`;
    case "other":
      return `${what}: ${reason}`;
  }
}

function takenText({ sides, transport, ip, port }: PlannedListener, holder?: PortHolder): string {
  if (holder === undefined) {
    return `the port is in use; see who has it with: ss -ulpn 'sport = :${port}'`;
  }
  const keys = sides.map((side) => `[${side}] listen`).join(" and ");
  return `${transport} ${port} on ${hostLiteral(ip)} is taken by process ${holder.name} ` +
    `(pid ${holder.pid}); end it, or set another port in ${keys}`;
}

/** The same with the process that has the port, which takes a moment to find. */
export async function explainProblem(problem: ListenerProblem): Promise<string> {
  const { failure, planned } = problem;
  const taken = failure === "in-use";
  return problemText(problem, taken ? await findPortHolder(planned.ip, planned.port) : undefined);
}

function failureOf(error: unknown): BindFailure {
  if (error instanceof Deno.errors.AddrInUse) return "in-use";
  if (error instanceof Deno.errors.AddrNotAvailable) return "not-there";
  if (error instanceof Deno.errors.PermissionDenied) return "not-allowed";
  return "other";
}

function keyOf(planned: PlannedListener): string {
  return `${planned.transport}/${planned.ip}:${planned.port}`;
}

/** The name has no side in it, so that flows stay valid when a listener's sides change. */
function listenerOf(planned: PlannedListener, address: Address): Listener {
  const { sides, transport, prefix } = planned;
  return { id: `${transport}/${formatAddress(address)}`, sides, transport, address, prefix };
}
