import { assertEquals } from "@std/assert";
import {
  readCall,
  readFailure,
  readFlow,
  readInvite,
  readResponse,
  readStoredBinding,
  readSubscription,
} from "../../../src/proxy/stored_shapes.ts";
import { answerText, request, requestText } from "./messages.ts";
import { callOut, Stage } from "./stage.ts";
import { ALICE, flow, makeBinding } from "./world_fixture.ts";

Deno.test("a flow is read as written; connections do not outlive a restart", () => {
  const written = flow("inside", ALICE);
  assertEquals(readFlow(written), written);
  assertEquals(readFlow({ ...written, connection: 3 }), written);
});

const FLOWS: [what: string, change: object][] = [
  ["a port out of range", { remote: { ip: "192.168.1.20", port: 0 } }],
  ["a name", { remote: { ip: "example.com", port: 5060 } }],
  ["an unknown transport", { transport: "ipx" }],
  ["a listener that is no text", { listener: 1 }],
  ["no local address", { local: undefined }],
];

Deno.test("a flow that leads nowhere is none", () => {
  for (const [what, change] of FLOWS) {
    assertEquals(readFlow({ ...flow("inside", ALICE), ...change }), undefined, what);
  }
});

Deno.test("a binding is read without what does not belong to it", () => {
  const { expiresAt: _, ...written } = makeBinding("alice");
  assertEquals(readStoredBinding({ ...written, extra: 1 }), written);
  assertEquals(readStoredBinding({ ...written, token: undefined }), undefined);
  assertEquals(readStoredBinding({ ...written, uri: "x".repeat(100_000) }), undefined);
});

Deno.test("a stored call is read whole, and nothing else is a call", () => {
  const stage = new Stage();
  callOut(stage);
  const records = stage.effects.flatMap((effect) =>
    effect.type === "store.set" && effect.key[1] === "call" ? [effect.value] : []
  );
  const value = JSON.parse(JSON.stringify(records.at(-1)));
  const { media: _media, savedAtWallMs: _saved, ...call } = value;
  assertEquals(readCall(value), call);
  // A record of the greatest size holds fewer, whatever they are.
  const tooMany = { ...call, dialogs: Array(20_000).fill(call.dialogs[0]) };
  for (const odd of [null, [], 7, {}, tooMany]) assertEquals(readCall(odd), undefined);
  const [dialog] = call.dialogs;
  const routes = Array.from({ length: 300 }, (_, index) => `<sip:p${index}.example.com;lr>`);
  const long = { ...call, dialogs: [{ ...dialog, routeSet: routes }] };
  assertEquals(readCall(long)?.dialogs[0]?.routeSet, routes, "what can be written can be read");
  assertEquals(readSubscription({ callId: "c", dialog })?.callId, "c");
  assertEquals(readSubscription({ callId: "c" }), undefined);
});

Deno.test("a failure is read whole, and nothing else is one", () => {
  const sent = { request: requestText(), response: answerText(request(), 486) };
  const written = { ...sent, source: flow("inside", ALICE), side: "inside" };
  assertEquals(readFailure({ ...written, savedAtWallMs: 0.5 }), written);
  for (const key of Object.keys(written)) {
    assertEquals(readFailure({ ...written, [key]: 7 }), undefined, key);
  }
  assertEquals(readInvite(sent.request)?.method, "INVITE");
  assertEquals(readResponse(sent.response)?.status, 486);
  assertEquals([readInvite(sent.response), readInvite("x")], [undefined, undefined]);
  assertEquals(readInvite(sent.request.replaceAll("INVITE", "ACK")), undefined);
  assertEquals([readResponse(sent.request), readResponse("x")], [undefined, undefined]);
});
