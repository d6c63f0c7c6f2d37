import { assertEquals } from "@std/assert";
import { destination } from "../../../src/proxy/destination.ts";
import { reply, replyTo } from "../../../src/proxy/reply.ts";
import { toTag } from "../../../src/sip/headers.ts";
import { parsed, request } from "./messages.ts";
import { ALICE, flow, makeWorld } from "./world_fixture.ts";

Deno.test("a stateless answer goes back to its source, with a tag of ours", () => {
  const world = makeWorld();
  replyTo(world, flow("inside", ALICE), request(), { status: 500, reason: "Too busy" });
  const [effect] = world.takeEffects();
  if (effect?.type !== "sip.send") throw new Error("Nothing was sent");
  assertEquals(destination(world, effect.owner), flow("inside", ALICE));
  const answer = parsed(effect.text);
  assertEquals([answer.startLine, toTag(answer)?.length], ["SIP/2.0 500 Too busy\r\n", 16]);
});

Deno.test("a copy of a request gets the same stateless answer, another request another tag (RFC 3261 §8.2.7)", () => {
  const world = makeWorld();
  const tags = ["1", "1", "2"].map((call) => {
    replyTo(world, flow("inside", ALICE), request({ call }), { status: 500, reason: "Too busy" });
    const [effect] = world.takeEffects();
    return effect?.type === "sip.send" ? toTag(parsed(effect.text)) : undefined;
  });
  assertEquals([tags[1] === tags[0], tags[2] === tags[0]], [true, false]);
});

Deno.test("when too many answers wait, further ones are not given", () => {
  const world = makeWorld({ limits: { replies: 4 } });
  for (let count = 0; count < 6; count++) reply(world, flow("inside", ALICE), "x");
  assertEquals(world.takeEffects().length, 4);
});
