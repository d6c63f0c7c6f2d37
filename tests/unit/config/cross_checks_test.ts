import { assertEquals } from "@std/assert";
import { readSettings } from "../../../src/config/read.ts";

/** What the text's problems are about, and where: `line path`. */
function places(text: string): string[] {
  const read = readSettings(text);
  return read.ok ? [] : read.reason.map(({ line, path }) => `${line} ${path}`);
}

const BOUND = (inside: string, outside: string) =>
  `[inside]\ninterface = "${inside}"\n[outside]\ninterface = "${outside}"\n`;

const CASES: [what: string, text: string, places: string[]][] = [
  ["a listener inside the port range", `[inside]\nlisten = ["udp:10500"]`, ["2 inside.listen"]],
  ["the range's last port", `[outside]\nlisten = ["udp:10999"]`, ["2 outside.listen"]],
  ["the port behind the range", `[outside]\nlisten = ["udp:11000"]`, []],
  [
    "a range over both default listeners",
    `[media]\nports = "5000-6000"`,
    ["2 media.ports", "2 media.ports"],
  ],
  ["hold shorter than idle", `[media]\nhold = "1m"`, ["2 media.hold"]],
  ["idle longer than hold", `[media]\nidle = "3h"`, ["2 media.idle"]],
  ["hold as long as idle", `[media]\nhold = "5m"`, []],
  [
    "one address with two prefix lengths",
    BOUND("192.168.1.1/24", "192.168.1.1/16"),
    ["4 outside.interface"],
  ],
  ["one address for both sides", BOUND("192.168.1.1/24", "192.168.1.1/24"), []],
];

Deno.test("keys that do not fit together are reported at the one that the file sets", () => {
  for (const [what, text, expected] of CASES) assertEquals(places(text), expected, what);
});

Deno.test("a range over both listeners says of each side what it holds", () => {
  const read = readSettings(`[media]\nports = "5000-6000"`);
  const words = (side: string) =>
    `Cannot listen ${side} on "udp:5060": media.ports "5000-6000" holds that port; move one of the two`;
  const texts = read.ok ? [] : read.reason.map(({ text }) => text);
  assertEquals(texts, [words("inside"), words("outside")]);
});

Deno.test("a key that could not be read causes no second problem", () => {
  const text = `[inside]\nlisten = ["udp:10500"]\n[media]\nports = "many"\nhold = "1m"\nidle = 3`;
  assertEquals(places(text), ["4 media.ports", "6 media.idle"]);
});
