import { assert, assertEquals } from "@std/assert";
import { textToBytes } from "../../src/base/bytes.ts";
import { parseMessage } from "../../src/sip/parse.ts";
import { repairedText, type TortureCase } from "./case.ts";
import { CASES } from "./cases.ts";
import { drive } from "./drive.ts";
import { changedOnTheWay } from "./kept.ts";
import { RFC_4475, RFC_5118 } from "./rfc_names.ts";

/** Names of a document's messages that have no case of the right section. */
function missing(cases: readonly TortureCase[]): string[] {
  const sections = new Map(cases.map(({ name, section }) => [name, section]));
  const wanted = [
    ...Object.entries(RFC_4475).map(([name, section]) => [name, `RFC 4475 §${section}`] as const),
    ...Object.entries(RFC_5118).map(([name, section]) => [name, `RFC 5118 §${section}`] as const),
  ];
  return wanted.filter(([name, section]) => sections.get(name) !== section).map(([name]) => name);
}

Deno.test("every message of RFC 4475 and RFC 5118 has an entry", () => {
  assertEquals(Object.keys(RFC_4475).length, 49);
  assertEquals(Object.keys(RFC_5118).length, 12);
  assertEquals(missing(CASES), []);
  assertEquals(missing(CASES.filter(({ name }) => name !== "ncl")), ["ncl"]);
  assertEquals(new Set(CASES.map(({ name }) => name)).size, CASES.length);
});

Deno.test("every torture message can travel: it holds bytes only", () => {
  for (const { name, text } of CASES) assert(textToBytes(text).length === text.length, name);
});

for (const { name, section, text, phone, provider } of CASES) {
  Deno.test(`${name} (${section}): ${phone} from a phone, ${provider} from a provider`, () => {
    assertEquals(drive(text, "phone").verdict, phone, "from a phone");
    assertEquals(drive(text, "provider").verdict, provider, "from a provider");
  });
}

Deno.test("a stranger gets nothing for any torture message, and each is counted", () => {
  for (const { name, text } of CASES) {
    const { verdict, sent } = drive(text, "stranger");
    assertEquals(sent, [], name);
    assert(/^drop \w/.test(verdict), `${name}: ${verdict}`);
  }
});

Deno.test("what RFC 4475 §3.1.1 calls valid is read (and only a surplus is cut off)", () => {
  const valid = CASES.filter(({ section }) => section.startsWith("RFC 4475 §3.1.1."));
  assertEquals(valid.length, 13);
  for (const { name, text } of valid) assert(parseMessage(text).ok, name);
});

Deno.test("of what goes on everything that is not ours leaves byte for byte (H2)", () => {
  let went = 0;
  for (const each of CASES) {
    const { name, text } = each;
    for (const [sender, to] of [["phone", "outside"], ["provider", "inside"]] as const) {
      const { verdict, sent } = drive(text, sender);
      if (verdict !== "accept") continue;
      const on = sent.filter(({ side }) => side === to);
      assertEquals(on.length, 1, name);
      assertEquals(changedOnTheWay(repairedText(each), on[0]!.text), [], name);
      went++;
    }
  }
  assert(went >= 40, `${went} went on`);
});

const REPAIRED = [
  "quotbal",
  "lwsstart",
  "trws",
  "baddn",
  "from-quote-open",
  "from-quote-escaped",
];

Deno.test("these messages alone must not go on as they came, and would be found if they did", () => {
  const repaired = CASES.filter((each) => repairedText(each) !== each.text);
  assertEquals(repaired.map(({ name }) => name), REPAIRED);
  for (const each of repaired) {
    assertEquals(changedOnTheWay(repairedText(each), each.text).length, 1, each.name);
  }
  const each = repaired.find(({ name }) => name === "baddn")!;
  const half = each.text.replace("Bell, Alexander", '"Bell, Alexander"');
  const found = (sent: string) => changedOnTheWay(repairedText(each), sent);
  assertEquals(found(each.text).length, 1);
  assertEquals(found(half).length, 1);
  assertEquals(found(half.replace("Watson, Thomas", '"Watson, Thomas"')), []);
});

const ODD =
  "OPTIONS sip:a SIP/2.0\r\nVia: x\r\nx-A : 1\r\n\tY\r\nF: b\r\nSupported:c,  d\r\n\r\nbody";
const CHANGES: [from: string, to: string, found: string][] = [
  ["Via: x", "Via: y\r\nVia: x\r\nMax-Forwards: 70\r\nContact: z", ""],
  ["\r\n\tY", "\tY", '"x-A : 1\\r\\n\\tY" became "x-A : 1\\tY"'],
  ["x-A", "X-A", '"x-A : 1\\r\\n\\tY" became "X-A : 1\\r\\n\\tY"'],
  ["F: b\r\nSupported:c,  d", "Supported:c,  d\r\nF: b", '"F: b" became "Supported:c,  d"'],
  ["F: b", "From: b", '"F: b" became "From: b"'],
  ["\r\nSupported:c,  d", "", '"Supported:c,  d" became "nothing"'],
  ["c,  d", "c,  d\r\nServer: x", '"nothing" became "Server: x"'],
  ["sip:a", "sip:A", '"OPTIONS sip:a SIP/2.0" became "OPTIONS sip:A SIP/2.0"'],
  ["body", "bodx", "the body is another"],
  ["body", "bod", ""],
];

Deno.test("what is lost, changed, moved, unfolded or added on the way is found", () => {
  assertEquals(changedOnTheWay(ODD, ODD), []);
  for (const [from, to, found] of CHANGES) {
    assertEquals(changedOnTheWay(ODD, ODD.replace(from, to)), found === "" ? [] : [found], to);
  }
});

Deno.test("an answer of ours is not taken for a message that went on", () => {
  const text = CASES.find(({ name }) => name === "zeromf")!.text;
  const ours = text.replace(/^OPTIONS \S+/, "OPTIONS sip:192.168.1.1");
  assertEquals(drive(ours, "phone").verdict, "answer 200");
});

Deno.test("a judge that mixes up verdicts is caught", () => {
  const options = CASES.find(({ name }) => name === "zeromf")!;
  assertEquals(drive(options.text, "phone").verdict === "accept", false);
  assertEquals(
    drive(options.text.replace("Max-Forwards: 0", "Max-Forwards: 1"), "phone").verdict,
    "accept",
  );
});
