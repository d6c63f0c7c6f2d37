import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { masked } from "../../../src/proxy/message_notes.ts";
import { requestText } from "./messages.ts";
import { register, Stage } from "./stage.ts";
import { SETTINGS, STRANGER } from "./world_fixture.ts";

const DEBUG = { ...SETTINGS, log: { level: "debug" } } as const;

/** Notes about messages, with their details. */
function messages(stage: Stage): { text: string; detail?: string; known: boolean | undefined }[] {
  return stage.effects.flatMap((effect) => {
    if (effect.type !== "note" || effect.note.kind !== "message") return [];
    const { text, detail = "", by } = effect.note;
    return [{ text, detail, known: by?.known }];
  });
}

Deno.test("at debug every message in and out is noted in full, keep-alives are not", () => {
  const stage = new Stage({ settings: DEBUG });
  const text = requestText({ method: "OPTIONS", uri: "sip:192.168.1.1:5060" });
  stage.inside(text);
  stage.inside("\r\n\r\n");
  const [received, sent, ...more] = messages(stage);
  assertEquals(received, {
    text: `Message from 192.168.1.20:5060 (inside), ${text.length} bytes`,
    detail: text,
    known: false,
  });
  assertEquals(sent!.detail, stage.one("SIP/2.0 200").text);
  assertStringIncludes(sent!.text, "Message to 192.168.1.20:5060 (inside), ");
  assertEquals(more, []);
});

Deno.test("garbage is noted too, as text that can be read", () => {
  const stage = new Stage({ settings: DEBUG });
  stage.outside("Gr\xc3\xbc\xc3\x9fe", STRANGER);
  assertEquals(messages(stage).map(({ detail }) => detail), ["Grüße"]);
});

Deno.test("a message says whose share of the log it takes", () => {
  const stage = new Stage({ settings: DEBUG });
  register(stage);
  stage.outside(requestText({ call: "x" }), STRANGER);
  assertEquals(messages(stage).at(-1)?.known, false);
  assert(messages(stage).some(({ known }) => known));
});

Deno.test("at info no message is noted; a change of the level holds from the next message on", () => {
  const stage = new Stage();
  const options = () => stage.inside(requestText({ method: "OPTIONS", uri: "sip:192.168.1.1" }));
  options();
  assertEquals(messages(stage), []);
  stage.event({ type: "settings.changed", settings: DEBUG });
  options();
  const count = messages(stage).length;
  assert(count > 0);
  stage.event({ type: "settings.changed", settings: SETTINGS });
  options();
  assertEquals(messages(stage).length, count);
});

const MASKED: [name: string, text: string, shown: string][] = [
  ["digest", 'response="6629fae4", nonce="84a4"', 'response=***, nonce="84a4"'],
  [
    "no quotes",
    "nc=00000001, Response = 6629fae4,qop=auth",
    "nc=00000001, Response = ***,qop=auth",
  ],
  ["an open quote", 'response="6629fae4', "response=***"],
  ["folded", 'username="a",\r\n  response="6629fae4"', 'username="a",\r\n  response=***'],
];

Deno.test("the answer to a challenge is masked, all else of it is shown", () => {
  for (const name of ["Authorization", "proxy-authorization", "PROXY-AUTHORIZATION "]) {
    for (const [what, text, shown] of MASKED) {
      const around = (value: string) => `BYE x SIP/2.0\r\n${name}: Digest ${value}\r\nTo: y\r\n`;
      assertEquals(masked(around(text)), around(shown), what);
    }
  }
});

Deno.test("other credentials, the server's own answer and keys of media are masked", () => {
  assertEquals(masked("Authorization: Basic YWxpY2U6c2VjcmV0\r\n"), "Authorization: Basic ***\r\n");
  assertEquals(
    masked('Authentication-Info: rspauth="12", nc=1'),
    "Authentication-Info: rspauth=***, nc=1",
  );
  const crypto = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:";
  assertEquals(
    masked(`${crypto}abc+/=|2^20|1:32;inline:def|2^20\r\nk=base64:xyz\r\nk=prompt\r\n`),
    `${crypto}***|2^20|1:32;inline:***|2^20\r\nk=base64:***\r\nk=prompt\r\n`,
  );
});

Deno.test("a challenge and words alike are shown", () => {
  const text = 'WWW-Authenticate: Digest nonce="1", response="no"\r\nX: response="1"\r\n';
  assertEquals(masked(text), text);
});
