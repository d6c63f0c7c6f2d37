import { assertEquals } from "@std/assert";
import { findPhone } from "../../../src/proxy/find_phone.ts";
import type { World } from "../../../src/proxy/world.ts";
import { request, type RequestParts, requestText } from "./messages.ts";
import { callIn, register, sentAnswer, Stage } from "./stage.ts";
import {
  at,
  BOB,
  flow,
  makeBinding,
  makeWorld,
  PROVIDER,
  SETTINGS,
  STRANGER,
} from "./world_fixture.ts";

const MASKED = "sip:alice@203.0.113.5:5060;line=TOKEN00000000000000a";

function phones(): World {
  const world = makeWorld();
  world.bindings.set(makeBinding("alice", { token: "token00000000000000a", maskedUser: "x1" }));
  world.bindings.set(makeBinding("bob", { flow: flow("inside", BOB) }));
  world.bindings.set(
    makeBinding("bob", { token: "other", flow: flow("inside", "192.168.1.22:5060") }),
  );
  const elsewhere = { registrar: at("203.0.114.88:5060"), aor: "sip:carol@example.net" };
  world.bindings.set(makeBinding("carol", elsewhere));
  return world;
}

/** What is found, in short: users, a status, or silence. */
function found(world: World, parts: RequestParts, from = PROVIDER): string {
  const outcome = findPhone(world, flow("outside", from), request(parts));
  if (outcome.kind === "nobody") return "silence";
  if (outcome.kind === "answer") return String(outcome.answer.status);
  return outcome.phones.map(({ binding }) => binding?.user ?? "party").join(" ");
}

const FINDS: [what: string, parts: RequestParts, known: string, stranger: string][] = [
  ["a token in any case", { uri: MASKED }, "alice", "alice"],
  [
    "an unknown token",
    { uri: "sip:alice@203.0.113.5;line=gone", to: "<sip:z@z>" },
    "alice",
    "silence",
  ],
  [
    "an AOR in the Request-URI",
    { uri: "sip:alice@EXAMPLE.com", to: "<sip:z@z>" },
    "alice",
    "silence",
  ],
  [
    "an AOR in To",
    { uri: "sip:zz@203.0.113.5", to: "<sip:alice@example.com>" },
    "alice",
    "silence",
  ],
  ["an AOR of two phones", { uri: "sip:bob@example.com" }, "bob bob", "silence"],
  ["a user we sent out", { uri: "sip:x1@203.0.113.5", to: "<sip:z@z>" }, "alice", "silence"],
  ["a user of two phones", { uri: "sip:bob@203.0.113.5", to: "<sip:z@z>" }, "404", "silence"],
  [
    "a user of another provider",
    { uri: "sip:carol@203.0.113.5", to: "<sip:z@z>" },
    "404",
    "silence",
  ],
  ["nobody", { uri: "sip:203.0.113.5", to: "<sip:z@z>" }, "404", "silence"],
  [
    "an unknown dialog, with an AOR",
    { uri: "sip:alice@example.com", to: "<sip:a@b>;tag=1" },
    "481",
    "silence",
  ],
  ["an unknown dialog, with a token", { uri: MASKED, to: "<sip:a@b>;tag=1" }, "481", "silence"],
  ["a REGISTER", { method: "REGISTER", uri: MASKED }, "403", "silence"],
];

Deno.test("a phone is found by token, then for known peers by name; strangers hear nothing (T1, S3)", () => {
  for (const [what, parts, known, stranger] of FINDS) {
    assertEquals(found(phones(), parts), known, what);
    assertEquals(found(phones(), parts, STRANGER), stranger, `${what}, from a stranger`);
  }
});

Deno.test("a token of a REGISTER under way is good already (C2)", () => {
  const world = makeWorld();
  world.bindings.setPending(makeBinding("alice", { token: "token00000000000000a" }), {});
  assertEquals(found(world, { uri: MASKED }, STRANGER), "alice");
});

Deno.test("what we hand to ourselves finds a user of any provider; who claims our address finds nobody", () => {
  const world = phones();
  const parts = { uri: "sip:carol@203.0.113.5", to: "<sip:z@z>" };
  assertEquals(found(world, parts, "203.0.113.5:5060"), "silence");
  world.handedOver = true;
  assertEquals(found(world, parts, "203.0.113.5:5060"), "carol");
});

Deno.test("a provider's tokens may be good for known peers only (C2)", () => {
  const provider = {
    domain: "example.com",
    outboundProxy: undefined,
    servers: [],
    admit: "known" as const,
    contact: "dialog" as const,
    media: "strict" as const,
  };
  const stage = new Stage({ settings: { ...SETTINGS, providers: [provider] } });
  const uri = register(stage);
  stage.outside(requestText({ method: "MESSAGE", uri }), STRANGER);
  assertEquals(stage.lines(), []);
  stage.outside(requestText({ method: "MESSAGE", uri, call: "2" }));
  assertEquals(stage.lines().length, 1);
});

/** A call to alice, and the URI that her dialog's token stands in. */
function inCall() {
  const stage = new Stage();
  const masked = register(stage);
  let answer = "";
  const take = stage.take.bind(stage);
  stage.take = () => {
    const sent = take();
    for (const { text } of sent) if (/^SIP\/2.0 200[^]*INVITE/.test(text)) answer = text;
    return sent;
  };
  callIn(stage, masked);
  const uri = /Contact: <([^>]*)>/.exec(answer)![1]!;
  return { stage, uri, masked };
}

const PARTIES = {
  from: "<sip:carol@example.com>;tag=carol",
  to: "<sip:alice@example.com>;tag=alice",
  call: "call-in",
};
const NEW = { from: "<sip:dan@example.com>;tag=dan", to: "<sip:alice@example.com>", call: "new" };

const EARLY: RequestParts = {
  ...PARTIES,
  method: "NOTIFY",
  from: "<sip:carol@example.com>;tag=new",
  headers: ["Subscription-State: active"],
};

/** From a stranger's address, unless another is given. */
const USES: [what: string, parts: RequestParts, reached: boolean, from?: string][] = [
  ["inside its dialog", { ...PARTIES, method: "INFO" }, true, PROVIDER],
  ["in its dialog from a stranger's address", { ...PARTIES, method: "INFO" }, false],
  ["in an INVITE of another call", NEW, false],
  ["in an INVITE that replaces the dialog", {
    ...NEW,
    headers: ["Replaces: call-in;to-tag=alice;from-tag=carol"],
  }, true],
  ["in an INVITE that replaces another dialog", {
    ...NEW,
    headers: ["Replaces: call-in;to-tag=alice;from-tag=dan"],
  }, false],
  ["in a MESSAGE with Replaces", {
    ...NEW,
    method: "MESSAGE",
    headers: ["Replaces: call-in;to-tag=alice;from-tag=carol"],
  }, false],
  ["with the phone's tag and a guess at the other", {
    ...PARTIES,
    method: "BYE",
    from: "<sip:carol@example.com>;tag=guess",
  }, false],
  ["in a NOTIFY whose dialog is not known yet", EARLY, true, PROVIDER],
  ["in such a one from a stranger's address", EARLY, false],
  ["with another tag", { ...PARTIES, method: "INFO", to: "<sip:alice@example.com>;tag=x" }, false],
];

Deno.test("a dialog's token is good in its dialog and for the INVITE that replaces it (C2)", () => {
  for (const [what, parts, reached, from = STRANGER] of USES) {
    const { stage, uri } = inCall();
    stage.outside(requestText({ ...parts, uri, branch: "z9hG4bK-use" }), from);
    const inward = stage.take().filter(({ side }) => side === "inside");
    assertEquals(inward.length, reached ? 1 : 0, what);
  }
});

Deno.test("after the end a crossing BYE gets 200, other requests 481 (X2)", () => {
  const { stage, uri } = inCall();
  const bye = { ...PARTIES, uri, method: "BYE", cseq: 2 };
  stage.outside(requestText(bye));
  const sent = stage.take().find(({ text }) => text.startsWith("BYE"))!;
  stage.inside(sent.text.replace(/^BYE .*/, "SIP/2.0 200 OK"));
  stage.take();
  for (const [method, status] of [["BYE", 200], ["INFO", 481]] as const) {
    stage.outside(requestText({ ...bye, method, cseq: 3 }));
    assertEquals(sentAnswer(stage.one("SIP/2.0")).status, status, method);
  }
});
