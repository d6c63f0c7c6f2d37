import { assertEquals } from "@std/assert";
import { type Dialog, dialogKey, type InsideParty } from "../../../src/proxy/dialogs.ts";
import { dialogOf, foreignDialog, isPhone, maySpeak } from "../../../src/proxy/sources.ts";
import type { World } from "../../../src/proxy/world.ts";
import { ANYBODY } from "../base/anybody.ts";
import { answerText, request, requestText } from "./messages.ts";
import { callIn, register, sentRequest, Stage } from "./stage.ts";
import {
  ALICE,
  cidr,
  flow,
  makeBinding,
  makeWorld,
  PROVIDER,
  SETTINGS,
  STRANGER,
} from "./world_fixture.ts";

const REGISTRATION = { token: "none", aor: "sip:alice@example.com", host: "example.com" };

const PARTY: InsideParty = {
  token: "dialog",
  holder: ANYBODY,
  callId: "call-1",
  tag: "alice",
  uri: "sip:alice@192.168.1.30:5060",
  maskedUser: "alice",
  flow: flow("inside", ALICE),
  routes: ["<sip:192.168.1.2;lr>"],
  domain: "example.com",
  registration: REGISTRATION,
  name: "alice",
  users: 1,
};

const DIALOG = {
  key: dialogKey("call-1", "alice", "bob"),
  callId: "call-1",
  insideTag: "alice",
  outsideTag: "bob",
  holder: ANYBODY,
  party: PARTY,
  outsideTarget: "sip:bob@192.0.2.44:5070",
  outsideUri: "sip:bob@second.example",
  routeSet: ["<sip:192.0.2.9;lr>", "<sip:proxy.example.net;lr>"],
  pinned: flow("outside", "192.0.2.10:5060"),
  peers: ["192.0.2.11"],
} as unknown as Dialog;

/** A world in which alice is registered from another address than before, and bob beside her. */
function world(): World {
  const made = makeWorld();
  const remote = { flow: flow("inside", "192.168.1.40:5060") };
  made.bindings.set(makeBinding("alice", remote));
  made.bindings.set(makeBinding("bob", { flow: flow("inside", "192.168.1.50:5060") }));
  return made;
}

Deno.test("a phone's dialog is spoken in by its addresses, its proxies and its account of today, and no other host (S3)", () => {
  const made = world();
  const of = (last: string, party: Partial<InsideParty> = {}) =>
    isPhone(made, { ...PARTY, ...party }, `192.168.1.${last}`);
  assertEquals([of("20"), of("30"), of("2"), of("40")], [true, true, true, true]);
  assertEquals([of("50"), of("66")], [false, false]);
  // An account of that name with somebody else's registrar is another one.
  const registration = { ...REGISTRATION, host: "evil.example" };
  assertEquals(of("40", { registration }), false);
  // Of an earlier version's record the account is known by its name alone, at the phone's own address.
  assertEquals(of("40", { registration: undefined }), false);
});

const FAR_ENDS: [what: string, ip: string, may: boolean][] = [
  ["the peer", "192.0.2.10", true],
  ["one that a message went to", "192.0.2.11", true],
  ["its Contact", "192.0.2.44", true],
  ["a proxy of its route", "192.0.2.9", true],
  ["the registrar of its phone", "198.51.100.10", true],
  ["that one's neighbour", "198.51.100.77", true],
  ["a neighbour of the peer, who is no provider", "192.0.2.12", false],
  ["a stranger", "198.18.0.1", false],
  ["we ourselves", "203.0.113.5", false],
];

Deno.test("a far end's dialog is spoken in by its peers, route set, target and the phone's provider (S3)", () => {
  const made = world();
  const may = (ip: string, dialog = DIALOG) =>
    maySpeak(made, dialog, { side: "outside", source: flow("outside", `${ip}:1`) });
  for (const [what, ip, expected] of FAR_ENDS) assertEquals(may(ip), expected, what);
  const local = { ...DIALOG, outsideTarget: "sip:bob@203.0.113.5:5060" };
  assertEquals(may("203.0.113.5", local), true);
  const registration = { ...REGISTRATION, host: "elsewhere.example" };
  const elsewhere = { ...DIALOG, party: { ...PARTY, registration } };
  assertEquals(may("198.51.100.10", elsewhere), false);
});

Deno.test("a phone without a registration has the provider that is configured for whom it calls (S3)", () => {
  const made = makeWorld();
  const provider = {
    domain: "second.example",
    outboundProxy: undefined,
    servers: [cidr("198.18.5.1")],
    admit: "token" as const,
    contact: "dialog" as const,
    media: "strict" as const,
  };
  made.settings = { ...SETTINGS, providers: [provider] };
  const party = { ...PARTY, domain: undefined, registration: undefined };
  const may = (ip: string, dialog: Dialog) =>
    maySpeak(made, dialog, { side: "outside", source: flow("outside", `${ip}:1`) });
  assertEquals(may("198.18.5.9", { ...DIALOG, party }), true);
  assertEquals(may("198.18.6.9", { ...DIALOG, party }), false);
  // A registered one has its own provider.
  assertEquals(may("198.18.5.9", DIALOG), false);
});

Deno.test("a dialog is foreign to who is not in it, whatever the request is; a REGISTER is in none", () => {
  const made = world();
  made.dialogs.hold(PARTY);
  made.dialogs.add(DIALOG);
  const parts = { to: "<sip:bob@example.com>;tag=bob" };
  const from = (remote: string) => ({ side: "inside", source: flow("inside", remote) }) as const;
  assertEquals(dialogOf(made, request(parts), "inside"), DIALOG);
  assertEquals(foreignDialog(made, request(parts), from("192.168.1.66:5060")), DIALOG);
  assertEquals(foreignDialog(made, request(parts), from(ALICE)), undefined);
  const registers = request({ ...parts, method: "REGISTER" });
  assertEquals(foreignDialog(made, registers, from("192.168.1.66:5060")), undefined);
  assertEquals(foreignDialog(made, request(), from("192.168.1.66:5060")), undefined);
});

Deno.test("an INVITE joins a call of its Call-ID and tag only from where that one came (S3)", () => {
  for (const [from, status] of [[STRANGER, 482], ["198.51.100.99:5060", "rings"]] as const) {
    const stage = new Stage();
    const alice = register(stage);
    const bob = register(stage, "bob", "192.168.1.21:5060");
    const carol = { from: "<sip:carol@example.com>;tag=carol", call: "call-in" };
    const invite = (uri: string, remote: string) =>
      requestText({ ...carol, uri, via: `SIP/2.0/UDP ${remote};branch=z9hG4bK-${remote}` });
    stage.outside(invite(alice, PROVIDER), PROVIDER);
    stage.take();
    // As a provider forks to a second phone.
    stage.outside(invite(bob, from), from);
    const [first] = stage.take().filter(({ text }) => !text.startsWith("SIP/2.0 100"));
    const answered = /^SIP\/2.0 (\d{3})/.exec(first!.text)?.[1];
    assertEquals(answered === undefined ? "rings" : Number(answered), status);
  }
});

Deno.test("who is let into a dialog by its phone's provider may be asked in it when that registration is over", () => {
  const stage = new Stage();
  const masked = register(stage);
  callIn(stage, masked);
  const other = "198.51.100.99:5060";
  const party = {
    from: "<sip:carol@example.com>;tag=carol",
    to: "<sip:alice@example.com>;tag=alice",
    call: "call-in",
    uri: masked,
  };
  const ask = (cseq: number, remote: string) => {
    const via = `SIP/2.0/UDP ${remote};branch=z9hG4bK-${cseq}`;
    stage.outside(requestText({ ...party, method: "INFO", cseq, via }), remote);
    const [sent] = stage.take().filter(({ text }) => text.startsWith("INFO"));
    if (sent !== undefined) stage.inside(answerText(sentRequest(sent), 200));
    stage.take();
    return sent !== undefined;
  };
  assertEquals(ask(2, other), true);
  const address = "<sip:alice@example.com>";
  stage.inside(requestText({
    method: "REGISTER",
    uri: "sip:example.com",
    from: `${address};tag=r`,
    to: address,
    call: "over",
    contact: `<sip:alice@${ALICE}>`,
    headers: ["Expires: 0"],
  }));
  stage.outside(answerText(sentRequest(stage.one("REGISTER")), 200));
  assertEquals([stage.core.sizes()["bindings"], ask(3, other)], [0, true]);
  assertEquals(ask(4, "198.51.100.98:5060"), false);
  assertEquals(stage.counters["refused.dialog.source"], 1);
});
