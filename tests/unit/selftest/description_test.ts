import { assertEquals } from "@std/assert";
import { readDescription, writeDescription } from "../../../src/selftest/description.ts";
import { at } from "./small_world.ts";

Deno.test("a description that is written gives its address when read", () => {
  const text = writeDescription(at("192.0.2.1", 4000), 7);
  assertEquals(readDescription(text), { ok: true, value: at("192.0.2.1", 4000) });
  assertEquals(text.split("\r\n")[3], "c=IN IP4 192.0.2.1");
  const v6 = writeDescription({ family: 6, ip: "2001:db8::1", port: 4000 }, 7);
  assertEquals(v6.split("\r\n")[1], "o=- 7 7 IN IP6 2001:db8::1");
});

const READ: [lines: string, found: string | number][] = [
  ["c=IN IP4 192.0.2.1|m=audio 4000 RTP/AVP 0", 4000],
  ["c=IN IP4 192.0.2.9|m=audio 4002 RTP/AVP 0|c=IN IP4 192.0.2.1", 4002],
  ["c=IN IP4 192.0.2.1|m=video 5000 RTP/AVP 96|c=IN IP4 192.0.2.8|m=audio 4004 RTP/AVP 0", 4004],
  ["c=IN IP4 192.0.2.1|m=video 5000 RTP/AVP 96", "No audio stream in the session description"],
  ["m=audio 4000 RTP/AVP 0", "No connection address in the session description"],
  ["c=IN IP4 192.0.2.1|m=audio 0 RTP/AVP 0", "Not a port: 0"],
  ["c=IN IP4 host.example|m=audio 4000 RTP/AVP 0", "Not an IP address: host.example"],
];

Deno.test("the audio stream's own connection counts before the session's", () => {
  for (const [lines, found] of READ) {
    const read = readDescription(`v=0\r\n${lines.replaceAll("|", "\r\n")}\r\n`);
    if (read.ok) assertEquals([read.value.ip, read.value.port], ["192.0.2.1", found]);
    else assertEquals(read.reason, found);
  }
});
