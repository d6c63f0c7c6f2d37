import { cpuSeconds } from "./machine.ts";
import {
  type PacketCounts,
  type PacketLoad,
  type PacketPath,
  PacketSocket,
  sendPackets,
} from "./packet_load.ts";
import { INSIDE, OUTSIDE, startForwarder } from "./subject.ts";

/** The compiler is paid for after so many seconds, in sipmasq by its calls, in the bare forwarder by nothing else. */
const WARM_UP_SECONDS = 1;
const FORWARDER_WARM_UP_SECONDS = 5;
/** A forwarder that loses more is overloaded, or the machine is: its cost is no yardstick. */
const LOSS_MOST = 0.01;

/** What packets cost a process in µs each, and what came of them. */
export interface PacketCost {
  readonly cost: number;
  readonly counts: PacketCounts;
}

/** CPU of a process while some work is done, per unit of that work, in µs. */
export async function costPer(pid: number, work: () => Promise<number>): Promise<number> {
  const before = await cpuSeconds(pid);
  const units = await work();
  return (await cpuSeconds(pid) - before) * 1e6 / Math.max(1, units);
}

/** CPU per packet of a process that passes packets on, in µs, and what came of them. */
export async function costPerPacket(
  pid: number,
  load: PacketLoad,
  { seconds, warmUp = WARM_UP_SECONDS }: { readonly seconds: number; readonly warmUp?: number },
): Promise<PacketCost> {
  await sendPackets(load, warmUp);
  let counts: PacketCounts | undefined;
  const cost = await costPer(pid, async () => {
    counts = await sendPackets(load, seconds);
    return counts.received;
  });
  return { cost, counts: counts! };
}

/** The yardstick on this machine, now: a bare forwarder's CPU per datagram in µs, and its delay. */
export async function forwarderCost(
  options: { readonly pairs: number; readonly seconds: number },
): Promise<PacketCost> {
  const { pairs, seconds } = options;
  const [phone, party] = [new PacketSocket(INSIDE.phones), new PacketSocket(OUTSIDE.parties)];
  const forwarder = await startForwarder({ pairs, phones: phone.address, parties: party.address });
  const paths = forwarder.ports.flatMap(([left, right]): PacketPath[] => [
    { from: phone, to: { family: 4, ip: INSIDE.ours, port: left } },
    { from: party, to: { family: 4, ip: OUTSIDE.ours, port: right } },
  ]);
  const load = { paths, sockets: [phone, party] };
  const measured = await costPerPacket(forwarder.pid, load, {
    seconds,
    warmUp: FORWARDER_WARM_UP_SECONDS,
  });
  await forwarder.end();
  await Promise.all([phone.close(), party.close()]);
  return measured;
}

/** A cost against the yardstick's, unless that lost too much itself. */
export function ratioText(cost: number, bare: PacketCost, units = 1): string {
  const { sent, received } = bare.counts;
  if (received < sent * (1 - LOSS_MOST)) {
    return `no ratio, the bare forwarder itself lost ${sent - received} of ${sent}`;
  }
  const ratio = (cost / (bare.cost * units)).toFixed(1);
  const what = units === 1 ? "packet" : `${units} datagrams`;
  return `${ratio} times a bare forwarder's ${what} (${bare.cost.toFixed(1)} µs each)`;
}
