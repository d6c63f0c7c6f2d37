import type { Address } from "../../src/base/address.ts";
import { type LoadAgent, openAgent } from "./agents.ts";
import { makeCalls } from "./call_load.ts";
import { cpuSeconds, machineName, memoryMegabytes, sleep } from "./machine.ts";
import { type PacketPath, PacketSocket, sendPackets } from "./packet_load.ts";
import { INSIDE, OUTSIDE, startForwarder, startSipmasq } from "./subject.ts";

const SECONDS = Number(Deno.env.get("BENCH_SECONDS") ?? 10);
const CALLS_PER_SECOND = 200;
const CALLS_AT_ONCE = 100;
const SOCKETS = 10;
// INVITE, 180, 200, ACK, BYE, 200: what has to be read for one call.
const MESSAGES_PER_CALL = 6;

/** CPU of a process while some work is done, per unit of that work, in µs. */
async function cpuPer(
  pid: number,
  work: () => Promise<number>,
): Promise<number> {
  const before = await cpuSeconds(pid);
  const units = await work();
  return (await cpuSeconds(pid) - before) * 1e6 / units;
}

/** A forwarder's CPU per datagram at a rate, in µs: the yardstick on this machine, now. */
async function forwarderCost(pairs: number): Promise<number> {
  const [phone, party] = [new PacketSocket(INSIDE.phones), new PacketSocket(OUTSIDE.parties)];
  const forwarder = await startForwarder({ pairs, phones: phone.address, parties: party.address });
  const paths = forwarder.ports.flatMap(([left, right]): PacketPath[] => [
    { from: phone, to: at(INSIDE.ours, left) },
    { from: party, to: at(OUTSIDE.ours, right) },
  ]);
  await sendPackets(paths, 1);
  const cost = await cpuPer(forwarder.pid, async () => {
    const { sent, received } = await sendPackets(paths, SECONDS);
    console.log(`  bare forwarder, ${pairs} pairs: ${sent} sent, ${sent - received} lost`);
    return received;
  });
  await forwarder.end();
  await Promise.all([phone.close(), party.close()]);
  return cost;
}

async function benchCalls(): Promise<void> {
  console.log(`Calls: ${CALLS_PER_SECOND}/s for ${SECONDS} s, INVITE to BYE with media set up`);
  const subject = await startSipmasq();
  const { inside } = subject;
  await makeCalls({ inside, perSecond: 50, seconds: 1 });
  const cost = await cpuPer(subject.pid, async () => {
    const counts = await makeCalls({ inside, perSecond: CALLS_PER_SECOND, seconds: SECONDS });
    console.log(`  sipmasq: ${JSON.stringify(counts)}`);
    return Math.max(1, counts.established);
  });
  console.log(`  memory: ${await memoryMegabytes(subject.pid)} MB`);
  await subject.end();
  const bare = await forwarderCost(CALLS_PER_SECOND * MESSAGES_PER_CALL / 100);
  const ratio = cost / (bare * MESSAGES_PER_CALL);
  console.log(
    `CPU per call: ${(cost / 1000).toFixed(2)} ms, ${ratio.toFixed(1)} times a bare forwarder's ` +
      `${MESSAGES_PER_CALL} datagrams (${bare.toFixed(1)} µs each)\n`,
  );
}

/** Sets calls up and gives the paths of their RTP, both directions. */
async function setUpPaths(inside: Address): Promise<{ paths: PacketPath[]; agents: LoadAgent[] }> {
  const paths: PacketPath[] = [];
  const agents: LoadAgent[] = [];
  for (let index = 0; index < SOCKETS; index++) {
    const [phoneRtp, partyRtp] = [
      new PacketSocket(INSIDE.phones),
      new PacketSocket(OUTSIDE.parties),
    ];
    const party = openAgent({
      ip: OUTSIDE.parties,
      user: "200",
      media: partyRtp.address,
      event: (event, { agent }, now) => {
        if (event.kind === "invited") agent.accept(event.callId, now);
        if (event.kind === "established") paths.push({ from: partyRtp, to: event.farMedia });
      },
    });
    const phone = openAgent({
      ip: INSIDE.phones,
      user: "100",
      media: phoneRtp.address,
      outboundProxy: inside,
      event: (event) => {
        if (event.kind === "answered") paths.push({ from: phoneRtp, to: event.farMedia });
      },
    });
    for (let call = 0; call < CALLS_AT_ONCE / SOCKETS; call++) {
      phone.socket.act((now) => phone.agent.call(party.agent.aor, now));
      await sleep(10);
    }
    agents.push(phone, party);
  }
  for (let wait = 0; wait < 50 && paths.length < 2 * CALLS_AT_ONCE; wait++) await sleep(100);
  return { paths, agents };
}

async function benchPackets(): Promise<void> {
  console.log(`Packets: ${CALLS_AT_ONCE} calls, 50/s each way, for ${SECONDS} s`);
  const subject = await startSipmasq();
  const { paths, agents } = await setUpPaths(subject.inside);
  if (paths.length === 0) throw new Error("Expected calls with media, none came about");
  await sendPackets(paths, 1);
  const cost = await cpuPer(subject.pid, async () => {
    const { sent, received } = await sendPackets(paths, SECONDS);
    console.log(`  sipmasq, ${paths.length / 2} calls: ${sent} sent, ${sent - received} lost`);
    return Math.max(1, received);
  });
  console.log(`  memory: ${await memoryMegabytes(subject.pid)} MB`);
  await Promise.all(agents.map(({ socket }) => socket.close()));
  await Promise.all([...new Set(paths.map((path) => path.from))].map((socket) => socket.close()));
  await subject.end();
  const bare = await forwarderCost(CALLS_AT_ONCE);
  console.log(
    `CPU per packet: ${cost.toFixed(1)} µs, ${(cost / bare).toFixed(1)} times a bare forwarder's ` +
      `${bare.toFixed(1)} µs\n`,
  );
}

function at(ip: string, port: number): Address {
  return { family: 4, ip, port };
}

console.log(await machineName());
await benchCalls();
await benchPackets();
Deno.exit(0);
