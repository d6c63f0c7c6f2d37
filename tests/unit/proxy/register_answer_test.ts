import { assertEquals } from "@std/assert";
import { headerValues } from "../../../src/sip/headers.ts";
import { answerText, header, requestText } from "./messages.ts";
import { register, sentAnswer, sentRequest, Stage } from "./stage.ts";
import { ALICE, BOB } from "./world_fixture.ts";

const OWN = `<sip:alice@${ALICE};x=y>`;

/** Sends a REGISTER of alice's and answers it; `M` in the answer's Contacts stands for our masked URI. */
function exchange(
  stage: Stage,
  options: { contact?: string; asked?: string; headers: [string, string][]; status?: number },
) {
  const { contact = OWN, asked, headers, status = 200 } = options;
  stage.inside(requestText({
    method: "REGISTER",
    uri: "sip:example.com",
    from: "<sip:alice@example.com>;tag=1",
    to: "<sip:alice@example.com>",
    contact,
    headers: asked === undefined ? [] : [`Expires: ${asked}`],
    call: `call-${stage.now}-${stage.effects.length}`,
  }));
  const sent = sentRequest(stage.one("REGISTER"));
  const masked = header(sent, "contact").replace(/^[^<]*<|>.*$/g, "");
  const written = headers.map(([name, value]) => [name, value.replaceAll("M", masked)] as const);
  stage.outside(answerText(sent, status, { headers: written }));
  const answer = stage.one("SIP/2.0");
  return { answer: sentAnswer(answer), committed: answer.committed };
}

function phones(stage: Stage): { phone: string; expiresInMs: number }[] {
  return stage.core.snapshot().phones;
}

const GRANTS: [what: string, headers: [string, string][], asked: string | undefined, ms: number][] =
  [
    ["our entry", [["Contact", "<M>;expires=120"]], undefined, 120_000],
    ["Expires of the answer", [["Contact", "<M>"], ["Expires", "90"]], undefined, 90_000],
    ["what was asked for", [["Contact", "<M>"]], "80", 80_000],
    ["an hour", [["Contact", "<M>"]], undefined, 3_600_000],
    ["the altered entry", [["Contact", "<sip:alice@198.51.100.9>;expires=70"]], "80", 70_000],
    ["Expires where the entry is missing", [["Expires", "60"]], "80", 60_000],
    [
      "our entry beside another of that user",
      [["Contact", "<sip:alice@198.51.100.9>;expires=70, <M>;expires=50"]],
      undefined,
      50_000,
    ],
    ["nothing", [["Contact", "<M>;expires=0"]], undefined, 0],
  ];

Deno.test("a binding lives as long as the registrar granted (R1, C5)", () => {
  for (const [what, headers, asked, ms] of GRANTS) {
    const stage = new Stage();
    exchange(stage, { headers, ...(asked === undefined ? {} : { asked }) });
    assertEquals(phones(stage)[0]?.expiresInMs ?? 0, ms, what);
  }
});

const LISTS: [what: string, listed: string, told: string[]][] = [
  ["as sent", "<M>;expires=120", [`${OWN};expires=120`]],
  ["with parameters", "<M>;q=0.5;expires=120;foo", [`${OWN};q=0.5;expires=120;foo`]],
  ["longer than phones get (R2)", "<M>;expires=3600", [`${OWN};expires=300`]],
  ["altered", "<sip:alice@198.51.100.9:1024>;expires=120", [`${OWN};expires=120`]],
  ["missing", "", [`${OWN};expires=300`]],
  [
    "with a stranger's",
    "<sip:alice@198.51.100.9>;expires=9, <M>;expires=120",
    ["<sip:alice@198.51.100.9>;expires=9", `${OWN};expires=120`],
  ],
  [
    "with a former one of ours",
    "<sip:alice@203.0.113.5:5060;line=aaaaaaaaaaaaaaaaaaaa>;expires=9, <M>;expires=120",
    [`${OWN};expires=120`],
  ],
  ["twice", "<M>;expires=120, <M>;expires=130", [`${OWN};expires=120`]],
];

Deno.test("the phone reads its own Contact, whatever the registrar made of it (C5)", () => {
  for (const [what, listed, told] of LISTS) {
    const { answer } = exchange(new Stage(), {
      headers: listed === "" ? [] : [["Contact", listed]],
    });
    assertEquals(headerValues(answer, "contact"), told, what);
  }
});

Deno.test("another phone's Contact of that AOR is in its own words (C5)", () => {
  const stage = new Stage();
  const bobs = register(stage, "alice", BOB);
  const { answer } = exchange(stage, {
    headers: [["Contact", `<${bobs}>;expires=60, <M>;expires=120`]],
  });
  assertEquals(headerValues(answer, "contact"), [
    `<sip:alice@${BOB}>;expires=60`,
    `${OWN};expires=120`,
  ]);
});

Deno.test("Expires of the answer is what phones get at most (R2)", () => {
  const { answer } = exchange(new Stage(), { headers: [["Expires", "3600"], ["Contact", "<M>"]] });
  assertEquals(header(answer, "expires"), "300");
});

Deno.test("Expires 0 ends the binding, with or without a list in the answer", () => {
  const stage = new Stage();
  exchange(stage, { headers: [["Contact", "<M>;expires=60"]] });
  assertEquals(phones(stage).length, 1);
  const { answer } = exchange(stage, { asked: "0", headers: [] });
  assertEquals([phones(stage).length, headerValues(answer, "contact").length], [0, 0]);
});

Deno.test("a challenge, a refusal and an interval too brief change nothing (R1)", () => {
  for (const status of [401, 403, 423, 500]) {
    const stage = new Stage();
    exchange(stage, { headers: [["Contact", "<M>;expires=60"]] });
    exchange(stage, { status, asked: "0", headers: [["Min-Expires", "1800"]] });
    assertEquals(phones(stage).length, 1, String(status));
  }
});

const REFUSALS: [status: number, headers: [string, string][], notes: number][] = [
  [401, [["WWW-Authenticate", 'Digest realm="x", nonce="1"']], 0],
  [423, [["Min-Expires", "1800"]], 0],
  [403, [], 1],
  [500, [], 1],
];

Deno.test("a refusal is said in words, a first challenge is none", () => {
  for (const [status, headers, notes] of REFUSALS) {
    const stage = new Stage();
    exchange(stage, { status, headers });
    assertEquals(stage.notes("register.refused").length, notes, String(status));
  }
});

Deno.test("the phone is told after the binding is on disk (X1)", () => {
  const stage = new Stage();
  const { committed } = exchange(stage, { headers: [["Contact", "<M>;expires=60"]] });
  const stored = stage.effects.filter((effect) => effect.type === "store.set");
  assertEquals(committed, true);
  assertEquals(stored.map(({ when }) => when), ["urgent"]);
});

Deno.test("our entry lies on top of the registrar's Service-Route (R4)", () => {
  const { answer } = exchange(new Stage(), {
    headers: [["Contact", "<M>"], ["Service-Route", "<sip:198.51.100.10;lr>"]],
  });
  assertEquals(headerValues(answer, "service-route"), [
    "<sip:192.168.1.1:5060;lr>",
    "<sip:198.51.100.10;lr>",
  ]);
});

Deno.test("a NAT in front of us is told once, with what to set (N6)", () => {
  const stage = new Stage();
  const ask = () => {
    stage.inside(requestText({
      method: "REGISTER",
      uri: "sip:example.com",
      call: `nat-${stage.now}`,
    }));
    const sent = sentRequest(stage.one("REGISTER"));
    const seen = answerText(sent, 200).replace(";rport", ";rport=1024;received=192.0.2.7");
    stage.outside(seen);
    stage.take();
    stage.pass(1_000);
  };
  ask();
  ask();
  assertEquals(stage.notes("nat").length, 1);
  assertEquals(stage.notes("nat")[0]!.includes('advertise = "192.0.2.7"'), true);
});
