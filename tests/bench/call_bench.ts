import { makeCalls } from "./call_load.ts";
import { costPer, forwarderCost, ratioText } from "./cost.ts";
import { memoryMegabytes } from "./machine.ts";
import type { Report } from "./report.ts";
import { startSipmasq } from "./subject.ts";

const CALLS_PER_SECOND = 200;
const WARM_UP_SECONDS = 5;
// INVITE, 180, 200, ACK, BYE, 200: what has to be read for one call.
const MESSAGES_PER_CALL = 6;

const CALL_MS_AIM = 0.5;

/** CPU per call of the whole program at 200 calls/s: sockets, state and media pairs included. */
export async function benchCalls(report: Report, seconds: number): Promise<void> {
  report.title(`Calls: ${CALLS_PER_SECOND}/s for ${seconds} s, INVITE to BYE with media set up`);
  const subject = await startSipmasq();
  const { inside } = subject;
  // The first calls pay for the compiler.
  await makeCalls({ inside, perSecond: CALLS_PER_SECOND, seconds: WARM_UP_SECONDS });
  const cost = await costPer(subject.pid, async () => {
    const counts = await makeCalls({ inside, perSecond: CALLS_PER_SECOND, seconds });
    report.expect("calls answered", { wanted: counts.started, got: counts.established });
    report.expect("calls ended", { wanted: counts.started, got: counts.ended });
    return counts.ended;
  });
  const memory = await memoryMegabytes(subject.pid);
  await subject.end();
  const bare = await forwarderCost({ pairs: CALLS_PER_SECOND * MESSAGES_PER_CALL / 100, seconds });
  report.line(
    `CPU per call: ${(cost / 1000).toFixed(2)} ms, ${ratioText(cost, bare, MESSAGES_PER_CALL)}`,
  );
  report.aim({ what: "CPU per call", value: cost / 1000, most: CALL_MS_AIM, unit: " ms" });
  report.line(`memory, with what is remembered of ended calls: ${memory} MB`);
}
