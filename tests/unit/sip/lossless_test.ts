import { assert, assertEquals } from "@std/assert";
import { mapHeaderValues, withHeader, withoutTopValue } from "../../../src/sip/edit.ts";
import { headerValues } from "../../../src/sip/headers.ts";
import { parseNameAddr, writeNameAddr } from "../../../src/sip/name_addr.ts";
import { parseMessage } from "../../../src/sip/parse.ts";
import { parseUri, writeUri } from "../../../src/sip/uri.ts";
import { parseVia, writeVia } from "../../../src/sip/via.ts";
import { writeMessage } from "../../../src/sip/write.ts";
import { randomRequest, seeded } from "./generator.ts";
import { message } from "./messages.ts";
import { VALID } from "./valid_messages.ts";

const SEEDS = Array.from({ length: 300 }, (_, index) => index + 1);

Deno.test("any valid request is written as it was read, and so are its addresses", () => {
  for (const seed of SEEDS) {
    const written = randomRequest(seeded(seed));
    const parsed = parseMessage(written);
    assertEquals(parsed.ok ? "" : parsed.reason.reason, "", `seed ${seed}`);
    if (!parsed.ok) continue;
    assertEquals(writeMessage(parsed.value), written, `seed ${seed}`);
    for (
      const value of [...headerValues(parsed.value, "contact"), ...headerValues(parsed.value, "to")]
    ) {
      const address = parseNameAddr(value);
      assertEquals(address.ok && writeNameAddr(address.value), value, `seed ${seed}`);
      const uri = address.ok && parseUri(address.value.uri);
      assertEquals(uri && uri.ok && writeUri(uri.value), address.ok && address.value.uri);
    }
  }
});

Deno.test("a Via means the same after it was written", () => {
  for (const seed of SEEDS) {
    for (const value of headerValues(message(randomRequest(seeded(seed))), "via")) {
      const via = parseVia(value);
      assert(via.ok, `seed ${seed}`);
      const again = parseVia(writeVia(via.value));
      assertEquals(again.ok && writeVia(again.value), writeVia(via.value));
    }
  }
});

Deno.test("an edited value is exchanged in the text, and every other byte stays", () => {
  for (const seed of SEEDS) {
    const random = seeded(seed);
    const written = randomRequest(random);
    const before = message(written);
    const count = headerValues(before, "contact").length;
    const chosen = Math.floor(random() * count);
    const mark = "<sip:mark@example.net>";
    const after = mapHeaderValues(
      before,
      "contact",
      (value, index) => index === chosen ? mark : value,
    );
    const [head, tail, ...none] = writeMessage(after).split(mark);
    assertEquals(none, []);
    assert(written.startsWith(head!) && written.endsWith(tail!), `seed ${seed}`);
    const cut = written.slice(head!.length, written.length - tail!.length);
    assertEquals(cut.replace(/\r?\n[ \t]+/g, " "), headerValues(before, "contact")[chosen]);
  }
});

Deno.test("taking the top value off leaves the others, in a message that can be read", () => {
  for (const seed of SEEDS) {
    const before = message(randomRequest(seeded(seed)));
    const after = message(writeMessage(withoutTopValue(before, "contact")));
    assertEquals(headerValues(after, "contact"), headerValues(before, "contact").slice(1));
    assertEquals(headerValues(after, "via"), headerValues(before, "via"));
  }
});

Deno.test("edits share the fields they leave alone", () => {
  const before = message(VALID.wsinv!);
  const after = withHeader(before, "Max-Forwards", "67");
  const kept = after.headers.filter((field) => before.headers.includes(field));
  assertEquals(kept.length, before.headers.length - 1);
});

/** What a mutation does to a text at a place. */
const MUTATIONS: ((text: string, at: number, random: () => number) => string)[] = [
  (text, at) => text.slice(0, at),
  (text, at) => text.slice(0, at) + text.slice(at + 1),
  (text, at, random) =>
    text.slice(0, at) + String.fromCharCode(Math.floor(random() * 256)) + text.slice(at + 1),
  (text, at, random) =>
    text.slice(0, at) + '"<>,;:()\\\r\n \t@?'[Math.floor(random() * 15)]! + text.slice(at),
  (text, at) => text.slice(0, at) + text.slice(at, at + 40).repeat(3) + text.slice(at),
];

/** The text without what may be repaired: spaces of the first line, lengths, and headers that may stand twice. */
function unrepaired(text: string): string {
  const [first = "", ...lines] = text.split(/\r?\n(?![ \t])/);
  const kept = lines.filter((line) =>
    !/^(?:content-length|l|max-forwards|content-type|c)\s*:/i.test(line)
  );
  return [first.replace(/ +/g, " ").trim(), ...kept].join("\n");
}

Deno.test("damaged messages are refused or read, never thrown at, and what is read is kept", () => {
  const random = seeded(7);
  const originals = Object.values(VALID);
  const counts = { read: 0, refused: 0 };
  for (let round = 0; round < 4000; round++) {
    let written = originals[round % originals.length]!;
    for (let times = 0; times <= round % 3; times++) {
      const mutate = MUTATIONS[Math.floor(random() * MUTATIONS.length)]!;
      written = mutate(written, Math.floor(random() * written.length), random);
    }
    const parsed = parseMessage(written);
    counts[parsed.ok ? "read" : "refused"]++;
    if (!parsed.ok) continue;
    const again = writeMessage(parsed.value);
    const skipped = written.replace(/^[\r\n]+/, "");
    const kept = skipped.startsWith(again) || again === `${skipped}\r\n` ||
      unrepaired(skipped).startsWith(unrepaired(again));
    assert(kept, `round ${round}`);
  }
  assert(counts.read > 400 && counts.refused > 400, JSON.stringify(counts));
});
