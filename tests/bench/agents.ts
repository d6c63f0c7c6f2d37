import type { Address } from "../../src/base/address.ts";
import type { AgentEvent } from "../../src/selftest/agent.ts";
import { SipSocket } from "../../src/selftest/sip_socket.ts";
import { UserAgent } from "../../src/selftest/user_agent.ts";

/** One side's user agent under load. */
export interface LoadAgent {
  readonly agent: UserAgent;
  readonly socket: SipSocket;
}

/** Opens a user agent that acts on its events at once. */
export function openAgent(options: {
  readonly ip: string;
  readonly user: string;
  readonly media: Address;
  readonly outboundProxy?: Address;
  readonly event: (event: AgentEvent, load: LoadAgent, now: number) => void;
}): LoadAgent {
  const { ip, user, media, outboundProxy, event } = options;
  const socket = SipSocket.open(ip);
  const { address } = socket;
  const agent: UserAgent = new UserAgent({
    account: { user, domain: `${address.ip}:${address.port}`, password: "" },
    local: address,
    media,
    ...(outboundProxy === undefined ? {} : { outboundProxy }),
    send: socket.send,
    random: Math.random,
    event: (each, now) => event(each, load, now),
  });
  const load = { agent, socket };
  socket.attach(agent);
  return load;
}
