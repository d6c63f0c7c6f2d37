import type { Side } from "../../src/base/side.ts";
import { headerValues } from "../../src/sip/headers.ts";
import type { Arena } from "./arena.ts";
import type { Dice } from "./dice.ts";
import { PLACES } from "./samples.ts";
import { other, Talk } from "./talk.ts";

/** A conversation as it goes when nothing goes wrong. */
export type Scene = (talk: Talk) => void;

const CHALLENGE = [
  "WWW-Authenticate",
  'Digest realm="example.com", nonce="n", qop="auth"',
] as const;
const AUTHORIZATION = 'Authorization: Digest username="alice", realm="example.com", nonce="n", ' +
  'uri="sip:example.com", response="00000000000000000000000000000000", qop=auth, nc=00000001, cnonce="c"';

/** Every scene by its name. */
export const SCENES: Readonly<Record<string, Scene>> = {
  "call out, early media, PRACK": (talk) => {
    invite(talk, "inside", ["Supported: 100rel"]);
    talk.answer("outside", "INVITE", 100, { tag: "" });
    talk.answer("outside", "INVITE", 183, {
      headers: [["Require", "100rel"], ["RSeq", "1"]],
      body: true,
    });
    talk.ask("inside", "PRACK", { headers: [`RAck: 1 ${talk.latest("inside")} INVITE`] });
    talk.answer("outside", "PRACK", 200);
    talk.answer("outside", "INVITE", 180);
    answered(talk, "inside", { cseq: talk.latest("inside") - 1, body: false });
    hangUp(talk, talk.dice.pick(["inside", "outside"]));
  },
  "call in, offers of both sides, one refused": (talk) => {
    invite(talk, "outside");
    talk.answer("inside", "INVITE", 180);
    answered(talk, "outside");
    for (const side of ["inside", "outside"] as const) {
      talk.ask(side, "INVITE", { described: true });
      if (talk.dice.chance(0.5)) answered(talk, side);
      else refused(talk, side, talk.dice.pick([401, 488, 491, 500]));
    }
    talk.ask("outside", "UPDATE", { described: true });
    talk.answer("inside", "UPDATE", 200, { body: true });
    hangUp(talk, "outside");
  },
  "offers that cross": (talk) => {
    invite(talk, "inside");
    answered(talk, "inside");
    talk.ask("inside", "INVITE", { described: true });
    talk.ask("outside", "INVITE", { described: true });
    refused(talk, "inside", 491);
    refused(talk, "outside", 491);
    hangUp(talk, "inside");
  },
  "CANCEL crosses the answer": (talk) => {
    const caller = talk.dice.pick(["inside", "outside"] as const);
    invite(talk, caller);
    talk.answer(other(caller), "INVITE", 180);
    const { dice } = talk;
    const cseq = talk.latest(caller);
    const cancel = () => talk.ask(caller, "CANCEL", sameAsInvite(talk, caller, cseq));
    const answer = () => talk.answer(other(caller), "INVITE", 200, { body: true });
    if (dice.chance(0.5)) [cancel, answer].forEach((step) => step());
    else [answer, cancel].forEach((step) => step());
    talk.answer(other(caller), "CANCEL", dice.pick([200, 481]));
    if (dice.chance(0.5)) talk.answer(other(caller), "INVITE", 487);
    acknowledge(talk, caller, cseq);
    hangUp(talk, caller);
  },
  "two answer": (talk) => {
    invite(talk, "inside");
    const tags = ["fork-a", "fork-b"].map((tag) => `${tag}${talk.number}`);
    for (const tag of tags) talk.answer("outside", "INVITE", 183, { tag, body: true });
    for (const tag of tags) {
      talk.answer("outside", "INVITE", 200, { tag, body: true });
      talk.tags.outside = tag;
      acknowledge(talk, "inside", 1);
    }
    hangUp(talk, "inside");
    talk.tags.outside = tags[0]!;
    hangUp(talk, "outside");
  },
  "challenged, then refused or sent elsewhere": (talk) => {
    invite(talk, "inside");
    refused(talk, "inside", 401, [CHALLENGE]);
    invite(talk, "inside", [AUTHORIZATION]);
    const elsewhere = ["Contact", "<sip:carol@example.net>"] as const;
    refused(talk, "inside", talk.dice.pick([302, 403, 503, 603]), [elsewhere]);
  },
  "REGISTER, challenge, refresh, end": (talk) => {
    register(talk, "300");
    talk.answer("outside", "REGISTER", 401, { headers: [CHALLENGE] });
    register(talk, "300", [AUTHORIZATION]);
    grant(talk);
    register(talk, "60", [AUTHORIZATION]);
    talk.answer("outside", "REGISTER", 423, { headers: [["Min-Expires", "120"]] });
    register(talk, "120", [AUTHORIZATION]);
    grant(talk);
    register(talk, "0", [AUTHORIZATION]);
    grant(talk);
  },
  "SUBSCRIBE and its NOTIFYs": (talk) => {
    const side = talk.dice.pick(["inside", "outside"] as const);
    const event = ["Event: dialog", "Expires: 600"];
    talk.ask(side, "SUBSCRIBE", { ...opening(talk, side), headers: event });
    const notify = (state: string) => {
      talk.ask(other(side), "NOTIFY", {
        headers: ["Event: dialog", `Subscription-State: ${state}`],
      });
      talk.answer(side, "NOTIFY", 200);
    };
    // The first may overtake the answer (RFC 6665 §4.1.2.4).
    if (talk.dice.chance(0.5)) notify("active;expires=600");
    talk.answer(other(side), "SUBSCRIBE", 200, { headers: [["Expires", "600"]] });
    notify("active;expires=600");
    talk.ask(side, "SUBSCRIBE", { headers: ["Event: dialog", "Expires: 0"] });
    talk.answer(other(side), "SUBSCRIBE", 200, { headers: [["Expires", "0"]] });
    notify("terminated;reason=timeout");
  },
  "REFER, with Replaces": (talk) => {
    const side = talk.dice.pick(["inside", "outside"] as const);
    invite(talk, side);
    answered(talk, side);
    const replaces =
      `${talk.call}%3Bto-tag%3D${talk.tags.inside}%3Bfrom-tag%3D${talk.tags.outside}`;
    const place = side === "inside" ? PLACES.phone : PLACES.provider;
    talk.ask(side, "REFER", { headers: [`Refer-To: <sip:carol@${place}?Replaces=${replaces}>`] });
    talk.answer(other(side), "REFER", 202);
    talk.ask(other(side), "NOTIFY", {
      headers: ["Event: refer", "Subscription-State: active;expires=60"],
    });
    talk.answer(side, "NOTIFY", 200);
    const words = `${talk.call};to-tag=${talk.tags.inside};from-tag=${talk.tags.outside}`;
    const next = new Talk(talk.arena, talk.dice, talk.wrong);
    invite(next, "outside", [`Replaces: ${words}`]);
    answered(next, "outside");
    hangUp(talk, side);
    hangUp(next, "inside");
    next.end();
  },
};

/** Plays one scene, any of its steps going wrong now and then. */
export function playScene(arena: Arena, dice: Dice): { accepted: number; refused: number } {
  void arena.living;
  const talk = new Talk(arena, dice);
  dice.pick(Object.values(SCENES))(talk);
  return talk.end();
}

function opening(talk: Talk, side: Side) {
  const to = `<${talk.party(other(side))}>`;
  const uri = side === "inside" ? "sip:bob@example.com" : talk.arena.living.masked;
  return { to, uri };
}

function invite(talk: Talk, side: Side, headers: readonly string[] = []): void {
  talk.ask(side, "INVITE", { ...opening(talk, side), headers, described: true });
}

function answered(talk: Talk, caller: Side, options: { cseq?: number; body?: boolean } = {}): void {
  const { cseq = talk.latest(caller), body = true } = options;
  talk.answer(other(caller), "INVITE", 200, { body });
  acknowledge(talk, caller, cseq);
}

function refused(
  talk: Talk,
  caller: Side,
  status: number,
  headers: readonly (readonly [string, string])[] = [],
): void {
  const cseq = talk.latest(caller);
  talk.answer(other(caller), "INVITE", status, { headers });
  const { via } = sameAsInvite(talk, caller, cseq);
  talk.ask(caller, "ACK", { cseq, via });
}

function acknowledge(talk: Talk, caller: Side, cseq: number): void {
  talk.ask(caller, "ACK", { cseq });
}

function sameAsInvite(talk: Talk, caller: Side, cseq: number) {
  const place = caller === "inside" ? PLACES.phone : PLACES.provider;
  const branch = `z9hG4bK-t${talk.number}-${caller}-${cseq}-INVITE`;
  return { ...opening(talk, caller), cseq, via: `SIP/2.0/UDP ${place};branch=${branch};rport` };
}

function hangUp(talk: Talk, side: Side): void {
  talk.ask(side, "BYE");
  talk.answer(other(side), "BYE", 200);
}

function register(talk: Talk, expires: string, headers: readonly string[] = []): void {
  talk.ask("inside", "REGISTER", {
    uri: "sip:example.com",
    to: "<sip:alice@example.com>",
    headers: [...headers, `Expires: ${expires}`],
  });
}

function grant(talk: Talk): void {
  const request = talk.got("outside", "REGISTER");
  if (request === undefined) return;
  const listed = headerValues(request, "contact").map((value) => ["Contact", value] as const);
  talk.answer("outside", "REGISTER", 200, { headers: listed });
}
