import { assertEquals } from "@std/assert";
import { callId, cseq } from "../../../src/sip/headers.ts";
import { parseMessage } from "../../../src/sip/parse.ts";
import { SmallWorld } from "./small_world.ts";

Deno.test("a registration answers the challenge and tells what was granted", () => {
  const world = new SmallWorld();
  world.register();
  assertEquals(world.heard.phone, [
    { kind: "challenged", method: "REGISTER", status: 401 },
    { kind: "registered", expires: 300, contacts: ["<sip:100@192.0.2.10:5062>;expires=300"] },
  ]);
});

Deno.test("a wrong password fails after one more attempt", () => {
  const world = new SmallWorld({ password: "guess" });
  world.register();
  assertEquals(world.kinds("phone"), ["challenged", "failed"]);
  assertEquals(world.kinds("provider"), ["challenged", "refused"]);
});

Deno.test("a refresh keeps the Call-ID and counts on, and zero seconds end the registration", () => {
  const world = new SmallWorld();
  world.register();
  world.phone.register(0, world.now);
  world.exchange.run();
  assertEquals(world.provider.contactOf("100", world.now), undefined);
  const requests = world.exchange.sent.map(({ text }) => parseMessage(text))
    .flatMap((parsed) => parsed.ok && parsed.value.kind === "request" ? [parsed.value] : []);
  assertEquals(new Set(requests.map(callId)).size, 1);
  assertEquals(requests.map((request) => cseq(request).number), [1, 2, 3, 4]);
});

Deno.test("a registration that nobody answers fails after 32 seconds", () => {
  const world = new SmallWorld({ pass: () => false });
  world.phone.register(300, world.now);
  world.exchange.run(31_999);
  assertEquals(world.kinds("phone"), []);
  world.exchange.run(1);
  const [failed] = world.heard.phone;
  assertEquals(failed?.kind === "failed" && failed.status, 0);
});
