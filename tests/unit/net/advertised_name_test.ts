import { assertEquals } from "@std/assert";
import { ok, refuse, type Result } from "../../../src/base/result.ts";
import { AdvertisedName } from "../../../src/net/advertised_name.ts";

/** Follows a name whose answers come one after another, the last one for ever. */
function follow(answers: readonly (Result<string> | "silence")[]) {
  let asked = 0;
  const heard: string[] = [];
  const name = new AdvertisedName({
    name: "edge.example",
    lookup: () => {
      const answer = answers[Math.min(asked++, answers.length - 1)]!;
      return answer === "silence" ? new Promise(() => {}) : Promise.resolve(answer);
    },
    changed: (ip) => void heard.push(ip),
    failed: (reason) => void heard.push(reason),
    intervalMs: 1,
    eagerMs: 1,
    timeoutMs: 5,
  });
  const until = async (times: number) => {
    while (asked < times) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  return { name, heard, until };
}

Deno.test("each new address of the name is told once", async () => {
  const { name, heard, until } = follow([ok("192.0.2.1"), ok("192.0.2.1"), ok("192.0.2.2")]);
  assertEquals(name.current, undefined);
  name.start();
  await until(6);
  await name.stop();
  assertEquals(heard, ["192.0.2.1", "192.0.2.2"]);
  assertEquals(name.current, "192.0.2.2");
});

Deno.test("a failure is told and keeps the last address", async () => {
  const { name, heard, until } = follow([
    ok("192.0.2.1"),
    refuse("No such name"),
    "silence",
    ok("192.0.2.1"),
  ]);
  name.start();
  await until(5);
  await name.stop();
  assertEquals(heard, ["192.0.2.1", "No such name", "No answer from the DNS within 0.005 s"]);
  assertEquals(name.current, "192.0.2.1");
});
