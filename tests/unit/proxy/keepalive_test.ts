import { assertEquals } from "@std/assert";
import { register, Stage } from "./stage.ts";
import { ALICE, BOB, PROVIDER, SETTINGS } from "./world_fixture.ts";

function pings(stage: Stage): string[] {
  stage.take();
  stage.pass(SETTINGS.outside.keepaliveMs);
  const sent = stage.sent.filter(({ text }) => text === "\r\n\r\n").map(({ to }) => to);
  stage.sent = [];
  return sent.sort();
}

Deno.test("every interval each flow of a binding gets one keep-alive, shared ones too (N6)", () => {
  const stage = new Stage();
  assertEquals(pings(stage), []);
  register(stage, "alice", ALICE);
  register(stage, "second", ALICE);
  register(stage, "bob", BOB);
  assertEquals(pings(stage), [ALICE, BOB, PROVIDER].sort());
  assertEquals(pings(stage).length, 3);
});

Deno.test("keep-alives end with the binding", () => {
  const stage = new Stage();
  register(stage);
  stage.pass(3_700_000);
  assertEquals(pings(stage), []);
});
