import { assert, assertEquals, assertThrows } from "@std/assert";
import { parseMessage } from "../../src/sip/parse.ts";
import { answerText, requestText } from "../unit/proxy/messages.ts";
import { Arena } from "./arena.ts";
import { Dice } from "./dice.ts";
import { reflected, ReflectionWatch } from "./reflection.ts";
import { PLACES } from "./samples.ts";
import { Talk } from "./talk.ts";

const STRANGER = PLACES.stranger;
const OTHER_PORT = "192.0.2.66:9";

Deno.test("answers as large as the request are no reflection, one byte more is", () => {
  assertEquals(reflected("x".repeat(10), ["y".repeat(4), "z".repeat(6)]), []);
  assertEquals(reflected("x".repeat(10), ["y".repeat(4), "z".repeat(7)]), [
    "11 bytes went outside for a stranger's 10",
  ]);
  assertEquals(reflected("", []), []);
});

/** So many bytes of a Call-ID. */
function text(call: string, bytes: number): string {
  return `Call-ID: ${call}\r\n`.padEnd(bytes, "x");
}

Deno.test("a stranger gets in a Call-ID what it sent there at most, at once, later and again", () => {
  const watch = new ReflectionWatch(PLACES.provider);
  const sent = (call: string, bytes: number, to: string = STRANGER) => [
    { to, text: text(call, bytes) },
  ];
  watch.fed(STRANGER, text("a", 100), sent("a", 40));
  watch.waited(sent("a", 40, OTHER_PORT));
  watch.fed(PLACES.provider, text("a", 500), [
    ...sent("a", 20),
    ...sent("a", 900, PLACES.provider),
  ]);
  assertThrows(() => watch.waited(sent("a", 1 + 20)), Error, "21 bytes too many for a stranger");
  assertThrows(() => watch.fed(PLACES.phone, text("a", 500), sent("a", 20)), Error, "too many");
  // What was not answered elsewhere excuses nothing.
  watch.fed(STRANGER, text("b", 900), []);
  assertThrows(() => watch.waited(sent("a", 20)), Error, "too many");
  assertThrows(
    () => watch.fed(STRANGER, text("b", 100), sent("b", 101)),
    Error,
    "101 bytes went outside",
  );
  watch.clear();
  assertThrows(() => watch.waited(sent("b", 20)), Error, "too many");
});

/** What goes to a place in a Call-ID: an answer unless `request`. */
function packet(to: string, call: string, options: { bytes: number; request?: boolean }) {
  const line = options.request ? "MESSAGE sip:x SIP/2.0" : "SIP/2.0 200 OK";
  return { to, text: `${line}\r\nCall-ID: ${call}\r\n`.padEnd(options.bytes, "x") };
}

Deno.test("what a stranger's datagram draws counts wherever it goes, but what goes on to a phone or the provider", () => {
  const heard = (request: string, to: string) => {
    const watch = new ReflectionWatch(PLACES.provider);
    watch.fed(STRANGER, request, [packet(to, "a", { bytes: 101, request: true })]);
  };
  const draws = "101 bytes went outside";
  assertThrows(() => heard(text("a", 100), PLACES.bystander), Error, draws);
  assertThrows(() => heard(text("a", 100), PLACES.provider), Error, draws);
  heard(text("a", 100), PLACES.phone);
  const answer = packet("", "a", { bytes: 100 }).text;
  heard(answer, PLACES.provider);
  assertThrows(() => heard(answer, PLACES.bystander), Error, draws);
  heard(text("a", 101), PLACES.bystander);
  const acknowledged = (request: string) => {
    const watch = new ReflectionWatch(PLACES.provider);
    watch.fed(STRANGER, text("a", 10), [{ to: PLACES.phone, text: text("a", 10) }]);
    watch.fed(STRANGER, request, [{
      to: STRANGER,
      text: `ACK sip:x SIP/2.0\r\n${text("a", 200)}`,
    }]);
  };
  acknowledged(answer);
  assertThrows(() => acknowledged(text("a", 100)), Error, "bytes went outside");
});

Deno.test("an answer goes to who spoke in its Call-ID, whoever drew it, and when", () => {
  const small = (to: string) => [packet(to, "a", { bytes: 40 })];
  for (const from of [STRANGER, PLACES.provider, PLACES.phone]) {
    const watch = new ReflectionWatch(PLACES.provider);
    const feed = (to: string) => watch.fed(from, text("a", 500), small(to));
    assertThrows(() => feed(PLACES.bystander), Error, "192.0.2.77:5060, which said nothing");
    assertThrows(() => watch.waited(small(PLACES.bystander)), Error, "which said nothing");
    watch.fed(PLACES.bystander, text("b", 500), []);
    assertThrows(() => feed(PLACES.bystander), Error, "which said nothing");
    watch.fed(PLACES.bystander, text("a", 500), []);
    feed(PLACES.bystander);
    feed(PLACES.provider);
    watch.clear();
    assertThrows(() => watch.waited(small(PLACES.bystander)), Error, "which said nothing");
  }
});

Deno.test("a phone may call whom it likes, who has heard nothing before", () => {
  const watch = new ReflectionWatch(PLACES.provider);
  const asks = [packet(STRANGER, "a", { bytes: 900, request: true })];
  watch.fed(PLACES.phone, text("a", 500), asks);
  watch.fed(STRANGER, text("a", 100), asks);
  watch.waited(asks);
  assertThrows(() => watch.fed(STRANGER, text("b", 100), asks), Error, "900 bytes went outside");
  watch.clear();
  watch.fed(STRANGER, text("a", 100), []);
  assertThrows(() => watch.waited(asks), Error, "800 bytes too many");
});

Deno.test("copies of what others say come from a stranger, and try to steer the answer elsewhere", () => {
  const fed: string[] = [];
  const arena = new Arena({ clock: () => 0 });
  void arena.living;
  const feed = arena.feed.bind(arena);
  arena.feed = (side, from, one) => {
    if (from === STRANGER) fed.push(one);
    return feed(side, from, one);
  };
  const talk = new Talk(arena, new Dice(5), 1);
  for (let left = 60; left > 0; left--) talk.ask("outside", "OPTIONS");
  assert(fed.some((one) => one.includes(";maddr=192.0.2.77")));
  assert(fed.some((one) => !one.includes("192.0.2.77")));
});

Deno.test("a phone's own answers to who reached it are its own affair, what comes at once is not", () => {
  const watch = new ReflectionWatch(PLACES.provider);
  const rings = { to: PLACES.phone, text: text("a", 900) };
  watch.fed(STRANGER, text("a", 100), [rings]);
  watch.waited([{ to: STRANGER, text: text("a", 5_000) }]);
  assertThrows(() => watch.waited([{ to: STRANGER, text: text("b", 100) }]), Error, "too many");
  assertThrows(
    () => watch.fed(STRANGER, text("a", 100), [{ to: STRANGER, text: text("a", 101) }]),
    Error,
    "101 bytes went outside",
  );
});

Deno.test("who shows a token of ours is no stranger in that Call-ID, whatever it guesses", () => {
  const [ours, guessed] = ["abcdefghijklmnopqrst", "bbcdefghijklmnopqrst"];
  for (const [token, admitted] of [[ours.toUpperCase(), true], [guessed, false]] as const) {
    const watch = new ReflectionWatch(PLACES.provider);
    const contact = `Contact: <sip:203.0.113.5;line=${ours}>\r\n`;
    watch.fed(PLACES.phone, "REGISTER", [{ to: PLACES.provider, text: contact }]);
    watch.clear();
    watch.fed(STRANGER, `OPTIONS sip:x;line=${token} SIP/2.0\r\n${text("a", 50)}`, []);
    const later = () => watch.waited([{ to: STRANGER, text: text("a", 500) }]);
    if (admitted) later();
    else assertThrows(later, Error, "too many");
    assertThrows(() => watch.waited([{ to: STRANGER, text: text("b", 50) }]), Error, "too many");
  }
});

Deno.test("a token of a registration that is over admits nobody", () => {
  const token = "abcdefghijklmnopqrst";
  const watch = new ReflectionWatch(PLACES.provider);
  const contact = `Contact: <sip:203.0.113.5;line=${token}>\r\n`;
  watch.fed(PLACES.phone, "REGISTER", [{ to: PLACES.provider, text: contact }]);
  watch.forget();
  watch.fed(STRANGER, `OPTIONS sip:x;line=${token} SIP/2.0\r\n${text("a", 50)}`, []);
  assertThrows(() => watch.waited([{ to: STRANGER, text: text("a", 500) }]), Error, "too many");
});

/** A stranger that knows a token has rung the phone, and all that goes to strangers is faulty from now on. */
function rung(fault: (text: string) => string) {
  let faulty = false;
  const clock = () => 0;
  const arena = new Arena({ clock, fault: (text) => faulty ? fault(text) : text });
  const via = `SIP/2.0/UDP ${STRANGER};branch=z9hG4bK-s;rport`;
  const contact = `<sip:x@${STRANGER}>`;
  const uri = arena.living.masked;
  arena.feed("outside", STRANGER, text("other", 30));
  const packets = () =>
    arena.feed("outside", STRANGER, requestText({ uri, via, contact, call: "s" }));
  return {
    arena,
    packets,
    break: () => void (faulty = true),
    answer: (status: number) => {
      const invite = parseMessage(packets().find(({ to }) => to === PLACES.phone)!.text);
      if (!invite.ok || invite.value.kind !== "request") throw new Error("No INVITE");
      return answerText(invite.value, status, { tag: "p", headers: [["Contact", contact]] });
    },
  };
}

/** Makes an answer one of a Call-ID that rang nobody. */
const unrung = (text: string) => text.replace("Call-ID: s\r\n", "Call-ID: other\r\n");

Deno.test("a core that tells a stranger too much is caught: at once, when others speak, and while time passes", () => {
  const atOnce = rung((text) => text.startsWith("SIP/2.0 100") ? text + "x".repeat(900) : text);
  atOnce.break();
  assertThrows(() => atOnce.packets(), Error, "bytes went outside for a stranger's");

  const spoken = rung(unrung);
  const ringing = spoken.answer(180);
  spoken.break();
  assertThrows(
    () => spoken.arena.feed("inside", PLACES.phone, ringing),
    Error,
    "too many for a stranger",
  );

  const passing = rung(unrung);
  passing.arena.feed("inside", PLACES.phone, passing.answer(486));
  passing.arena.wait(400);
  passing.break();
  assertThrows(() => passing.arena.wait(2_000), Error, "too many for a stranger");
});
