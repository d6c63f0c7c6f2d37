import { assertEquals } from "@std/assert";
import { ALLOW, loopRefusal } from "../../../src/proxy/admit.ts";
import { LIMITS } from "../../../src/base/limits.ts";
import type { RequestContext } from "../../../src/proxy/contexts.ts";
import { header, request, type RequestParts, requestText } from "./messages.ts";
import { register, sentAnswer, Stage } from "./stage.ts";
import { makeWorld, PROVIDER } from "./world_fixture.ts";

const US = "sip:192.168.1.1";

const INSIDE: [what: string, parts: RequestParts, status: number | undefined][] = [
  ["OPTIONS to us", { method: "OPTIONS", uri: US }, 200],
  ["OPTIONS to us with no hop left", { method: "OPTIONS", uri: US, hops: "0" }, 200],
  ["OPTIONS to a user at us from inside", { method: "OPTIONS", uri: "sip:ping@192.168.1.1" }, 200],
  ["no hop left", { method: "MESSAGE", hops: "0" }, 483],
  ["no hop left, written longer", { method: "MESSAGE", hops: "00" }, 483],
  ["an unknown scheme", { method: "MESSAGE", uri: "mailto:bob@example.com" }, 416],
  ["an unknown extension", { method: "MESSAGE", headers: ["Proxy-Require: gin, foo"] }, 420],
  ["known extensions", { method: "MESSAGE", headers: ["Proxy-Require: Privacy, path"] }, undefined],
  ["an unknown method", { method: "FROB" }, undefined],
  ["one hop left", { method: "MESSAGE", hops: "1" }, undefined],
  ["an INVITE without Contact", { contact: "" }, 400],
  ["an INVITE whose Contact we cannot stand in for", { contact: "<tel:+4930123>" }, 400],
  ["an INVITE with a Contact", { contact: "<sips:alice@192.168.1.20>" }, undefined],
  ["a SUBSCRIBE without Contact", { method: "SUBSCRIBE", contact: "" }, 400],
  ["a REFER without Contact", { method: "REFER", contact: "" }, 400],
  ["a MESSAGE without Contact", { method: "MESSAGE" }, undefined],
  ["a NOTIFY without Contact", { method: "NOTIFY" }, undefined],
  [
    "too many Vias",
    {
      method: "MESSAGE",
      headers: Array(LIMITS.vias).fill("Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx"),
    },
    400,
  ],
];

Deno.test("a request from inside goes on, or is answered by the rule (V6)", () => {
  for (const [what, parts, status] of INSIDE) {
    const stage = new Stage();
    stage.inside(requestText(parts));
    const sent = stage.take().filter((one) => !one.text.startsWith("SIP/2.0 100"));
    assertEquals(sent.length, 1, what);
    if (status === undefined) assertEquals(sent[0]!.side, "outside", what);
    else assertEquals(sentAnswer(sent[0]!).status, status, what);
  }
});

Deno.test("the answers say what we can and what we do not know", () => {
  const stage = new Stage();
  stage.inside(requestText({ method: "OPTIONS", uri: US }));
  assertEquals(header(sentAnswer(stage.one("SIP/2.0 200")), "allow"), ALLOW);
  stage.inside(requestText({ method: "MESSAGE", headers: ["Proxy-Require: privacy, foo, bar"] }));
  assertEquals(header(sentAnswer(stage.one("SIP/2.0 420")), "unsupported"), "foo, bar");
});

Deno.test("a known peer's OPTIONS is answered when it is for us, and goes to the phone when for one", () => {
  const stage = new Stage();
  register(stage);
  const via = (branch: string) => `SIP/2.0/UDP ${PROVIDER};branch=z9hG4bK${branch}`;
  const to = "<sip:203.0.113.5>";
  stage.outside(requestText({ method: "OPTIONS", uri: "sip:203.0.113.5", to, via: via("1") }));
  assertEquals(sentAnswer(stage.one("SIP/2.0")).status, 200);
  const uri = "sip:alice@203.0.113.5";
  stage.outside(requestText({ method: "OPTIONS", uri, to, via: via("2") }));
  assertEquals(stage.lines().length, 1);
});

Deno.test("a provider's INVITE needs a Contact of any kind, one in a dialog needs none (RFC 3261 §8.1.1.8)", () => {
  const CASES: [what: string, parts: RequestParts, status: number | undefined][] = [
    ["none", { contact: "" }, 400],
    ["a number, which its route may serve", { contact: "<tel:+4930123>" }, undefined],
    ["none in a dialog", { contact: "", to: "<sip:alice@example.com>;tag=a" }, 481],
  ];
  for (const [what, parts, status] of CASES) {
    const stage = new Stage();
    register(stage);
    const via = `SIP/2.0/UDP ${PROVIDER};branch=z9hG4bKin`;
    const uri = "sip:alice@203.0.113.5";
    stage.outside(requestText({ uri, to: "<sip:alice@example.com>", via, ...parts }));
    const sent = stage.take().filter((one) => !one.text.startsWith("SIP/2.0 100"));
    assertEquals(sent.length, 1, what);
    if (status === undefined) assertEquals(sent[0]!.side, "inside", what);
    else assertEquals(sentAnswer(sent[0]!).status, status, what);
  }
});

function context(parts: Partial<RequestContext>): RequestContext {
  return { request: request(), side: "inside", depth: 0, parent: undefined, ...parts } as never;
}

Deno.test("a request is a loop at the fifth return, or at a URI where it was on that side (V5)", () => {
  const other = request({ uri: "sip:carol@example.com" });
  const grandparent = context({});
  const across = context({ side: "outside", parent: grandparent, depth: 1 });
  const CASES: [what: string, context: RequestContext, status: number | undefined][] = [
    ["new", context({}), undefined],
    ["same URI, other side", across, undefined],
    ["same URI, same side", context({ parent: across, depth: 2 }), 482],
    ["other URI, same side", context({ parent: across, depth: 2, request: other }), undefined],
    ["depth 4", context({ depth: 4 }), undefined],
    ["depth 5", context({ depth: 5 }), 482],
  ];
  for (const [what, one, status] of CASES) {
    assertEquals(loopRefusal(makeWorld(), one)?.status, status, what);
  }
});
