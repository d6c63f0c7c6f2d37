import { assert, assertEquals } from "@std/assert";
import type { ServerQuery } from "../../../src/proxy/events.ts";
import { answerText, audio, header, requestText } from "./messages.ts";
import {
  callOut,
  register,
  restart,
  sentRequest,
  servers,
  Stage,
  type StageOptions,
} from "./stage.ts";
import { ALICE, PROVIDER, SETTINGS } from "./world_fixture.ts";

/*
 * RULES V7: whatever one source does, a registered phone registers, calls, and is called, with audio. Each test lets
 * somebody take all that he can get, and then judges by alice. Tables are small, so that hundreds of messages fill them.
 */

const HOSTILE = "192.168.1.66:5060";
/** The hostile phone's own registrar, which grants and answers whatever it is asked. */
const EVIL = "198.51.102.66:5060";
const EVIL_URI = "sip:evil.example";

const LIMITS = {
  dialogs: 400,
  calls: 200,
  bindings: 200,
  pendingBindings: 400,
  parked: 100,
  serverTransactions: 4_096,
  clientTransactions: 4_096,
};
const MEDIA = { ...SETTINGS.media, ports: { low: 10_000, high: 10_199 } };

function resolve({ host }: ServerQuery) {
  if (host === "evil.example") return servers(EVIL);
  return host === "example.com" ? servers(PROVIDER) : undefined;
}

/** A core with the small tables; alice is registered. */
function arena(options: StageOptions = {}): { stage: Stage; masked: string } {
  const stage = new Stage({
    settings: { ...SETTINGS, media: MEDIA },
    limits: LIMITS,
    resolve,
    ...options,
  });
  return { stage, masked: register(stage) };
}

/** Repeats an act until it has failed so often in a row; how often it succeeded. */
function asOftenAs(act: (number: number) => boolean): number {
  let done = 0;
  for (let number = 0, failed = 0; failed < 3; number++) {
    if (act(number)) [done, failed] = [done + 1, 0];
    else failed++;
    assert(number < 20_000, "nothing stops it");
  }
  return done;
}

let numbers = 0;

/** Sends a request of the hostile host; true when it went on to its server, which answers with `status` or not at all. */
function hostile(
  stage: Stage,
  parts: Parameters<typeof requestText>[0] & { answer?: number; from?: string },
): boolean {
  const { answer, from = HOSTILE, ...rest } = parts;
  const { method = "INVITE" } = rest;
  stage.inside(
    requestText({
      call: `hostile-${++numbers}`,
      uri: `${EVIL_URI}`,
      via: `SIP/2.0/UDP ${from};branch=z9hG4bK-hostile-${numbers}`,
      from: `<sip:h${numbers}@evil.example>;tag=h${numbers}`,
      to: `<sip:h${numbers}@evil.example>`,
      contact: `<sip:h@${from}>`,
      ...rest,
    }),
    from,
  );
  const sent = stage.take().find(({ text, to }) => text.startsWith(`${method} `) && to === EVIL);
  if (sent === undefined) return false;
  if (answer === undefined) return true;
  const request = sentRequest(sent);
  const granted = request.headers.filter(({ key }) => key === "contact").map(({ line }) =>
    ["Contact", line.slice(9).trim()] as const
  );
  const headers = [...granted, ["Expires", "604800"]] as const;
  stage.outside(answerText(request, answer, { tag: `e${numbers}`, headers }), EVIL);
  stage.take();
  return true;
}

/** The hostile host registers as many Contacts as it can with its own server; how many REGISTERs were taken. */
function registersAll(stage: Stage): number {
  return asOftenAs((number) => {
    const contact = Array.from(
      { length: 16 },
      (_, index) => `<sip:h${number}x${index}@${HOSTILE}>`,
    );
    return hostile(stage, { method: "REGISTER", contact: contact.join(", "), answer: 200 }) ||
      hostile(stage, { method: "REGISTER", contact: contact[0]!, answer: 200 });
  });
}

/** A description with so many audio streams. */
function streams(count: number): string {
  const [head] = audio("192.168.1.66").split("m=audio");
  return head + "m=audio 4000 RTP/AVP 0\r\n".repeat(count);
}

/** Calls with that many streams until no more are taken; they ring for ever. */
function callsAll(stage: Stage, from = HOSTILE, count = 4): number {
  return asOftenAs(() => hostile(stage, { body: streams(count), answer: 180, from }));
}

/** Subscriptions for a week until no more are taken. */
function subscribesAll(stage: Stage): number {
  return asOftenAs(() => {
    const done = hostile(stage, { method: "SUBSCRIBE", headers: ["Event: x"], answer: 200 });
    // Its transactions shall not be what stops it.
    if (numbers % 100 === 0) stage.pass(40_000);
    return done;
  });
}

/** Alice hangs up a call that she made or took. */
function hangUp(stage: Stage, call: string, [from, to]: readonly [string, string]): void {
  const uri = `sip:x@${PROVIDER}`;
  stage.inside(requestText({ method: "BYE", call, from, to, uri, cseq: 2 }));
  stage.outside(answerText(sentRequest(stage.one("BYE")), 200));
  assert(stage.lines()[0]?.startsWith("SIP/2.0 200"), "the BYE is answered");
}

/** Alice refreshes her registration, calls and is called, with audio; and a second time while those calls go on. */
function judge(stage: Stage, masked: string): void {
  stage.pass(1);
  stage.take();
  const start = ++numbers;
  assertEquals(register(stage), masked);
  const calls = [`out-${start}`, `out-${start}-second`];
  for (const call of calls) {
    const invite = callOut(stage, { call });
    assert(/\r\nm=audio \d+ /.test(`\r\n${invite.body}`), "her call has audio");
  }
  const via = `SIP/2.0/UDP ${PROVIDER};branch=z9hG4bK-judge-${start}`;
  const [carol, called] = [`<sip:carol@example.com>;tag=c${start}`, "<sip:alice@example.com>"];
  const incoming = { call: `in-${start}`, from: carol, to: called, uri: masked };
  const contact = `<sip:carol@${PROVIDER}>`;
  stage.outside(requestText({ ...incoming, via, contact, body: audio("198.51.100.10") }));
  const invite = sentRequest(stage.one("INVITE"));
  assert(invite.body.includes("m=audio"), "the call for her has audio");
  const headers = [["Contact", `<sip:alice@${ALICE}>`]] as const;
  stage.inside(answerText(invite, 200, { tag: "a", headers, body: audio("192.168.1.20") }));
  assert(stage.lines()[0]?.startsWith("SIP/2.0 200"), "she has taken the call");
  for (const call of calls) {
    hangUp(stage, call, ["<sip:alice@example.com>;tag=alice", "<sip:bob@example.com>;tag=bob"]);
  }
  hangUp(stage, `in-${start}`, [`${called};tag=a`, carol]);
}

/** What alice's log says of who takes too much. */
function complaints(stage: Stage): string[] {
  return [...new Set(stage.notes("share"))];
}

Deno.test("one registered phone that takes all it gets leaves the others theirs (V7)", () => {
  const { stage, masked } = arena();
  const registers = registersAll(stage);
  assert(registers >= 4 && registers < 15, `${registers} REGISTERs`);
  judge(stage, masked);
  const calls = callsAll(stage);
  assert(calls >= 8 && calls < 16, `${calls} calls of four streams`);
  judge(stage, masked);
  const more = asOftenAs(() => hostile(stage, { answer: 180 }));
  assert(more > 50 && more < 120, `${more} calls without audio`);
  judge(stage, masked);
  assert(subscribesAll(stage) < 250);
  judge(stage, masked);
  const flood = asOftenAs(() => hostile(stage, { method: "MESSAGE", contact: "" }));
  assert(flood > 1_000 && flood < 2_500, `${flood} messages`);
  judge(stage, masked);
  // It is named once an hour, whatever it is refused.
  const [first, ...rest] = complaints(stage);
  assert(/^192\.168\.1\.66 holds \d+ of \d+ registrations: further ones are refused;/.test(first!));
  assertEquals(rest, []);
});

Deno.test("what the hostile phone's own server sends to it takes no more than that phone might (V7)", () => {
  const { stage, masked } = arena();
  hostile(stage, { method: "REGISTER", answer: 200 });
  stage.inside(
    requestText({ method: "REGISTER", uri: EVIL_URI, call: "h", contact: `<sip:h@${HOSTILE}>` }),
    HOSTILE,
  );
  const token = header(sentRequest(stage.one("REGISTER")), "contact").replace(/^<|>.*$/g, "");
  const rings = asOftenAs((number) => {
    const via = `SIP/2.0/UDP ${EVIL};branch=z9hG4bK-evil-${number}`;
    const contact = `<sip:e@${EVIL}>`;
    const from = `<sip:e@evil.example>;tag=${number}`;
    const call = `evil-${number}`;
    stage.outside(requestText({ via, from, contact, call, uri: token, body: streams(2) }), EVIL);
    return stage.take().some(({ text }) => text.startsWith("INVITE"));
  });
  assert(rings > 5 && rings < 40, `${rings} calls`);
  judge(stage, masked);
  const options = asOftenAs((number) => {
    const via = `SIP/2.0/UDP ${EVIL};branch=z9hG4bK-options-${number}`;
    stage.outside(requestText({ method: "OPTIONS", via, uri: "sip:nobody@203.0.113.5" }), EVIL);
    return stage.lines()[0]?.startsWith("SIP/2.0 404") ?? false;
  });
  assert(options < 2_000, `${options} requests`);
  judge(stage, masked);
  assertEquals(complaints(stage).map((text) => text.split(" of ")[0]), [
    `What comes for 192.168.1.66 holds ${2 * rings}`,
    `198.51.102.0/24 holds ${options}`,
  ]);
});

Deno.test("what that server sends to a phone whose token it knows is its own, and no call of that phone's (V7)", () => {
  const { stage, masked } = arena();
  assertEquals(hostile(stage, { method: "REGISTER", answer: 200 }), true);
  const rings = asOftenAs((number) => {
    stage.outside(
      requestText({
        via: `SIP/2.0/UDP ${EVIL};branch=z9hG4bK-evil-${number}`,
        call: `evil-${number}`,
        uri: masked,
        from: `<sip:s@far.example>;tag=${number}`,
        body: streams(1),
      }),
      EVIL,
    );
    return stage.take().some(({ text }) => text.startsWith("INVITE"));
  });
  assert(rings > 0, "nothing was tried");
  const { shares } = stage.core.snapshot() as { shares: { table: string; most: string }[] };
  assertEquals(shares.find(({ table }) => table === "calls")?.most, "198.51.102.0/24");
  judge(stage, masked);
});

Deno.test("one host without a registration gets little of everything (V7)", () => {
  const { stage, masked } = arena();
  const calls = callsAll(stage, HOSTILE, 1);
  assert(calls >= 4 && calls <= 6, `${calls} calls`);
  judge(stage, masked);
  assert(asOftenAs(() => hostile(stage, { answer: 180 })) <= 12);
  judge(stage, masked);
  assert(subscribesAll(stage) <= 25);
  judge(stage, masked);
  assert(asOftenAs(() => hostile(stage, { method: "MESSAGE", contact: "" })) < 300);
  judge(stage, masked);
});

Deno.test("all hosts of the network without a registration together leave half of everything (V7)", () => {
  const { stage, masked } = arena();
  for (let host = 100; host < 250; host++) {
    const from = `192.168.1.${host}:5060`;
    callsAll(stage, from, 1);
    asOftenAs(() =>
      hostile(stage, { method: "SUBSCRIBE", headers: ["Event: x"], answer: 200, from })
    );
  }
  judge(stage, masked);
  const { shares } = stage.core.snapshot() as {
    shares: { table: string; guests: number; limit: number }[];
  };
  for (const { guests, limit } of shares) assert(guests <= limit / 2);
  assert(
    complaints(stage).some((text) => text.startsWith("Sources without a registration hold half")),
  );
});

Deno.test("strangers who have a phone's token ring it, and keep nobody from calling it (V7)", () => {
  const { stage, masked } = arena();
  let rings = 0;
  for (let host = 1; host < 250; host++) {
    const from = `198.51.101.${host}:5060`;
    rings += asOftenAs((number) => {
      const via = `SIP/2.0/UDP ${from};branch=z9hG4bK-s-${host}-${number}`;
      const party = `<sip:s@far.example>;tag=${host}-${number}`;
      stage.outside(
        requestText({
          via,
          call: `s-${host}-${number}`,
          uri: masked,
          from: party,
          body: streams(1),
        }),
        from,
      );
      return stage.take().some(({ text }) => text.startsWith("INVITE"));
    });
  }
  assert(rings <= 50, `${rings} calls`);
  judge(stage, masked);
  // All of them are told of in one sentence, and in another when they have their half.
  assertEquals(complaints(stage).length, 2);
});

Deno.test("a call that is answered with thousands of To tags is one call like another (V7)", () => {
  const { stage, masked } = arena();
  stage.inside(
    requestText({ call: "tags", uri: EVIL_URI, contact: `<sip:h@${HOSTILE}>`, body: streams(1) }),
    HOSTILE,
  );
  const invite = sentRequest(stage.one("INVITE"));
  const answered = (status: number, tag: string) => {
    const headers = [["Contact", `<sip:${tag}@${EVIL}>`]] as const;
    stage.outside(answerText(invite, status, { tag, headers }), EVIL);
    stage.take();
  };
  for (let count = 0; count < 1_000; count++) answered(180, `early${count}`);
  judge(stage, masked);
  for (let count = 0; count < 1_000; count++) answered(200, `late${count}`);
  assert(stage.tables["dialogs"]! < 20, `${stage.tables["dialogs"]} dialogs`);
  judge(stage, masked);
});

Deno.test("a host whose subscriptions filled the table before a restart does not fill it after (V7)", () => {
  // As a version without shares has left it: everything is the hostile host's.
  const { stage } = arena({ limits: { ...LIMITS, dialogs: 8_000 } });
  for (let count = 0; count < 390; count++) {
    assert(hostile(stage, { method: "SUBSCRIBE", headers: ["Event: x"], answer: 200 }));
    if (count % 100 === 0) stage.pass(40_000);
  }
  assertEquals(stage.tables["dialogs"], 390);
  stage.pass(40_000);
  const again = restart(stage, undefined, {
    settings: { ...SETTINGS, media: MEDIA },
    limits: LIMITS,
    resolve,
  });
  assert(again.tables["dialogs"]! < 30, `${again.tables["dialogs"]} dialogs`);
  judge(again, register(again));
});

Deno.test("a host that asks for names without end keeps nobody from its own (V7)", () => {
  const { stage, masked } = arena();
  let silent = 0;
  asOftenAs((number) => {
    stage.inside(
      requestText({ method: "MESSAGE", call: `look-${number}`, uri: `sip:x@n${number}.example` }),
      HOSTILE,
    );
    if (stage.take().length > 0) return false;
    silent++;
    return true;
  });
  assert(silent > 0 && silent <= 6, `${silent} look-ups`);
  judge(stage, masked);
});

Deno.test("an emergency call has a place when everything is taken, for who has one (V6, V7)", () => {
  const { stage, masked } = arena();
  for (let host = 100; host < 200; host++) {
    const from = `192.168.1.${host}:5060`;
    register(stage, `p${host}`, from);
    callsAll(stage, from, 1);
    if (host % 10 === 0) stage.pass(40_000);
  }
  stage.take();
  const call = (uri: string, from: string) => {
    stage.inside(
      requestText({
        uri,
        call: `help-${++numbers}`,
        contact: `<sip:a@${from}>`,
        body: audio("192.168.1.20"),
      }),
      from,
    );
    return stage.take().some(({ text }) => text.startsWith("INVITE"));
  };
  assertEquals(call("sip:bob@example.com", "192.168.1.100:5060"), false);
  assertEquals(call("urn:service:sos", "192.168.1.100:5060"), true);
  assertEquals(call("urn:service:sos", ALICE), true);
  assert(masked !== "");
});
