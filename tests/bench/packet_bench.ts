import type { Address } from "../../src/base/address.ts";
import { type LoadAgent, openAgent } from "./agents.ts";
import { costPerPacket, forwarderCost, ratioText } from "./cost.ts";
import { memoryMegabytes, sleep } from "./machine.ts";
import { type PacketLoad, type PacketPath, PacketSocket, sendPackets } from "./packet_load.ts";
import type { Report } from "./report.ts";
import { INSIDE, OUTSIDE, startSipmasq } from "./subject.ts";

const CALLS = 500;
const LOADS = [20, 100, 200];
const SOCKETS = 20;
const MEGABYTES_AIM = 160;
const PACKET_AIM = { calls: 100, most: 25 };

/** CPU and delay per relayed packet with 20, 100 and 200 calls that talk, and memory with 500. */
export async function benchPackets(report: Report, seconds: number): Promise<void> {
  report.title(`Packets: 50/s each way of a call, for ${seconds} s, ${CALLS} calls set up`);
  const subject = await startSipmasq();
  const idle = await memoryMegabytes(subject.pid);
  const { paths, sockets, agents } = await setUpCalls(subject.inside);
  report.expect("call legs with media", { wanted: 2 * CALLS, got: paths.length });
  const talking = await sendPackets({ paths, sockets }, 2, 5);
  report.expect(`packets of ${CALLS} calls`, { wanted: talking.sent, got: talking.received });
  const busy = await memoryMegabytes(subject.pid);
  report.line(`memory: ${idle} MB without calls, ${busy} MB with ${CALLS}`);
  report.aim({ what: `memory with ${CALLS} calls`, value: busy, most: MEGABYTES_AIM, unit: " MB" });
  for (const calls of LOADS) {
    const load = { paths: paths.slice(0, 2 * calls), sockets };
    const { cost, counts } = await costPerPacket(subject.pid, load, { seconds });
    report.expect(`packets of ${calls} calls`, { wanted: counts.sent, got: counts.received });
    const bare = await forwarderCost({ pairs: calls, seconds: seconds / 2 });
    report.line(
      `${calls} calls: ${cost.toFixed(1)} µs CPU a packet, ${ratioText(cost, bare)}; one way p50 ` +
        `${counts.median} µs, p99 ${counts.slow} µs (forwarder ${bare.counts.median} and ` +
        `${bare.counts.slow})`,
    );
    if (calls !== PACKET_AIM.calls) continue;
    const what = `CPU per packet with ${calls} calls`;
    report.aim({ what, value: cost, most: PACKET_AIM.most, unit: " µs" });
  }
  await Promise.all(agents.map(({ socket }) => socket.close()));
  await Promise.all(sockets.map((socket) => socket.close()));
  await subject.end();
}

/** Sets calls up and gives the paths of their RTP, both directions. */
async function setUpCalls(
  inside: Address,
): Promise<PacketLoad & { readonly agents: readonly LoadAgent[] }> {
  // By name: a repeated answer tells the same path again.
  const paths = new Map<string, PacketPath>();
  const pairs = Array.from({ length: SOCKETS }, () => openPair(inside, paths));
  for (let call = 0; call < CALLS; call++) {
    const { phone, party } = pairs[call % SOCKETS]!;
    phone.socket.act((now) => phone.agent.call(party.agent.aor, now));
    await sleep(5);
  }
  for (let wait = 0; wait < 100 && paths.size < 2 * CALLS; wait++) await sleep(100);
  return {
    paths: [...paths.values()],
    sockets: pairs.flatMap((pair) => pair.sockets),
    agents: pairs.flatMap(({ phone, party }) => [phone, party]),
  };
}

interface Pair {
  readonly phone: LoadAgent;
  readonly party: LoadAgent;
  readonly sockets: readonly PacketSocket[];
}

function openPair(inside: Address, paths: Map<string, PacketPath>): Pair {
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
      if (event.kind !== "established") return;
      paths.set(`party ${event.callId}`, { from: partyRtp, to: event.farMedia });
    },
  });
  const phone = openAgent({
    ip: INSIDE.phones,
    user: "100",
    media: phoneRtp.address,
    outboundProxy: inside,
    event: (event) => {
      if (event.kind !== "answered") return;
      paths.set(`phone ${event.callId}`, { from: phoneRtp, to: event.farMedia });
    },
  });
  return { phone, party, sockets: [phoneRtp, partyRtp] };
}
