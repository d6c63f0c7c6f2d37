import { assertEquals } from "@std/assert";
import { MediaLine } from "../../../src/selftest/media_line.ts";
import { judgeTone } from "../../../src/selftest/tone.ts";

Deno.test("two lines that talk hear each other's tone and report", async () => {
  const [left, right] = [MediaLine.open("127.0.3.2"), MediaLine.open("127.0.3.3")];
  assertEquals([left.address.port % 2, right.address.port % 2], [0, 0]);
  const [atLeft, atRight] = await Promise.all([
    left.talk({ far: right.address, frequency: 400, packets: 10 }),
    right.talk({ far: left.address, frequency: 700, packets: 10 }),
  ]);
  const heard = judgeTone(atLeft.recording.samples(10), { expected: 700, own: 400 });
  assertEquals([heard.ok, atLeft.reports, atRight.reports], [true, 1, 1]);
  await left.close();
  await right.close();
});

Deno.test("what comes from another address than agreed is a stranger and is not recorded", async () => {
  const [left, right] = [MediaLine.open("127.0.3.2"), MediaLine.open("127.0.3.3")];
  const elsewhere = { ...right.address, port: 9 };
  const [atLeft] = await Promise.all([
    left.talk({ far: elsewhere, frequency: 400, packets: 3 }),
    right.talk({ far: left.address, frequency: 700, packets: 3 }),
  ]);
  const { port } = right.address;
  assertEquals(atLeft.recording.packets, 0);
  assertEquals([...atLeft.strangers].sort(), [`127.0.3.3:${port}`, `127.0.3.3:${port + 1}`]);
  await left.close();
  await right.close();
});
