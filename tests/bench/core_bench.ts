import { cpuUsage } from "node:process";
import { CoreWorld, Replay } from "./core_world.ts";
import type { Report } from "./report.ts";

const BINDINGS = [10, 100, 1_000, 10_000];
const CALLS = 600;
const ROUNDS = 3;
/** As good as flat: whatever grows with the bindings would multiply by a thousand. */
const RATIO_AIM = 1.5;

/** CPU per message of the core alone, by the number of bindings; the best of a few rounds. */
export function benchCore(report: Report): void {
  report.title(`Core without sockets and state: ${CALLS} calls and refreshes, INVITE to BYE`);
  // The first round pays for the compiler.
  costPerMessage(BINDINGS[0]!, report);
  let least: number | undefined;
  let most = 0;
  for (const bindings of BINDINGS) {
    const cost = costPerMessage(bindings, report);
    least ??= cost;
    most = Math.max(most, cost / least);
    const ratio = (cost / least).toFixed(2);
    report.line(`${bindings} bindings: ${cost.toFixed(1)} µs a message, ratio ${ratio}`);
  }
  report.aim({ what: "largest ratio", value: most, most: RATIO_AIM, unit: "" });
}

function costPerMessage(bindings: number, report: Report): number {
  const world = new CoreWorld();
  world.register(bindings);
  const start = world.trace.length;
  report.expect(`calls with ${bindings} bindings`, { wanted: CALLS, got: world.call(CALLS) });
  const steps = world.trace.slice(start);
  const messages = steps.filter((step) => step.event?.type === "sip.received").length;
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const replay = new Replay(world.trace);
    replay.to(start);
    const before = cpuUsage();
    replay.to(world.trace.length);
    const { user, system } = cpuUsage(before);
    best = Math.min(best, (user + system) / messages);
  }
  return best;
}
