import { assertEquals } from "@std/assert";
import { answer, trying } from "../../../src/proxy/answer.ts";
import { begin } from "../../../src/proxy/requests.ts";
import { parsed, request } from "./messages.ts";
import { answerText, requestText } from "./messages.ts";
import { callOut, register, sentRequest, servers, Stage } from "./stage.ts";
import { ALICE, flow, makeWorld, PROVIDER, STRANGER } from "./world_fixture.ts";
import { toTag } from "../../../src/sip/headers.ts";

/** Longer than the transaction of a request other than INVITE waits for an answer. */
const TOO_LONG_MS = 38_000;

function begun(method: string) {
  const world = makeWorld();
  const source = flow("inside", ALICE);
  const context = begin(world, source, {
    request: request({ method }),
    side: "inside",
    urgent: false,
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

Deno.test("a request whose transaction is over is answered no more", () => {
  const { world, context } = begun("MESSAGE");
  world.heap.runDue(TOO_LONG_MS);
  world.takeEffects();
  answer(world, context, { status: 404, reason: "Not Found" });
  assertEquals([context.final, world.takeEffects()], [undefined, []]);
});

Deno.test("our own refusal of an INVITE is repeated to a provider, and not to who knows a token only (S3)", () => {
  const repeated = (from: string) => {
    const stage = new Stage({ limits: { calls: 1 } });
    const uri = register(stage);
    callOut(stage);
    stage.take();
    const via = `SIP/2.0/UDP ${from};branch=z9hG4bK-second`;
    const contact = `<sip:eve@${from}>`;
    stage.outside(
      requestText({ via, uri, contact, call: "second", from: "<sip:e@e>;tag=e" }),
      from,
    );
    stage.pass(TOO_LONG_MS);
    return stage.lines().filter((line) => line.startsWith("SIP/2.0 480") && line.endsWith(from));
  };
  assertEquals([repeated(STRANGER).length, repeated(PROVIDER).length], [1, 11]);
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

Deno.test("a name that is found, or not, when nobody waits for the answer any more sends nothing and is no fault", () => {
  for (const answer of [{ ok: false as const, reason: "gone" }, servers(PROVIDER)]) {
    const stage = new Stage({ resolve: () => undefined });
    stage.inside(requestText({ method: "OPTIONS" }));
    stage.pass(TOO_LONG_MS);
    stage.take();
    assertEquals(stage.tables.serverTransactions, 0);
    stage.event({ type: "dns.answer", ticket: 1, answer });
    assertEquals([stage.lines(), stage.tables.clientTransactions], [[], 0]);
  }
});

Deno.test("an answer that cannot be passed on, and comes when nobody waits for it any more, is no fault", () => {
  const stage = new Stage({ resolve: () => undefined });
  stage.inside(requestText({ method: "OPTIONS" }));
  stage.pass(20_000);
  stage.event({ type: "dns.answer", ticket: 1, answer: servers(PROVIDER) });
  const options = sentRequest(stage.one("OPTIONS"));
  stage.pass(TOO_LONG_MS - 20_000);
  stage.take();
  stage.outside(answerText(options, 200, { body: "v=0\r\nm=nothing" }));
  assertEquals([stage.lines(), stage.tables.serverTransactions], [[], 0]);
});
