import { assertEquals } from "@std/assert";
import { answerText, requestText } from "./messages.ts";
import { register, sentRequest, servers, Stage } from "./stage.ts";
import { ALICE, STRANGER } from "./world_fixture.ts";

const FOREIGN = { uri: "sip:bob@far.example", contact: `<sip:alice@${ALICE}>` };
const ASKED = { headers: [["WWW-Authenticate", 'Digest realm="r", nonce="n"']] as const };

/** What alice gets, by the status of each answer, when servers at an address answer her request with a challenge. */
function asked(
  stage: Stage,
  parts: Parameters<typeof requestText>[0],
  from: string | undefined = undefined,
): string[] {
  stage.inside(requestText(parts));
  const sent = stage.one(parts?.method ?? "INVITE");
  stage.outside(answerText(sentRequest(sent), 401, ASKED), from ?? sent.to);
  return stage.take().filter(({ to }) => to === ALICE)
    .map(({ text }) => `${text.slice(8, 11)}${text.includes("WWW-Auth") ? " asked" : ""}`);
}

function foreignStage(): Stage {
  return new Stage({
    resolve: ({ host }) => servers(host === "far.example" ? STRANGER : "198.51.100.10:5060"),
  });
}

Deno.test("a challenge of another's server is a 403 without it, for every method", () => {
  for (const method of ["INVITE", "MESSAGE", "SUBSCRIBE", "PUBLISH", "OPTIONS"]) {
    const stage = foreignStage();
    register(stage, "alice");
    assertEquals(asked(stage, { ...FOREIGN, method, call: method }), ["403"], method);
    assertEquals(stage.counters["refused.challenge"], 1, method);
    assertEquals(asked(stage, { ...FOREIGN, method, uri: "sip:bob@example.com", call: "own" }), [
      "401 asked",
    ], method);
  }
});

Deno.test("one that is not from where the request went is dropped, whoever's it is", () => {
  const stage = foreignStage();
  register(stage, "alice");
  assertEquals(asked(stage, FOREIGN, "192.0.2.67:5060"), []);
  assertEquals(asked(stage, { uri: "sip:bob@example.com", call: "own" }, STRANGER), []);
});

Deno.test("a REGISTER is asked by the registrar that it was sent to, whatever its address of record is", () => {
  const stage = foreignStage();
  const parts = { ...FOREIGN, method: "REGISTER", uri: "sip:far.example", call: "reg" };
  assertEquals(asked(stage, parts), ["401 asked"]);
  // Its neighbour is in the provider set (RULES S3), others are not.
  assertEquals(asked(stage, { ...parts, call: "reg2" }, "192.0.2.200:5060"), ["401 asked"]);
  assertEquals(asked(stage, { ...parts, call: "reg3" }, "198.51.100.10:5060"), []);
});

Deno.test("a sender without a registration is asked by the domain in its From, also by a name in that", () => {
  const stage = foreignStage();
  const from = (domain: string, call: string) =>
    asked(stage, { ...FOREIGN, from: `<sip:alice@${domain}>;tag=a`, call });
  assertEquals(from("far.example", "1"), ["401 asked"]);
  assertEquals(from("example.com", "2"), ["403"]);
  assertEquals(from("example", "3"), ["401 asked"]);
  assertEquals(from("ar.example", "4"), ["403"]);
  assertEquals(from("192.168.1.20", "5"), ["403"]);
});

Deno.test("what ends a call of ours asks nobody for a password", () => {
  const stage = foreignStage();
  register(stage, "alice");
  stage.inside(requestText({ ...FOREIGN, branch: "z9hG4bK1" }));
  const invite = sentRequest(stage.one("INVITE"));
  stage.outside(answerText(invite, 180), STRANGER);
  stage.take();
  stage.inside(requestText({ ...FOREIGN, method: "CANCEL", branch: "z9hG4bK1" }));
  const cancel = sentRequest(stage.one("CANCEL"));
  stage.take();
  stage.outside(answerText(cancel, 401, ASKED), STRANGER);
  assertEquals(stage.take(), []);
});
