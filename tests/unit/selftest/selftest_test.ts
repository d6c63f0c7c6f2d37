import { assertEquals } from "@std/assert";
import type { SignalName } from "../../../src/app/signals.ts";
import type { Side } from "../../../src/base/side.ts";
import { runSelftest, type SelftestApp } from "../../../src/selftest/selftest.ts";
import { at } from "./small_world.ts";

/** An application that listens nowhere: whatever a phone sends is lost. */
class DeafApp implements SelftestApp {
  stopped = 0;
  readonly listeners = [
    { sides: ["inside"] as Side[], address: at("127.0.1.1", 9) },
    { sides: ["outside"] as Side[], address: at("127.0.2.1", 9) },
  ];
  stop(): Promise<void> {
    this.stopped++;
    return Promise.resolve();
  }
  drop(): Promise<void> {
    return Promise.resolve();
  }
}

Deno.test("a deaf application fails at the registration, its log is shown and it is stopped", async () => {
  const lines: string[] = [];
  const app = new DeafApp();
  const code = await runSelftest({
    print: (line) => lines.push(line),
    startApp: (_settings, { log }) => {
      log("info", "Listening to nobody");
      return Promise.resolve(app);
    },
    patienceMs: 30,
  });
  assertEquals([code, app.stopped], [1, 1]);
  assertEquals(lines.slice(0, 2), [
    "ok    1  start: inside 127.0.1.1:9, outside 127.0.2.1:9",
    "FAIL  2  register, challenged: expected the phone to be challenged within 0.03 s, came nothing",
  ]);
  assertEquals(lines.slice(-2), ["Failed at step 2 of 24", "    info: Listening to nobody"]);
});

Deno.test("an application that cannot start fails the first step, and its folder is gone", async () => {
  const lines: string[] = [];
  let folder = "";
  const code = await runSelftest({
    print: (line) => lines.push(line),
    startApp: (_settings, { statePath }) => {
      folder = statePath.slice(0, statePath.lastIndexOf("/"));
      return Promise.reject(new Error("Port taken"));
    },
  });
  assertEquals([code, lines[0]], [1, "FAIL  1  start: Port taken"]);
  assertEquals(await exists(folder), false);
});

Deno.test("interrupted in a step it takes its folder with it, and hears no signal afterwards", async () => {
  const handlers = new Map<SignalName, () => void>();
  const exits: number[] = [];
  const folder = await Deno.makeTempDir();
  await runSelftest({
    print: () => {},
    startApp: async () => {
      handlers.get("SIGINT")!();
      assertEquals([exits, await exists(folder)], [[1], false]);
      await Deno.mkdir(folder);
      throw new Error("Interrupted");
    },
    makeFolder: () => folder,
    signals: {
      on: (name, handler) => {
        handlers.set(name, handler);
        return () => handlers.delete(name);
      },
    },
    exit: (code) => exits.push(code),
  });
  assertEquals([exits, handlers.size], [[1], 0]);
});

Deno.test("without a folder for the state it says what to set", async () => {
  const lines: string[] = [];
  const code = await runSelftest({
    print: (line) => lines.push(line),
    startApp: () => Promise.reject(new Error("Started all the same")),
    makeFolder: () => {
      throw new Error("Read-only file system");
    },
  });
  assertEquals([code, lines], [1, [
    "FAIL     Cannot make a folder for the state: Read-only file system",
    "          look at: TMPDIR, which must be a folder that you may write to",
  ]]);
});

function exists(path: string): Promise<boolean> {
  return Deno.stat(path).then(() => true, () => false);
}
