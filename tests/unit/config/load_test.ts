import { assertEquals } from "@std/assert";
import { loadConfiguration } from "../../../src/config/load.ts";
import { defaultConfiguration } from "../../../src/config/read.ts";

async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a named file is loaded, and its path is said", async () => {
  await inFolder(async (folder) => {
    const file = `${folder}/a.toml`;
    await Deno.writeTextFile(file, '[log]\nlevel = "warn" # é\n');
    const loaded = await loadConfiguration({ file });
    if (!loaded.ok) throw new Error(loaded.reason.join());
    assertEquals([loaded.value.settings.log.level, loaded.value.file], ["warn", file]);
    assertEquals(loaded.value.sentence, `Configuration is ${file}`);
  });
});

Deno.test("a named file that is missing is an error, the default one is not", async () => {
  await inFolder(async (folder) => {
    const file = `${folder}/none.toml`;
    assertEquals(await loadConfiguration({ file }), {
      ok: false,
      reason: [
        `${file}: Cannot read the configuration: no such file; check its path`,
      ],
    });
    const loaded = await loadConfiguration({ defaultFile: file });
    if (!loaded.ok) throw new Error(loaded.reason.join());
    assertEquals(loaded.value.settings, defaultConfiguration().settings);
    assertEquals(loaded.value.file, undefined);
    assertEquals(loaded.value.sentence.includes(`write ${file}`), true);
  });
});

Deno.test("the default file is loaded when it is there", async () => {
  await inFolder(async (folder) => {
    const defaultFile = `${folder}/config.toml`;
    await Deno.writeTextFile(defaultFile, '[media]\nidle = "1m"\n');
    const loaded = await loadConfiguration({ defaultFile });
    assertEquals(loaded.ok && loaded.value.settings.media.idleMs, 60_000);
  });
});

Deno.test("problems are lines that name the file, also for what is no text at all", async () => {
  await inFolder(async (folder) => {
    const file = `${folder}/a.toml`;
    await Deno.writeTextFile(file, "[log]\nlevel = 1\nlevle = 2\n");
    const wrong = await loadConfiguration({ file });
    assertEquals(wrong.ok ? [] : wrong.reason.map((line) => line.slice(0, file.length + 3)), [
      `${file}:2:`,
      `${file}:3:`,
    ]);
  });
});

const NO_TEXTS: [bytes: number[], why: string][] = [
  [[0xff, 0xfe, 0x5b, 0x00], "it is UTF-16 text; save it as UTF-8"],
  [[0x7f, 0x45, 0x4c, 0x46, 0x00], "it is a binary file, not TOML text"],
  [[0x5b, 0x0a, 0x23, 0xe9, 0x0a], "it is not UTF-8 text, first on line 2; save it as UTF-8"],
];

Deno.test("what is no text, or no file, is named as such", async () => {
  await inFolder(async (folder) => {
    const file = `${folder}/a.toml`;
    for (const [bytes, why] of NO_TEXTS) {
      await Deno.writeFile(file, new Uint8Array(bytes));
      const read = await loadConfiguration({ file });
      assertEquals(read.ok ? [] : read.reason, [`${file}: Cannot read the configuration: ${why}`]);
    }
    const directory = await loadConfiguration({ file: `${folder}/` });
    assertEquals(directory.ok ? [] : directory.reason, [
      `${folder}/: Cannot read the configuration: it is a folder; name a file in it, ` +
      `as in ${folder}/config.toml`,
    ]);
  });
});

Deno.test("a file without a byte, and one with a mark of its encoding, work", async () => {
  await inFolder(async (folder) => {
    const file = `${folder}/a.toml`;
    for (const text of ["", "\ufeff", "# \ufffd é\n"]) {
      await Deno.writeTextFile(file, text);
      assertEquals((await loadConfiguration({ file })).ok, true, text);
    }
  });
});
