import { Agent, type AgentOptions } from "./agent.ts";
import { addressOf } from "./stage_network.ts";
import type { Packet } from "./stage.ts";

const USUAL_CAST: readonly AgentOptions[] = [
  { name: "A", side: "inside", address: "192.168.1.20:5060", uri: "sip:alice@provider.example" },
  { name: "B", side: "inside", address: "192.168.1.21:5060", uri: "sip:bob@provider.example" },
  { name: "P", side: "outside", address: "203.0.113.10:5060", uri: "sip:carol@far.example" },
  { name: "X", side: "outside", address: "198.51.100.66:5060", uri: "sip:mallory@evil.example" },
];

/** Who takes part: phones A and B, the provider P, the stranger X, and whom the flow names. */
export class Cast {
  #agents = new Map<string, Agent>();
  #calls = 0;

  constructor() {
    for (const options of USUAL_CAST) this.add(options);
  }

  /** Adds somebody, or replaces a usual one. */
  add(options: AgentOptions): void {
    addressOf(options.address);
    this.#agents.set(options.name, new Agent(options, () => ++this.#calls));
  }

  /** True for a name of somebody. */
  has(name: string): boolean {
    return this.#agents.has(name);
  }

  /** The agent of a name. */
  get(name: string): Agent {
    const agent = this.#agents.get(name);
    if (agent === undefined) throw new Error(`Nobody is called ${name}`);
    return agent;
  }

  /** True when a packet is for that agent. */
  isFor(packet: Packet, agent: Agent): boolean {
    return packet.to === agent.options.address || packet.to === agent.options.sendsFrom;
  }

  /** The registered Contact of a phone, as a provider has it. */
  contactOf(phone: Agent): string | undefined {
    for (const agent of this.#agents.values()) {
      const contact = agent.options.side === "outside" && agent.contacts.get(phone.options.uri);
      if (contact) return contact;
    }
    return undefined;
  }
}
