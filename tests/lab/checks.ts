import { parseCidr } from "../../src/base/cidr.ts";
import { FarEnds } from "../flow/far_ends.ts";
import { leaks } from "../flow/invariant.ts";
import { isSignalling, textOf } from "./capture.ts";
import type { Registration } from "./kamailio.ts";
import type { Packet } from "./pcap.ts";
import { ADMITTED_PORTS } from "./router.ts";
import { ADDRESSES, type Site } from "./topology.ts";

const parsedNetwork = parseCidr(ADDRESSES.insideNetwork);
const INSIDE_NETWORKS = parsedNetwork.ok ? [parsedNetwork.value] : [];
const INSIDE = ADDRESSES.insideNetwork.replace(/0\/24$/, "");

const ROUTER_IPS: readonly string[] = [ADDRESSES.routerOutside, ADDRESSES.routerMoved];

/** What is wrong with a phone's registration as the registrar saw it: it has to name the router, never the phone. */
export function registrationProblems(
  user: string,
  registration?: Registration,
  routerIp: string = ADDRESSES.routerOutside,
): string[] {
  if (registration === undefined) return [`User ${user} was not registered`];
  const problems: string[] = [];
  const { from, contact } = registration;
  if (from !== `${routerIp}:5060`) {
    problems.push(`The REGISTER of ${user} came from ${from}, not from sipmasq`);
  }
  if (!contact.includes(`@${routerIp}:5060;line=`)) {
    problems.push(`The Contact of ${user} is not masked: ${contact}`);
  }
  return problems;
}

/** What the provider's log knows of the inside: nothing but Call-IDs, when all is well. */
export function witnessProblems(log: string, foreign: readonly string[] = []): string[] {
  const lines = withoutForeign(log, foreign).replaceAll(/ callid=\S+/g, "").split("\n")
    .filter((line) => line.includes(INSIDE));
  return lines.slice(0, 3).map((line) => `The provider has seen an inside address: ${line.trim()}`);
}

/** The text without addresses that somebody outside wrote himself. */
function withoutForeign(text: string, foreign: readonly string[]): string {
  return foreign.reduce((left, ip) => {
    return left.replaceAll(new RegExp(`(?<![0-9.])${RegExp.escape(ip)}(?![0-9.])`, "g"), "foreign");
  }, text);
}

/** Every packet outside that carries an inside address where RULES I forbids it. */
export async function outsideProblems(site: Site): Promise<string[]> {
  const packets = await site.captures.get("outside")!.packets();
  const fromRouter = packets.filter(({ from }) => ROUTER_IPS.includes(from.split(":")[0]!));
  if (fromRouter.length === 0) {
    return ["The capture has no packet of the router, so it proves nothing"];
  }
  const farEnds = new FarEnds();
  const { admitted } = site;
  return packets.flatMap((packet) => packetProblems(packet, { farEnds, admitted })).slice(0, 5);
}

/** What is known when a packet is judged: who has written what before, and the ports the firewall admits. */
export interface Known {
  readonly farEnds?: FarEnds;
  readonly admitted?: readonly string[];
}

/** What is wrong with one packet on the outside: its addresses, the ports the router uses, its text. */
export function packetProblems(
  packet: Packet,
  { farEnds = new FarEnds(), admitted = ADMITTED_PORTS }: Known = {},
): string[] {
  const where = `${packet.from} > ${packet.to}`;
  if (isAttackOnInside(packet)) return [];
  if (packet.from.startsWith(INSIDE) || packet.to.startsWith(INSIDE)) {
    return [`A packet was on the outside without NAT: ${where}`];
  }
  const [ip, port] = packet.from.split(":");
  const problems: string[] = [];
  const isQuestion = packet.to === `${ADDRESSES.nameServer}:53`;
  if (ROUTER_IPS.includes(ip!) && !isQuestion && !isAmong(admitted, Number(port))) {
    problems.push(`The router sent from a port that the firewall does not admit: ${where}`);
  }
  if (!isSignalling(packet)) return problems;
  const text = textOf(packet);
  if (!ROUTER_IPS.includes(ip!)) farEnds.hear(ip!, text);
  const given = farEnds.given(packet.to.split(":")[0]!, text);
  const found = ROUTER_IPS.includes(ip!) ? leaks(text, INSIDE_NETWORKS, { given }) : [];
  return problems.concat(found.map((leak) => `${where}: ${leak}`));
}

/** True for what somebody far away sends to our inside address: he puts it there himself (RULES S1). */
function isAttackOnInside({ from, to }: Packet): boolean {
  return from.startsWith(`${ADDRESSES.farAway}:`) && to === `${ADDRESSES.routerInside}:5060`;
}

function isAmong(ports: readonly string[], port: number): boolean {
  return ports.some((range) => {
    const [low, high] = range.split("-").map(Number);
    return port >= low! && port <= (high ?? low!);
  });
}

/** What the captures have lost, which may have been anything; ends them. */
export async function captureProblems(site: Site): Promise<string[]> {
  const problems: string[] = [];
  for (const [name, capture] of site.captures) {
    const lost = await capture.stop();
    if (lost !== 0) problems.push(`The capture of ${name} has lost ${lost} packets`);
  }
  return problems;
}
