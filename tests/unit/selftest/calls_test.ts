import { assertEquals } from "@std/assert";
import { makeRequest, writeMessage } from "../../../src/sip/write.ts";
import { DOMAIN, PARTY, PHONE, SmallWorld } from "./small_world.ts";

function failure(world: SmallWorld, who: "phone" | "party"): number | undefined {
  const event = world.heard[who].find((candidate) => candidate.kind === "failed");
  return event?.kind === "failed" ? event.status : undefined;
}

Deno.test("a call that is refused fails with the status of the refusal", () => {
  const world = new SmallWorld();
  const id = world.phone.call(`sip:200@${DOMAIN}`, world.now);
  world.exchange.run();
  world.party.reject(id, { status: 486, now: world.now });
  world.exchange.run(5000);
  assertEquals(failure(world, "phone"), 486);
  assertEquals(world.kinds("party"), ["invited", "ended"]);
  assertEquals(world.trace().filter((line) => line === "party 486").length, 1);
});

Deno.test("a call that still rings is cancelled and fails with 487", () => {
  const world = new SmallWorld();
  const id = world.phone.call(`sip:200@${DOMAIN}`, world.now);
  world.exchange.run();
  world.phone.hangUp(id, world.now);
  world.exchange.run(5000);
  assertEquals(failure(world, "phone"), 487);
  assertEquals(world.kinds("party"), ["invited", "ended"]);
});

Deno.test("a cancelled call waits for a provisional response before it sends CANCEL", () => {
  const world = new SmallWorld();
  const id = world.phone.call(`sip:200@${DOMAIN}`, world.now);
  world.phone.hangUp(id, world.now);
  assertEquals(world.trace(), ["phone INVITE"]);
});

Deno.test("a 2xx that is repeated is acknowledged again", () => {
  let lost = 0;
  const world = new SmallWorld({
    pass: ({ text, to }) => !(to.port === PARTY.port && text.startsWith("ACK") && lost++ < 2),
  });
  world.callOut();
  world.exchange.run(5000);
  assertEquals(world.kinds("party"), ["invited", "established"]);
  assertEquals(world.trace().filter((line) => line === "party 200").length, 3);
});

Deno.test("a request of no call we know is refused with 481, an unknown method with 501", () => {
  const world = new SmallWorld();
  for (const [method, status] of [["BYE", 481], ["CANCEL", 481], ["OPTIONS", 200], ["JUMP", 501]]) {
    const request = makeRequest({
      method: `${method}`,
      uri: "sip:100@192.0.2.10:5062",
      headers: [
        ["Via", `SIP/2.0/UDP 198.51.100.7:5064;branch=z9hG4bK${method};rport`],
        ["From", "<sip:200@198.51.100.7>;tag=a"],
        ["To", "<sip:100@192.0.2.10>;tag=b"],
        ["Call-ID", "nobody"],
        ["CSeq", `1 ${method}`],
        ["Max-Forwards", "70"],
      ],
    });
    world.phone.receive(writeMessage(request), PARTY, 0);
    const answer = world.exchange.sent.at(-1)!;
    assertEquals(answer.from, PHONE);
    assertEquals(answer.text.split(" ")[1], `${status}`);
  }
});
