import { assertEquals } from "@std/assert";
import { seconds } from "../../../src/proxy/register.ts";
import { headerValues } from "../../../src/sip/headers.ts";
import { answerText, header, type RequestParts, requestText } from "./messages.ts";
import { register, sentAnswer, sentRequest, Stage } from "./stage.ts";
import { ALICE, BOB, NETWORK } from "./world_fixture.ts";

let calls = 0;

function registration(parts: RequestParts = {}): string {
  const aor = "<sip:alice@example.com>";
  const call = `registration-${++calls}`;
  const usual = { method: "REGISTER", uri: "sip:example.com", from: `${aor};tag=1`, to: aor, call };
  return requestText({ ...usual, ...parts });
}

function contacts(stage: Stage): string[] {
  return headerValues(sentRequest(stage.one("REGISTER")), "contact")
    .map((value) => value.replace(/line=[a-z2-7]{20}/, "line=T"));
}

const OUT: [contact: string, masked: string[]][] = [
  [`<sip:alice@${ALICE}>`, ["<sip:alice@203.0.113.5:5060;line=T>"]],
  [`sip:alice@${ALICE};expires=60`, ["<sip:alice@203.0.113.5:5060;line=T>;expires=60"]],
  [
    '"A" <sip:192.168.1.20;transport=udp;ob>;+sip.instance="<urn:x>";reg-id=1;q=0.5',
    ['"A" <sip:203.0.113.5:5060;line=T;ob>;+sip.instance="<urn:x>";reg-id=1;q=0.5'],
  ],
  [
    "<sip:a@192.168.1.20>, <sip:b@192.168.1.20>, <mailto:a@example.com>",
    [
      "<sip:a@203.0.113.5:5060;line=T>",
      "<sip:b@203.0.113.5:5060;line=T>",
      "<mailto:a@example.com>",
    ],
  ],
  ["*", ["*"]],
];

Deno.test("the registrar gets masked Contacts with all their parameters (C3)", () => {
  for (const [contact, masked] of OUT) {
    const stage = new Stage();
    stage.inside(registration({ contact }));
    assertEquals(contacts(stage), masked);
  }
});

Deno.test("a query passes without a Contact, Path of inside elements is taken off (R4)", () => {
  const stage = new Stage();
  stage.inside(registration({ headers: ["Path: <sip:192.168.1.9;lr>"] }));
  const sent = sentRequest(stage.one("REGISTER"));
  assertEquals([headerValues(sent, "contact"), headerValues(sent, "path")], [[], []]);
});

Deno.test("the Path of inside elements becomes the Route of what comes in (R4)", () => {
  const stage = new Stage();
  const path = "<sip:192.168.1.9;lr>";
  stage.inside(registration({ contact: `<sip:alice@${ALICE}>`, headers: [`Path: ${path}`] }));
  const sent = sentRequest(stage.one("REGISTER"));
  const masked = header(sent, "contact");
  stage.outside(answerText(sent, 200, { headers: [["Contact", masked]] }));
  stage.take();
  stage.outside(requestText({ method: "MESSAGE", uri: masked.slice(1, -1) }));
  const inward = sentRequest(stage.take().filter(({ side }) => side === "inside")[0]!);
  assertEquals(headerValues(inward, "route"), [path]);
});

Deno.test("after an address change the former masked Contact goes with the first REGISTER (R2)", () => {
  const stage = new Stage();
  const contact = `<sip:alice@${ALICE}>`;
  register(stage);
  stage.event({ type: "network.changed", network: { ...NETWORK, advertised: "203.0.113.9" } });
  stage.take();
  stage.inside(registration({ contact }));
  assertEquals(contacts(stage), [
    "<sip:alice@203.0.113.9:5060;line=T>",
    "<sip:alice@203.0.113.5:5060;line=T>;expires=0",
  ]);
});

Deno.test("a star removes all of an AOR only when no other phone has it (R3)", () => {
  const star = { contact: "*", headers: ["Expires: 0"] };
  const one = new Stage();
  register(one);
  one.inside(registration(star));
  assertEquals(contacts(one), ["*"]);

  const two = new Stage();
  register(two, "alice", ALICE);
  register(two, "alice", BOB);
  two.inside(registration(star));
  assertEquals(contacts(two), ["<sip:alice@203.0.113.5:5060;line=T>;expires=0"]);

  two.inside(
    registration({ ...star, via: "SIP/2.0/UDP 192.168.1.33;branch=z9hG4bK1" }),
    "192.168.1.33:5060",
  );
  assertEquals(sentAnswer(two.one("SIP/2.0")).status, 200);
});

Deno.test("a star's answer ends the phone's own bindings and no others (R3)", () => {
  const stage = new Stage();
  register(stage, "alice", ALICE);
  register(stage, "alice", BOB);
  stage.inside(registration({ contact: "*", headers: ["Expires: 0"] }));
  stage.outside(answerText(sentRequest(stage.one("REGISTER")), 200));
  const { phones } = stage.core.snapshot() as { phones: { phone: string }[] };
  assertEquals(phones.map(({ phone }) => phone), [BOB]);
});

const REFUSED: [what: string, parts: RequestParts, status: number][] = [
  ["us as registrar", { uri: "sip:192.168.1.1" }, 403],
  ["a To without a host", { to: "<tel:+4930123>" }, 400],
  ["a Contact that cannot be read", { contact: "<sip:alice@192.168.1.20" }, 400],
  [
    "too many Contacts",
    { headers: [`Contact: ${Array.from({ length: 17 }, (_, n) => `<sip:${n}@h>`).join(", ")}`] },
    400,
  ],
];

Deno.test("what cannot be a registration here is refused in words", () => {
  for (const [what, parts, status] of REFUSED) {
    const stage = new Stage();
    stage.inside(registration(parts));
    assertEquals(sentAnswer(stage.one("SIP/2.0")).status, status, what);
  }
});

Deno.test("an address of record takes so many phones and no more; a known one is refreshed (V7)", () => {
  const stage = new Stage();
  for (let port = 6001; port <= 6032; port++) register(stage, "alice", `192.168.1.20:${port}`);
  stage.inside(registration({ contact: "<sip:alice@192.168.1.20:7000>" }));
  assertEquals(sentAnswer(stage.one("SIP/2.0")).status, 500);
  stage.inside(registration({ contact: "<sip:alice@192.168.1.20:6001>" }));
  assertEquals(stage.lines().length, 1);
  assertEquals(stage.counters["full.bindings"], 1);
});

Deno.test("seconds are digits and nothing else", () => {
  assertEquals(["60", " 60 ", "0", "-1", "1e3", "", "60s", undefined].map(seconds), [
    60,
    60,
    0,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

Deno.test("a Contact beside * is refused: nobody else would read it, and it shows the inside (RFC 3261 §10.3)", () => {
  for (const headers of [["Contact: *"], ["Contact: *, <sip:bob@192.168.1.21>"]]) {
    const stage = new Stage();
    const contact = headers.length === 1 ? `<sip:alice@${ALICE}>` : "*";
    stage.inside(registration({ contact, headers: [...headers, "Expires: 0"] }));
    const sent = stage.take();
    assertEquals(sent.map(({ side }) => side), ["inside"]);
    assertEquals(sentAnswer(sent[0]!).reason, "Contact * beside others");
  }
  const stage = new Stage();
  stage.inside(registration({ contact: "*, <sip:bob@192.168.1.21>" }));
  assertEquals(sentAnswer(stage.one("SIP/2.0")).status, 400);
});
