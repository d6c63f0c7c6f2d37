import type { Network } from "./network.ts";

/** What the firewall lets in from the outside for sipmasq; the README names the same. */
export const ADMITTED_PORTS = ["5060", "10000-10999"] as const;

/** Makes a host forward with masquerading, behind a firewall that drops whatever it does not name. */
export async function setUpRouter(
  network: Network,
  host: string,
  options: { symmetric?: boolean } = {},
): Promise<void> {
  await network.run(host, ["/bin/sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward"]);
  // Without "random" the NAT keeps the port as long as nobody else has it.
  const rules = options.symmetric ? RULES.replace("masquerade", "masquerade random") : RULES;
  await network.run(host, ["nft", "-f", "-"], rules);
}

/** Lets the firewall admit further ports. */
export async function admitPorts(network: Network, host: string, ports: string): Promise<void> {
  const rule = `insert rule inet router input iifname "outside" udp dport { ${ports} } accept`;
  await network.run(host, ["nft", "-f", "-"], rule);
}

/** How many packets from the outside the firewall has dropped so far. */
export async function droppedPackets(network: Network, host: string): Promise<number> {
  const text = await network.run(host, ["nft", "list", "counter", "inet", "router", "dropped"]);
  return Number(/packets (\d+)/.exec(text)?.[1]);
}

const RULES = `
table inet router {
  counter dropped { }
  chain input {
    type filter hook input priority filter; policy drop;
    iifname { "lo", "inside" } accept
    ct state established,related accept
    iifname "outside" udp dport { ${ADMITTED_PORTS.join(", ")} } accept
    counter name dropped
  }
  chain forward {
    type filter hook forward priority filter; policy drop;
    ct state established,related accept
    iifname "inside" oifname "outside" accept
    counter name dropped
  }
  chain outward {
    type nat hook postrouting priority srcnat;
    oifname "outside" masquerade
  }
}
`;
