import { benchCalls } from "./call_bench.ts";
import { benchCore } from "./core_bench.ts";
import { leaveNothingBehind } from "./left_overs.ts";
import { machineName } from "./machine.ts";
import { benchPackets } from "./packet_bench.ts";
import { Report } from "./report.ts";
import { benchStart } from "./start_bench.ts";

const SECONDS = Number(Deno.env.get("BENCH_SECONDS") ?? 10);

leaveNothingBehind();
const report = new Report();
console.log(await machineName());
benchCore(report);
await benchStart(report);
await benchCalls(report, SECONDS);
await benchPackets(report, SECONDS);
Deno.exit(report.finish() ? 0 : 1);
