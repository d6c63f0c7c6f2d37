import { assertEquals } from "@std/assert";
import type { Call } from "../../../src/proxy/calls.ts";
import { OUTSIDE_UNKNOWN } from "../../../src/proxy/targets.ts";
import type { Passage } from "../../../src/proxy/contexts.ts";
import { describe, exchangeOf } from "../../../src/proxy/describe.ts";
import { answerText, audio, request, requestText } from "./messages.ts";
import { callOut, register, sentAnswer, sentRequest, Stage } from "./stage.ts";
import { ALICE, flow, makeWorld, NETWORK, PROVIDER, SETTINGS } from "./world_fixture.ts";
import { ANYBODY } from "../base/anybody.ts";

Deno.test("an ACK belongs to its INVITE's exchange, other requests have their own", () => {
  assertEquals(exchangeOf(request()), exchangeOf(request({ method: "ACK" })));
  const names = [request(), request({ cseq: 2 }), request({ method: "UPDATE" })].map(exchangeOf);
  assertEquals(new Set(names).size, 3);
});

Deno.test("what a phone offers in an answer to OPTIONS leaves with our address (P1, I)", () => {
  const stage = new Stage();
  const uri = register(stage);
  stage.outside(requestText({ method: "OPTIONS", uri }));
  const options = sentRequest(stage.one("OPTIONS"));
  stage.inside(answerText(options, 200, { body: audio("192.168.1.20") }));
  const { body } = sentAnswer(stage.one("SIP/2.0"));
  assertEquals([body.includes("192.168."), body.includes("203.0.113.5")], [false, true]);
});

Deno.test("another body passes byte for byte", () => {
  const stage = new Stage();
  const body = "c=IN IP4 192.168.1.20 is not ours to change\r\n";
  const text = requestText({ method: "MESSAGE", body });
  stage.inside(text.replace("application/sdp", "text/plain"));
  assertEquals(sentRequest(stage.one("MESSAGE")).body, body);
});

Deno.test("without a free port a phone gets 500 and a provider 480, and nothing is left over (V7)", () => {
  const media = { ...SETTINGS.media, ports: { low: 10_000, high: 10_001 } };
  const stage = new Stage({ settings: { ...SETTINGS, media } });
  const uri = register(stage);
  const body = audio("192.168.1.20");
  for (const call of ["1", "2"]) {
    stage.inside(requestText({ contact: `<sip:alice@${ALICE}>`, call, body }));
  }
  const inside = stage.take().filter(({ text }) => /^SIP\/2\.0 [2-6]/.test(text));
  assertEquals(inside.map(({ text }) => text.slice(8, 11)), ["500"]);
  stage.outside(requestText({ uri, call: "3", body: audio("198.51.100.10") }));
  const outside = stage.take().filter(({ text }) => /^SIP\/2\.0 [2-6]/.test(text));
  assertEquals(outside.map(({ text }) => text.slice(8, 11)), ["480"]);
  assertEquals([stage.calls.length, stage.counters["full.ports"]], [1, 2]);
});

Deno.test("a 2xx that comes again after the call's end passes without media, and opens none (X3)", () => {
  const stage = new Stage();
  const invite = callOut(stage);
  const bye = { method: "BYE", uri: `sip:bob@${PROVIDER}`, to: "<sip:bob@example.com>;tag=bob" };
  stage.inside(requestText({ ...bye, cseq: 2 }));
  stage.outside(answerText(sentRequest(stage.one("BYE")), 200));
  stage.take();
  stage.outside(answerText(invite, 200, { tag: "bob", body: audio("198.51.100.10") }));
  assertEquals(sentAnswer(stage.one("SIP/2.0")).body.includes("m=audio 0 "), true);
  stage.pass(100_000);
  const { media } = stage.core.snapshot() as { media: { sessions: unknown[] } };
  assertEquals([stage.calls, media.sessions], [[], []]);
});

Deno.test("a call that is refused because nothing more can be bound says why, once for all ports", () => {
  const media = { ...SETTINGS.media, ports: { low: 10_000, high: 10_001 } };
  const stage = new Stage({ settings: { ...SETTINGS, media } });
  const refuse = (call: string) =>
    stage.inside(
      requestText({ contact: `<sip:alice@${ALICE}>`, call, body: audio("192.168.1.20") }),
    );
  const gone = (pair: number) => {
    const reason = `Could not bind 203.0.113.5 port ${pair}: Too many open files (os error 24)`;
    stage.event({ type: "media.gone", pair, reason });
  };
  refuse("1");
  refuse("2");
  gone(70_000);
  refuse("3");
  gone(70_001);
  refuse("4");
  stage.event({ type: "media.bound", pair: 70_000 });
  refuse("5");
  const begin = "No media port is free: a call was refused; ";
  const wider = `${begin}widen [media] ports and open them in the firewall`;
  const files = `${begin}another one could not be bound: Too many open files (os error 24); ` +
    "raise the limit of open files with ulimit -n, or end what else uses [media] ports";
  assertEquals(stage.notes("ports"), [wider, files, files, wider]);
});

Deno.test("no description passes to a side where we do not know what we are called, in a call or out of one (I)", () => {
  const world = makeWorld({ network: { ...NETWORK, advertised: undefined } });
  const call = { id: "call", callId: "call-1", callerTag: "alice", holder: ANYBODY } as Call;
  world.calls.add(call);
  const ends = {
    from: { side: "inside", flow: flow("inside", ALICE) },
    to: { side: "outside", flow: flow("outside", PROVIDER) },
  } as const;
  for (const method of ["INVITE", "INFO"]) {
    const message = request({ method, body: audio("192.168.1.20") });
    const passage = { request: message, side: "inside", source: ends.from.flow, call } as Passage;
    const described = describe(world, passage, { message, ends });
    assertEquals(described, {
      ok: false,
      reason: OUTSIDE_UNKNOWN,
    }, method);
  }
});
