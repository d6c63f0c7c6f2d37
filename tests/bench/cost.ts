import { cpuSeconds } from "./machine.ts";
import {
  type PacketCounts,
  type PacketLoad,
  type PacketPath,
  PacketSocket,
  sendPackets,
} from "./packet_load.ts";
import { INSIDE, OUTSIDE, startForwarder } from "./subject.ts";

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
  seconds: number,
): Promise<{ cost: number; counts: PacketCounts }> {
  // The first second pays for the compiler.
  await sendPackets(load, 1);
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
): Promise<{ cost: number; counts: PacketCounts }> {
  const { pairs, seconds } = options;
  const [phone, party] = [new PacketSocket(INSIDE.phones), new PacketSocket(OUTSIDE.parties)];
  const forwarder = await startForwarder({ pairs, phones: phone.address, parties: party.address });
  const paths = forwarder.ports.flatMap(([left, right]): PacketPath[] => [
    { from: phone, to: { family: 4, ip: INSIDE.ours, port: left } },
    { from: party, to: { family: 4, ip: OUTSIDE.ours, port: right } },
  ]);
  const load = { paths, sockets: [phone, party] };
  const measured = await costPerPacket(forwarder.pid, load, seconds);
  await forwarder.end();
  await Promise.all([phone.close(), party.close()]);
  return measured;
}
