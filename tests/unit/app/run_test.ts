import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { run, type RunWorld } from "../../../src/app/run.ts";
import type { SignalName } from "../../../src/app/signals.ts";
import { type RunningApp, StartError } from "../../../src/app/start.ts";
import { readSettings } from "../../../src/config/read.ts";
import { ok, refuse } from "../../../src/base/result.ts";
import { inspectNetwork } from "../../../src/app/inspect.ts";
import { host } from "../net/hosts.ts";
import type { Settings } from "../../../src/proxy/settings.ts";

const ROUTER = host(["eth0 203.0.113.2/24", "eth1 192.168.1.1/24"], [
  "eth0 default 203.0.113.1",
]);

const SWAPPED = `[inside]
interface = "eth0"
[outside]
interface = "eth1"
`;

/** What is said of it, with the key that it is reported at. */
const SWAPPED_PROBLEM =
  'x:2: inside.interface: The default route goes through eth0, which [inside] interface = "eth0" ' +
  'names: the provider is there, not the phones; swap the two: write interface = "eth1" under ' +
  '[inside] and interface = "eth0" under [outside]';

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

/** The world of one run: signals come from the test, the app is a list of what was asked of it. */
function bench(problem?: Error) {
  const handlers = new Map<SignalName, () => void>();
  const lines: string[] = [];
  const asked: string[] = [];
  const exits: number[] = [];
  let toml = "";
  const network = {
    addresses: () => ROUTER,
    routes: () => Promise.resolve({ routes: ROUTER.routes }),
  };
  const app: RunningApp = {
    listeners: [],
    snapshot: () => ({}),
    statistics: () => ["calls (0)"],
    reload: (settings: Settings) =>
      Promise.resolve(void asked.push(`reload ${settings.log.level}`)),
    stop: async () => {
      await turn();
      await turn();
      asked.push("stop");
    },
    drop: () => Promise.resolve(),
  };
  const world: RunWorld = {
    start: () => problem === undefined ? Promise.resolve(app) : Promise.reject(problem),
    load: () => {
      const read = readSettings(toml);
      if (!read.ok) {
        return Promise.resolve(refuse(["config.toml:1: wrong", "    x =", "        ^"]));
      }
      return Promise.resolve(ok({ ...read.value, file: "x", sentence: "Configuration is x" }));
    },
    inspect: (loaded) => inspectNetwork(loaded, network),
    signals: {
      on: (name, handler) => {
        handlers.set(name, handler);
        return () => void handlers.delete(name);
      },
    },
    write: (line) => void lines.push(line),
    exit: (code) => void exits.push(code),
    guards: () => {},
    lineStart: () => "time",
    giveUp: () => Promise.resolve(void asked.push("give up")),
  };
  const signal = async (name: SignalName) => {
    await turn();
    handlers.get(name)?.();
    await turn();
  };
  const begin = (logLevel?: Settings["log"]["level"]) =>
    run({ config: undefined, logLevel }, world);
  return {
    begin,
    signal,
    lines,
    asked,
    exits,
    handlers,
    write: (text: string) => void (toml = text),
  };
}

Deno.test("a signal to end ends in order with exit code 0 and gives the signals back", async () => {
  for (const name of ["SIGTERM", "SIGINT"] as const) {
    const { begin, signal, asked, exits, handlers } = bench();
    const running = begin();
    await signal("SIGHUP");
    await signal(name);
    assertEquals(await running, 0);
    assertEquals([asked.at(-1), exits, handlers.size], ["stop", [], 0]);
  }
});

Deno.test("a second signal ends at once", async () => {
  const { begin, signal, exits } = bench();
  const running = begin();
  await Promise.all([signal("SIGINT"), signal("SIGINT")]);
  assertEquals(exits, [1]);
  await running;
});

Deno.test("a wrong configuration is told in full with exit code 2, and nothing starts", async () => {
  const { begin, write, lines, handlers } = bench();
  write("[nothing]\nnever = 1\n");
  assertEquals(await begin(), 2);
  assertEquals([lines.length, handlers.size], [1, 0]);
  assertMatch(lines[0]!, /^\d{4}-\S+ error config\.toml:1: wrong\n {8}x =\n {12}\^$/);
});

Deno.test("swapped sides are an error that names both keys, and nothing starts", async () => {
  const { begin, write, lines, asked, handlers } = bench();
  write(SWAPPED);
  assertEquals(await begin(), 2);
  assertEquals([asked, handlers.size], [[], 0]);
  assertMatch(lines.at(-1)!, /^\d{4}-\S+ error x:2: /);
  assertEquals(lines.at(-1)!.endsWith(` error ${SWAPPED_PROBLEM}`), true);
});

Deno.test("HUP with swapped sides changes nothing, and says so with time and level", async () => {
  const { begin, signal, write, asked, lines } = bench();
  const running = begin();
  await turn();
  write(SWAPPED);
  await signal("SIGHUP");
  await turn();
  assertEquals(asked, ["give up"]);
  assertEquals(lines.slice(-2).map((line) => line.replace(/^\d{4}-\S+ /, "")), [
    "error Configuration not reloaded, the former one stays in force",
    `error ${SWAPPED_PROBLEM}`,
  ]);
  await signal("SIGTERM");
  await running;
});

Deno.test("a start that fails is one sentence and exit code 1, an unknown fault has its stack", async () => {
  const known = bench(new StartError("Could not listen on inside udp 127.0.0.1:5060"));
  assertEquals(await known.begin(), 1);
  assertStringIncludes(known.lines.at(-1)!, "error Could not listen on inside udp 127.0.0.1:5060");
  const unknown = bench(new TypeError("Undefined is not a function"));
  assertEquals(await unknown.begin(), 1);
  assertStringIncludes(unknown.lines.at(-1)!, "TypeError: Undefined is not a function | at ");
});

Deno.test("HUP reads the configuration again, level included; a wrong one changes nothing", async () => {
  const { begin, signal, write, asked, lines } = bench();
  const running = begin();
  await signal("SIGHUP");
  write(`[log]\nlevel = "debug"\n`);
  await signal("SIGHUP");
  write("wrong");
  await signal("SIGHUP");
  assertEquals(asked, ["give up", "reload info", "reload debug"]);
  assertStringIncludes(
    lines.join("\n"),
    "error Configuration not reloaded, the former one stays in force",
  );
  assertMatch(lines.at(-1)!, /^\d{4}-\S+ error config\.toml:1: wrong\n {8}x =\n {12}\^$/);
  await signal("SIGTERM");
  await running;
});

Deno.test("USR2 writes the statistics to the log, whatever its level", async () => {
  const { begin, signal, lines } = bench();
  const running = begin("error");
  await signal("SIGUSR2");
  assertMatch(lines.at(-1)!, /^\d{4}-\S+ info {2}Statistics\n {4}calls \(0\)$/);
  await signal("SIGTERM");
  await running;
});

Deno.test("the level on the command line overrides the configuration", async () => {
  const { begin, signal, write, lines, asked } = bench();
  const running = begin("error");
  write(`[log]\nlevel = "debug"\n`);
  await signal("SIGHUP");
  await signal("SIGTERM");
  await running;
  assertEquals([lines, asked], [[], ["give up", "reload error", "stop"]]);
});
