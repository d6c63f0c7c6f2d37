import { assertEquals } from "@std/assert";
import { arrivalProblems } from "../../lab/many.ts";
import type { SocketReport } from "../../lab/media_program.ts";

const NEAR = { ip: "192.168.71.11", port: 12_000 };
const BY = { ip: "203.0.113.1", port: 10_000 };
const FAR = { ip: "203.0.113.31", port: 12_000 };

function problems(options: { sent?: number; received?: number; source?: string }): number {
  const { sent = 160, received = sent, source = "203.0.113.1:10000" } = options;
  const none = { sent: 0, received: 0, sources: {}, streams: {} };
  const reports = new Map<string, SocketReport>([
    ["192.168.71.11:12000", { ...none, at: "", sent }],
    ["203.0.113.31:12000", { ...none, at: "", received, sources: { [source]: received } }],
  ]);
  return arrivalProblems(reports, { from: NEAR, by: BY, to: FAR }).length;
}

Deno.test("every packet has to arrive, from sipmasq's port, and there have to be some", () => {
  assertEquals(problems({}), 0);
  assertEquals(problems({ received: 159 }), 1);
  assertEquals(problems({ received: 161 }), 1);
  assertEquals(problems({ source: "203.0.113.1:10002" }), 1);
  assertEquals(problems({ sent: 3 }), 1);
});
