import { assert, assertEquals } from "@std/assert";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { bytesToText, textToBytes } from "../../../src/base/bytes.ts";
import { parseNameAddr } from "../../../src/sip/name_addr.ts";
import { parseUri } from "../../../src/sip/uri.ts";
import { parseVia } from "../../../src/sip/via.ts";
import { answerText, audio, header, type RequestParts, requestText } from "./messages.ts";
import { register, sentRequest, Stage } from "./stage.ts";
import { ALICE, PROVIDER, SETTINGS } from "./world_fixture.ts";

/** Dialogs of one measurement, and what each of their datagrams is longer by in the second one. */
const DIALOGS = 40;
const PADDING = 12_000;

/** Texts as they come from a socket. */
function datagram(text: string): string {
  return bytesToText(textToBytes(text));
}

/** Plays a part of a dialog's life: the messages that pass, each with `padding` characters that nobody needs. */
type Part = (stage: Stage, options: { name: string; padding: number; masked: string }) => void;

const ALICE_LONG = "<sip:alice@example.com>;tag=the-tag-of-alice-";
const CAROL_LONG = "<sip:carol@example.com>;tag=the-tag-of-carol-";

function pad(padding: number): string {
  return `X-Padding: ${"x".repeat(padding)}`;
}

/** A dialog that the phone begins. */
const begun = (method: string): Part => (stage, { name, padding }) => {
  const body = method === "INVITE" ? { body: audio("192.168.1.20") } : {};
  stage.inside(datagram(requestText({
    method,
    call: `call-id-${name}`,
    from: ALICE_LONG + name,
    contact: `<sip:alice@${ALICE}>`,
    headers: [
      "Event: presence",
      "Expires: 86400",
      `Record-Route: <sip:192.168.1.30;lr;of=${name}>`,
      pad(padding),
    ],
    ...body,
  })));
  const headers = [
    ["Contact", `<sip:carol@${PROVIDER};of=${name}>`],
    ["Record-Route", `<sip:${PROVIDER};lr;of=${name}>`],
    ["X-Padding", "x".repeat(padding)],
  ] as const;
  const answer = method === "INVITE" ? { body: audio("198.51.100.10") } : {};
  const tag = `the-tag-of-carol-${name}`;
  const sent = sentRequest(stage.one(method));
  stage.outside(datagram(answerText(sent, 200, { tag, headers, ...answer })));
};

/** A dialog that the provider begins with the phone. */
const received = (method: string): Part => (stage, { name, padding, masked }) => {
  const body = method === "INVITE" ? { body: audio("198.51.100.10") } : {};
  stage.outside(datagram(requestText({
    method,
    uri: masked,
    via: `SIP/2.0/UDP ${PROVIDER};branch=z9hG4bK-in-${name}`,
    call: `call-id-${name}`,
    from: CAROL_LONG + name,
    to: "<sip:alice@example.com>",
    contact: `<sip:carol@${PROVIDER};of=${name}>`,
    headers: ["Event: presence", `Record-Route: <sip:${PROVIDER};lr;of=${name}>`, pad(padding)],
    ...body,
  })));
  const headers = [
    ["Contact", `<sip:alice-${name}@${ALICE}>`],
    ["X-Padding", "x".repeat(padding)],
  ] as const;
  const answer = method === "INVITE" ? { body: audio("192.168.1.20") } : {};
  const tag = `the-tag-of-alice-${name}`;
  const sent = sentRequest(stage.one(method));
  stage.inside(datagram(answerText(sent, 200, { tag, headers, ...answer })));
};

/** Both ends refresh a subscription of the phone's, and move. */
const moved: Part = (stage, options) => {
  begun("SUBSCRIBE")(stage, options);
  const { name, padding } = options;
  const again: RequestParts = {
    method: "SUBSCRIBE",
    call: `call-id-${name}`,
    from: ALICE_LONG + name,
    to: CAROL_LONG.replace("carol@", "bob@") + name,
    cseq: 2,
    contact: `<sip:alice-elsewhere-${name}@${ALICE}>`,
    headers: ["Expires: 86400", pad(padding)],
  };
  stage.inside(datagram(requestText(again)));
  const refresh = sentRequest(stage.one("SUBSCRIBE"));
  const token = header(refresh, "contact").replace(/^<|>.*$/g, "");
  const headers = [["Contact", `<sip:carol-moved@${PROVIDER};of=${name}>`]] as const;
  stage.outside(answerText(refresh, 200, { headers }));
  stage.outside(datagram(requestText({
    method: "NOTIFY",
    uri: token,
    via: `SIP/2.0/UDP ${PROVIDER};branch=z9hG4bK-notify-${name}`,
    call: `call-id-${name}`,
    from: CAROL_LONG.replace("carol@", "bob@") + name,
    to: ALICE_LONG + name,
    contact: `<sip:carol-elsewhere@${PROVIDER};of=${name}>`,
    headers: ["Event: presence", "Subscription-State: active;expires=86400", pad(padding)],
  })));
  stage.inside(answerText(sentRequest(stage.one("NOTIFY")), 200));
};

/** Fills what is remembered of the last texts with others: some would hold their datagrams until more have come. */
function forgetTexts(): void {
  for (let count = 0; count < 600; count++) {
    parseNameAddr(`<sip:${count}@example.com>`);
    parseUri(`sip:${count}@example.com`);
    parseVia(`SIP/2.0/UDP example.com;branch=${count}`);
  }
}

/** Bytes that a dialog holds when all its transactions are over. */
function bytesHeld(part: Part, padding: number): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const media = { ports: { low: 10_000, high: 14_000 }, idleMs: 9e8, holdMs: 9e8 };
  const stage = new Stage({ settings: { ...SETTINGS, media } });
  const masked = register(stage);
  const clear = () => {
    stage.effects.length = 0;
    stage.take();
  };
  const play = (from: number) => {
    for (let count = from; count < from + DIALOGS; count++) {
      part(stage, { name: `number-${padding}-${count}`, padding, masked });
      // A source may send so much in this time.
      stage.pass(200);
      clear();
    }
    stage.pass(100_000);
    clear();
    forgetTexts();
    collect();
    return Deno.memoryUsage().heapUsed;
  };
  // The first lot grows what grows once.
  const before = play(1_000);
  const bytes = (play(2_000) - before) / DIALOGS;
  assertEquals(stage.tables.dialogs, 2 * DIALOGS);
  return bytes;
}

Deno.test("a dialog holds what it needs of its messages, however large they were", () => {
  const parts: [what: string, part: Part][] = [
    ["subscription of a phone", begun("SUBSCRIBE")],
    ["subscription to a phone", received("SUBSCRIBE")],
    ["refreshed subscription", moved],
    ["call of a phone", begun("INVITE")],
    ["call to a phone", received("INVITE")],
  ];
  for (const [what, part] of parts) {
    const [bare, padded] = [bytesHeld(part, 0), bytesHeld(part, PADDING)];
    assert(padded - bare < PADDING / 2, `${what}: ${bare} bytes, padded ${padded}`);
  }
});
