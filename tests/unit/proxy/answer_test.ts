import { assertEquals } from "@std/assert";
import { answer, trying } from "../../../src/proxy/answer.ts";
import { begin } from "../../../src/proxy/requests.ts";
import { parsed, request } from "./messages.ts";
import { ALICE, flow, makeWorld } from "./world_fixture.ts";
import { toTag } from "../../../src/sip/headers.ts";

function begun(method: string) {
  const world = makeWorld();
  const source = flow("inside", ALICE);
  const context = begin(world, source, {
    request: request({ method }),
    side: "inside",
    ending: false,
  })!;
  return { world, context, text: () => context.server.response ?? "" };
}

Deno.test("a request is answered once, with a tag of ours (V3)", () => {
  const { world, context, text } = begun("MESSAGE");
  answer(world, context, { status: 404, reason: "Not Found", headers: [["X-Why", "because"]] });
  const first = text();
  assertEquals([context.final, toTag(parsed(first))?.length], [404, 16]);
  assertEquals(first.includes("X-Why: because"), true);
  answer(world, context, { status: 500, reason: "Again" });
  assertEquals([context.final, text()], [404, first]);
});

Deno.test("an INVITE gets its 100 without a tag, and only as its first answer", () => {
  const { world, context, text } = begun("INVITE");
  trying(world, context);
  assertEquals([context.final, toTag(parsed(text()))], [undefined, undefined]);
  assertEquals(text().startsWith("SIP/2.0 100 Trying\r\n"), true);
  answer(world, context, { status: 486, reason: "Busy Here" });
  const final = text();
  trying(world, context);
  assertEquals(text(), final);
});
