import { assertEquals } from "@std/assert";
import { TIMES } from "../../../src/proxy/times.ts";
import type { SipRequest } from "../../../src/sip/message.ts";
import { answerText, requestText } from "./messages.ts";
import { register, restart, sentRequest, Stage } from "./stage.ts";
import { ALICE, BOB, NETWORK, PROVIDER, SETTINGS } from "./world_fixture.ts";

const UNKNOWN = { ...NETWORK, advertised: undefined };
const CONTACT = [["Contact", `<sip:alice@${ALICE}>`]] as const;

/** A phone that is rung from outside, while our address there has just become unknown. */
function rung(): { stage: Stage; invite: SipRequest; accept: (tag?: string) => void } {
  const outside = { ...SETTINGS.outside, keepaliveMs: 100_000 };
  const stage = new Stage({ settings: { ...SETTINGS, outside } });
  const uri = register(stage);
  const via = `SIP/2.0/UDP ${PROVIDER};branch=z9hG4bK1`;
  stage.outside(requestText({ uri, via, from: "<sip:carol@example.com>;tag=carol" }));
  const invite = sentRequest(stage.one("INVITE"));
  stage.event({ type: "network.changed", network: UNKNOWN });
  const accept = (tag = "alice") =>
    stage.inside(answerText(invite, 200, { tag, headers: CONTACT }));
  return { stage, invite, accept };
}

/** What was sent but for a 100: first words, in order of the alphabet. */
function words(stage: Stage): string[] {
  const lines = stage.lines().filter((line) => !line.startsWith("SIP/2.0 100"));
  return lines.map((line) => line.split(" ").slice(0, 2).join(" ")).toSorted();
}

/** A BYE of the phone to who has called it. */
function bye({ call = "call-1", tag = "alice", peer = "carol" } = {}): string {
  return requestText({
    method: "BYE",
    uri: `sip:carol@${PROVIDER}`,
    call,
    cseq: 7,
    from: `<sip:alice@example.com>;tag=${tag}`,
    to: `<sip:carol@example.com>;tag=${peer}`,
  });
}

const ENDED = [`ACK sip:alice@${ALICE}`, `BYE sip:alice@${ALICE}`, "SIP/2.0 480"];

const MOMENTS: [what: string, known: boolean, lastAt: number, sent: string[]][] = [
  ["repeated, and we know our address", true, 26_000, ["SIP/2.0 200"]],
  ["silent for longer than copies are apart", true, 25_999, ENDED],
  ["repeated, and we do not know it", false, 29_999, ENDED],
  ["never repeated", false, 0, ENDED],
];

Deno.test("a 2xx that has waited is passed on at the last moment if its phone still repeats it, else its call ends", () => {
  for (const [what, known, lastAt, sent] of MOMENTS) {
    const { stage, accept } = rung();
    accept();
    stage.pass(lastAt);
    if (lastAt > 0) accept();
    if (known) stage.event({ type: "network.changed", network: NETWORK });
    stage.pass(TIMES.heldBack - lastAt - 1);
    assertEquals(words(stage), [], what);
    stage.pass(1);
    assertEquals(words(stage), sent, what);
    assertEquals(stage.calls.length, sent === ENDED ? 0 : 1, what);
  }
});

Deno.test("of two phones behind one proxy inside the one that was picked up first is waited for", () => {
  const { stage, accept } = rung();
  accept("alice");
  stage.pass(28_000);
  accept("other");
  stage.event({ type: "network.changed", network: NETWORK });
  stage.pass(2_000);
  // The first one is silent by then.
  assertEquals(words(stage), ENDED);
  accept("other");
  assertEquals(words(stage), ENDED.slice(0, 2));
});

Deno.test("a phone whose 2xx waits hangs up: its BYE succeeds and the caller is told", () => {
  const { stage, accept } = rung();
  accept();
  stage.inside(bye());
  assertEquals(words(stage), [`ACK sip:alice@${ALICE}`, "SIP/2.0 200", "SIP/2.0 480"]);
  assertEquals(stage.calls, []);
  accept();
  assertEquals(words(stage), [`ACK sip:alice@${ALICE}`]);
});

Deno.test("a BYE that is not of its dialog changes nothing for a 2xx that waits", () => {
  for (const other of [{ tag: "another" }, { peer: "another" }, { call: "another" }]) {
    const { stage, accept } = rung();
    accept();
    stage.inside(bye(other));
    assertEquals(words(stage), ["SIP/2.0 500"]);
    assertEquals(stage.calls.length, 1);
    stage.event({ type: "network.changed", network: NETWORK });
    accept();
    assertEquals(words(stage), ["SIP/2.0 200"]);
  }
});

Deno.test("after a restart a 180 from behind the proxy of a phone whose 2xx waits does not hang up on that one", () => {
  const first = new Stage();
  register(first, "alice", ALICE);
  register(first, "alice", BOB);
  const via = `SIP/2.0/UDP ${PROVIDER};branch=z9hG4bK1`;
  const from = "<sip:carol@example.com>;tag=carol";
  const uri = "sip:alice@example.com";
  first.outside(requestText({ uri, to: `<${uri}>`, via, from }));
  const invites = first.take().filter(({ text }) => text.startsWith("INVITE"));
  first.event({ type: "network.changed", network: UNKNOWN });
  const invite = sentRequest(invites[0]!);
  first.inside(answerText(invite, 200, { headers: CONTACT }));
  const stage = restart(first, undefined, { network: UNKNOWN });
  stage.take();
  stage.inside(answerText(invite, 180, { tag: "other" }));
  assertEquals(words(stage), ["SIP/2.0 180"]);
  stage.event({ type: "network.changed", network: NETWORK });
  stage.inside(answerText(invite, 200, { headers: CONTACT }));
  assertEquals(words(stage), ["SIP/2.0 200"]);
});
