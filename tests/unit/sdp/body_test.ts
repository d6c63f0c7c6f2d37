import { assert, assertEquals } from "@std/assert";
import { readSdpBody, writeSdpBody } from "../../../src/sdp/body.ts";

const MULTIPART = [
  "--x",
  "Content-Type: application/isup",
  "",
  "\x01\x10\xff",
  "--x",
  "Content-Type: application/sdp",
  "",
  "v=0",
  "c=IN IP4 192.168.1.50",
  "m=audio 4000 RTP/AVP 0",
  "--x--",
  "",
].join("\r\n");

Deno.test("a body's description is edited where it stands", () => {
  const body = readSdpBody("multipart/mixed; boundary=x", MULTIPART);
  assert(body.ok);
  assertEquals(
    writeSdpBody(body.value, { shown: "203.0.113.1", port: () => 20000 }),
    MULTIPART.replace("192.168.1.50", "203.0.113.1").replace("4000", "20000"),
  );
});

Deno.test("a body without a description stays as it is", () => {
  const body = readSdpBody("text/plain", MULTIPART);
  assert(body.ok);
  assertEquals(body.value.descriptions, []);
  assertEquals(writeSdpBody(body.value, { shown: "203.0.113.1", port: () => 1 }), MULTIPART);
});

Deno.test("one description that cannot be read refuses the body", () => {
  const broken = readSdpBody("application/sdp", "v=0\r\nm=audio here RTP/AVP 0\r\n");
  assertEquals(broken.ok, false);
});
