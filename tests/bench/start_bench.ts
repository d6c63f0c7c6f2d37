import { formatAddress } from "../../src/base/address.ts";
import { textToBytes } from "../../src/base/bytes.ts";
import { listenUdp } from "../../src/selftest/sip_socket.ts";
import { sleep } from "./machine.ts";
import type { Report } from "./report.ts";
import { INSIDE, OUTSIDE, prepareSipmasq, startForwarder } from "./subject.ts";

const STARTS = 5;
const LIMIT_MS = 10_000;
const START_MS_AIM = 300;

/** From the start of the process to its first answer to a phone. */
export async function benchStart(report: Report): Promise<void> {
  report.title(`Start: from the process to the first answer, median of ${STARTS}`);
  const times: number[] = [];
  const yardstick: number[] = [];
  for (let start = 0; start < STARTS; start++) {
    const answered = await firstAnswer();
    if (answered !== undefined) times.push(answered);
    const before = performance.now();
    const at = { family: 4, ip: OUTSIDE.parties, port: 9 } as const;
    const forwarder = await startForwarder({ pairs: 1, phones: at, parties: at });
    yardstick.push(performance.now() - before);
    await forwarder.end();
  }
  report.expect("answers after a start", { wanted: STARTS, got: times.length });
  const [time, bare] = [median(times), median(yardstick)];
  report.line(
    `first answer after ${Math.round(time)} ms, ${(time / bare).toFixed(1)} times a bare ` +
      `forwarder's start (${Math.round(bare)} ms)`,
  );
  report.aim({ what: "first answer", value: Math.round(time), most: START_MS_AIM, unit: " ms" });
}

/** Asks from the start on, every 2 ms, until there is an answer; undefined when none comes. */
async function firstAnswer(): Promise<number | undefined> {
  const { inside, launch } = await prepareSipmasq();
  const { socket, address } = listenUdp(INSIDE.phones);
  const local = formatAddress(address);
  const question = textToBytes(
    [
      `OPTIONS sip:${formatAddress(inside)} SIP/2.0`,
      `Via: SIP/2.0/UDP ${local};branch=z9hG4bKstart;rport`,
      "Max-Forwards: 70",
      `From: <sip:100@${local}>;tag=start`,
      `To: <sip:${formatAddress(inside)}>`,
      "Call-ID: start",
      "CSeq: 1 OPTIONS",
      "Content-Length: 0",
      "\r\n",
    ].join("\r\n"),
  );
  let answeredAt: number | undefined;
  const answer = socket.receive().then(() => answeredAt = performance.now(), () => {});
  const startedAt = performance.now();
  const subject = launch();
  const to: Deno.NetAddr = { transport: "udp", hostname: inside.ip, port: inside.port };
  while (answeredAt === undefined && performance.now() - startedAt < LIMIT_MS) {
    await socket.send(question, to);
    await sleep(2);
  }
  socket.close();
  await answer;
  await (await subject).end();
  return answeredAt === undefined ? undefined : answeredAt - startedAt;
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[values.length >> 1] ?? NaN;
}
