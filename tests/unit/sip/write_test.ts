import { assertEquals } from "@std/assert";
import { withHeaderValues } from "../../../src/sip/edit.ts";
import { headerValues, toTag } from "../../../src/sip/headers.ts";
import { makeRequest, makeResponse, writeMessage } from "../../../src/sip/write.ts";
import { message, request } from "./messages.ts";

const INVITE = request(
  "INVITE sip:b@example.com SIP/2.0",
  "CSeq: 1 INVITE",
  "v: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
  "Record-Route: <sip:192.0.2.9;lr>",
  "Via:SIP/2.0/UDP 192.0.2.2,\r\n SIP/2.0/UDP 192.0.2.3",
  "Timestamp: 54",
  "From: <sip:a@example.com>;tag=f",
  "To: <sip:b@example.com> ",
  "i: c@192.0.2.1",
  "Supported: timer",
);

Deno.test("a response copies what RFC 3261 §8.2.6.2 says, as it was written", () => {
  const written = writeMessage(makeResponse(INVITE, {
    status: 486,
    toTag: "ours",
    headers: [["Retry-After", "5"]],
  }));
  assertEquals(
    written,
    "SIP/2.0 486 Busy Here\r\n" +
      "CSeq: 1 INVITE\r\n" +
      "v: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n" +
      "Via:SIP/2.0/UDP 192.0.2.2,\r\n SIP/2.0/UDP 192.0.2.3\r\n" +
      "From: <sip:a@example.com>;tag=f\r\n" +
      "To: <sip:b@example.com>;tag=ours \r\n" +
      "i: c@192.0.2.1\r\n" +
      "Retry-After: 5\r\n" +
      "Content-Length: 0\r\n\r\n",
  );
  assertEquals(toTag(message(written)), "ours");
});

Deno.test("a 100 carries the Timestamp and no tag of ours", () => {
  const trying = makeResponse(INVITE, { status: 100, toTag: "ours" });
  assertEquals(trying.headers.some((field) => field.key === "timestamp"), true);
  assertEquals(toTag(trying), undefined);
});

Deno.test("what a faulty request repeats is answered once", () => {
  const twice = withHeaderValues(INVITE, "To", ["<sip:b@example.com>", "<sip:x@y>"]);
  const made = makeResponse(twice, { status: 400, toTag: "ours" });
  assertEquals(headerValues(made, "to"), ["<sip:b@example.com>;tag=ours"]);
  assertEquals(headerValues(made, "via").length, 3);
});

Deno.test("no first line can smuggle in another", () => {
  const made = makeResponse(INVITE, { status: 400, reason: "a\r\nb" });
  assertEquals(made.startLine, "SIP/2.0 400 a b\r\n");
  const asked = makeRequest({ method: "BYE", uri: "sip:a\nb", headers: [] });
  assertEquals(asked.startLine, "BYE sip:a b SIP/2.0\r\n");
});

Deno.test("a To that has a tag keeps it", () => {
  const made = makeResponse(
    request(
      "BYE sip:b@example.com SIP/2.0",
      "Via: SIP/2.0/UDP 192.0.2.1",
      "From: <sip:a@example.com>;tag=f",
      "To: <sip:b@example.com>;tag=theirs",
      "Call-ID: c",
      "CSeq: 2 BYE",
    ),
    { status: 200, toTag: "ours" },
  );
  assertEquals(toTag(made), "theirs");
});

Deno.test("a response may have a reason and a body of its own", () => {
  const made = makeResponse(INVITE, { status: 200, reason: "Fine", body: "v=0\r\n" });
  assertEquals([made.startLine, made.reason], ["SIP/2.0 200 Fine\r\n", "Fine"]);
  assertEquals(writeMessage(made).endsWith("Content-Length: 5\r\n\r\nv=0\r\n"), true);
});

Deno.test("a made request is its fields in order, then the length of its body", () => {
  const made = makeRequest({
    method: "MESSAGE",
    uri: "sip:b@example.com",
    headers: [
      ["Via", "SIP/2.0/UDP 192.0.2.1"],
      ["f", "<sip:a@example.com>;tag=f"],
      ["To", "<sip:b@example.com>"],
      ["Call-ID", "c"],
      ["CSeq", "1 MESSAGE"],
    ],
    body: "hello",
  });
  const written = "MESSAGE sip:b@example.com SIP/2.0\r\n" +
    "Via: SIP/2.0/UDP 192.0.2.1\r\nf: <sip:a@example.com>;tag=f\r\nTo: <sip:b@example.com>\r\n" +
    "Call-ID: c\r\nCSeq: 1 MESSAGE\r\nContent-Length: 5\r\n\r\nhello";
  assertEquals(writeMessage(made), written);
  assertEquals(message(written), made);
});
