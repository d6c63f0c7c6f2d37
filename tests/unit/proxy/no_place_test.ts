import { assertEquals } from "@std/assert";
import type { Holder } from "../../../src/base/shares.ts";
import { noPlace, type Refused } from "../../../src/proxy/no_place.ts";
import { TIMES } from "../../../src/proxy/times.ts";
import { ANYBODY } from "../base/anybody.ts";
import { answerText, audio, requestText } from "./messages.ts";
import { callOut, register, sentRequest, Stage } from "./stage.ts";
import { ALICE, makeWorld, PROVIDER } from "./world_fixture.ts";

const LIMITED = { limits: { dialogs: 1 } };

/** A stage whose only dialog is taken, and the URI that the provider has of alice. */
function full(): { stage: Stage; masked: string } {
  const stage = new Stage(LIMITED);
  const masked = register(stage);
  callOut(stage);
  return { stage, masked };
}

/** A call from the provider to alice: the INVITE as she got it. */
function callIn({ stage, masked }: { stage: Stage; masked: string }) {
  const via = `SIP/2.0/UDP ${PROVIDER};branch=z9hG4bK-in`;
  stage.outside(
    requestText({ via, uri: masked, call: "in", from: "<sip:carol@example.com>;tag=c" }),
  );
  return sentRequest(stage.one("INVITE"));
}

Deno.test("what is told when there is no place depends on the side, and is counted (V7)", () => {
  const world = makeWorld();
  const told = (["inside", "outside"] as const).map((side) => {
    const asker = { side, holder: { name: "192.168.1.66", part: 1, guest: false } };
    const refused = { table: "calls", held: 20, limit: 500 } as const;
    return (["share", "guests", "full"] as const).map((why) => {
      const { status, reason } = noPlace(world, asker, { ...refused, why });
      return `${status} ${reason}`;
    });
  });
  assertEquals(told, [
    ["500 Too many calls from this phone", "500 Too many calls", "500 Too many calls"],
    ["480 Too many calls from this address", "480 Too many calls", "480 Too many calls"],
  ]);
  const counts = ["share", "guests", "full"].map((why) => world.counters.get(`${why}.calls`));
  assertEquals(counts, [2, 2, 2]);
});

/** What is said when a holder is refused a call on a side. */
function said(holder: Partial<Holder>, refused: Partial<Refused> = {}, world = makeWorld()) {
  const asker = { side: "inside" as const, holder: { ...ANYBODY, ...holder } };
  noPlace(world, asker, { table: "calls", why: "share", held: 20, limit: 500, ...refused });
  return world.takeEffects().flatMap((effect) => effect.type === "note" ? [effect.note.text] : []);
}

Deno.test("who holds his share is named, with what he holds and what can be done (V7)", () => {
  assertEquals(said({ name: "192.168.1.66", guest: true }), [
    "192.168.1.66 holds 20 of 500 calls: further ones are refused; let it register, or find out what it does",
  ]);
  assertEquals(said({ name: "192.168.1.66" }, { table: "bindings" }), [
    "192.168.1.66 holds 20 of 500 registrations: further ones are refused; " +
    "find out what it does: one that needs more has more registrations",
  ]);
  assertEquals(
    said({ name: "to 192.168.1.20" }, { table: "ports" })[0]?.split(":")[0],
    [
      "What comes for 192.168.1.20 holds 20 of 500 media port pairs",
    ][0],
  );
  assertEquals(said({}, { why: "guests" }), [
    "Sources without a registration hold half of 500 calls: further ones of theirs are refused, " +
    "the rest is kept for registered phones; find out what floods us",
  ]);
  assertEquals(said({}, { why: "full" }), [
    "All 500 calls are taken: further ones are refused; find out who needs so many",
  ]);
});

Deno.test("it is said once an hour of each, whatever it is that he is refused, and of so many (V7)", () => {
  const world = makeWorld({ limits: { refusedSources: 2 } });
  const times = (name: string, refused: Partial<Refused> = {}) =>
    said({ name }, refused, world).length;
  assertEquals([times("a"), times("a"), times("a", { table: "dialogs" })], [1, 0, 0]);
  assertEquals([times("b"), times("c")], [1, 0]);
  world.now += TIMES.warned;
  assertEquals([times("c"), times("a"), times("b")], [1, 1, 0]);
  assertEquals(world.counters.get("share.calls"), 7);
});

Deno.test("a request for which no inside party fits gets 500, and does not leave with its own Contact", () => {
  const { stage } = full();
  for (const method of ["INVITE", "SUBSCRIBE", "MESSAGE"]) {
    stage.inside(requestText({ method, call: `more ${method}`, contact: `<sip:alice@${ALICE}>` }));
    assertEquals(
      stage.lines().map((line) => line.slice(0, 30)).at(-1),
      "SIP/2.0 500 Too many calls and",
    );
  }
  assertEquals(stage.calls.length, 1);
});

Deno.test("a call whose dialog does not fit is over for its caller, and its phone stops ringing", () => {
  const stand = full();
  const invite = callIn(stand);
  const headers = [["Contact", `<sip:alice@${ALICE}>`]] as const;
  stand.stage.inside(answerText(invite, 180, { tag: "a", headers }));
  const lines = stand.stage.lines();
  assertEquals(lines.map((line) => line.split(" ").slice(0, 2).join(" ")), [
    "SIP/2.0 480",
    `CANCEL ${invite.uri}`,
  ]);
  assertEquals(stand.stage.calls.length, 1);
});

Deno.test("a phone that has answered such a call is told that it is over", () => {
  const stand = full();
  const invite = callIn(stand);
  const headers = [["Contact", `<sip:alice@${ALICE}>`]] as const;
  stand.stage.inside(answerText(invite, 200, { tag: "a", headers }));
  const first = stand.stage.lines().map((line) => line.split(" ")[0] ?? "");
  assertEquals(first.sort(), ["ACK", "BYE", "SIP/2.0"]);
  assertEquals(stand.stage.calls.length, 1);
});

Deno.test("a fork that does not fit takes nothing from the one that was accepted", () => {
  const stage = new Stage(LIMITED);
  const invite = callOut(stage);
  const headers = [["Contact", `<sip:bob@${PROVIDER}>`]] as const;
  const answer = (tag: string) =>
    answerText(invite, 200, { tag, headers, body: audio("198.51.100.10") });
  stage.outside(answer("second"));
  const first = stage.lines().map((line) => line.split(" ")[0] ?? "");
  assertEquals(first.sort(), ["ACK", "BYE"]);
  assertEquals(stage.calls.map(({ state }) => state), ["answered"]);
  const { sessions } = (stage.core.snapshot() as { media: { sessions: unknown[] } }).media;
  assertEquals(sessions.length, 1);
  // The accepted one's answer goes on when it comes again.
  stage.outside(answer("bob"));
  assertEquals(stage.lines().map((line) => line.slice(0, 11)), ["SIP/2.0 200"]);
});
