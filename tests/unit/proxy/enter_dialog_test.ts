import { assertEquals } from "@std/assert";
import { header, requestText } from "./messages.ts";
import { callIn, register, sentRequest, Stage } from "./stage.ts";
import { ALICE, PROVIDER } from "./world_fixture.ts";

const OTHER = "198.51.100.99:5060";
const IN = {
  uri: "sip:alice@203.0.113.5:5060",
  from: "<sip:carol@example.com>;tag=carol",
  to: "<sip:alice@example.com>;tag=alice",
  call: "call-in",
};

/** The BYEs that end a call through which no audio came, after a request of its far end. */
function byesAfter(parts: { method: string; hops?: string }): string[] {
  const stage = new Stage();
  callIn(stage, register(stage));
  stage.outside(
    requestText({
      ...IN,
      ...parts,
      cseq: 50,
      contact: `<sip:carol@${OTHER}>`,
      via: `SIP/2.0/UDP ${OTHER};branch=z9hG4bK-other`,
    }),
    OTHER,
  );
  stage.take();
  stage.pass(300_001);
  return stage.take().filter(({ text }) => text.startsWith("BYE")).map((sent) => {
    const bye = sentRequest(sent);
    return `${bye.uri} ${header(bye, "cseq")} > ${sent.to}`;
  });
}

Deno.test("a request that goes on shows where the far end is, and how far its numbers are", () => {
  for (const method of ["ACK", "UPDATE"]) {
    assertEquals(byesAfter({ method }), [
      `sip:alice@${ALICE} 150 BYE > ${ALICE}`,
      `sip:carol@${OTHER} 100 BYE > ${OTHER}`,
    ], method);
  }
});

Deno.test("one that goes no further changes nothing (S3)", () => {
  for (const method of ["ACK", "UPDATE"]) {
    assertEquals(byesAfter({ method, hops: "0" }), [
      `sip:alice@${ALICE} 101 BYE > ${ALICE}`,
      `sip:carol@${PROVIDER} 100 BYE > ${PROVIDER}`,
    ], method);
  }
});
