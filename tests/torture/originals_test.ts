import { assert, assertEquals } from "@std/assert";
import { textToBytes } from "../../src/base/bytes.ts";
import { CASES } from "./cases.ts";
import { drive } from "./drive.ts";
import { judge, messageName } from "./originals.ts";
import { runFolder } from "./run.ts";

const ZERO_HOPS = CASES.find(({ name }) => name === "zeromf")!.text;

async function inFolder(
  files: Readonly<Record<string, string>>,
  act: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "sipmasq-torture-" });
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeFile(`${folder}/${name}`, textToBytes(text));
    }
    await act(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a folder with our own cases holds no surprise, whatever case its names are in", async () => {
  const names = CASES.map((
    { name, text },
    index,
  ) => [`${index % 2 === 0 ? name : name.toUpperCase()}.${index % 3 === 0 ? "dat" : "SIP"}`, text]);
  await inFolder({ ...Object.fromEntries(names), README: "no message" }, async (folder) => {
    const { code, lines } = await runFolder(folder);
    assertEquals(lines.at(-1), `${CASES.length} passed, 0 failed, 1 skipped`);
    assertEquals(code, 0);
  });
});

Deno.test("a file that fares otherwise than its case fails, and says how", async () => {
  const files = {
    "zeromf.dat": ZERO_HOPS.replace("Max-Forwards: 0", "Max-Forwards: 1"),
    "unheard-of.txt": "\0\xff",
  };
  await inFolder(files, async (folder) => {
    const { code, lines } = await runFolder(folder);
    assertEquals(code, 1);
    assertEquals(lines.at(-1), "1 passed, 1 failed, 0 skipped");
    assert(lines.includes("      expected refuse 483 from a phone, came accept"), lines.join("\n"));
  });
});

Deno.test("a folder that is not there or holds no message ends with 2 and says what to do", async () => {
  const missing = await runFolder("/nowhere/at/all");
  assertEquals([missing.code, missing.lines.length], [2, 1]);
  assert(missing.lines[0]!.startsWith("Cannot read the folder /nowhere/at/all: "));
  await inFolder({ "notes.md": "" }, async (folder) => {
    const empty = await runFolder(folder);
    assertEquals(empty.code, 2);
    assertEquals(empty.lines, [
      `No message in ${folder}: their names end in .dat, .txt, .sip or .bin`,
    ]);
  });
});

Deno.test("only the ends of names that messages have are taken", () => {
  assertEquals(messageName("WsInv.DAT"), "wsinv");
  assertEquals(messageName("a.b.txt"), "a.b");
  for (const name of ["wsinv", ".dat", "wsinv.dat.gz", "Makefile"]) {
    assertEquals(messageName(name), undefined, name);
  }
});

Deno.test("an unknown message fails when it throws, when a stranger is told more, or when no datagram holds it", () => {
  assertEquals(judge("x", ZERO_HOPS).surprises, []);
  const thrown = judge("x", ZERO_HOPS, (text, sender) => {
    if (sender === "provider") throw new Error("Leak: 192.168.1.20 in Via");
    return drive(text, sender);
  });
  assertEquals(thrown.surprises, ["from a provider: Leak: 192.168.1.20 in Via"]);
  const loud = { verdict: "refuse 404", sent: drive(ZERO_HOPS, "provider").sent } as const;
  assertEquals(loud.sent.length, 1);
  assertEquals(judge("x", "short", () => loud).surprises.length, 1);
  assertEquals(judge("x", "x".repeat(65_508)).surprises, ["longer than a datagram can be"]);
});
