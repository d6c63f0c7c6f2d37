import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { capacityOf, startApp, StartError } from "../../../src/app/start.ts";
import { loopbackSettings, SmallWorld } from "./small_world.ts";

Deno.test("the real core and a real state file start, say so in one line, and end", async () => {
  const folder = await Deno.makeTempDir();
  const log: string[] = [];
  const app = await startApp(loopbackSettings(), {
    log: (level, text) => void log.push(`${level} ${text}`),
    statePath: `${folder}/state.kv`,
    build: { version: "1.2.3" },
  });
  const [inside, outside] = app.listeners;
  const line = log.at(-1)!;
  assertStringIncludes(
    line,
    `info sipmasq 1.2.3 listens on inside udp 127.0.1.1:${inside?.address.port}, `,
  );
  assertStringIncludes(
    line,
    `outside udp 127.0.2.1:${outside?.address.port}; advertised as 127.0.2.1; `,
  );
  assertStringIncludes(line, "ports 41000-41099: 50 calls with audio; open files ");
  assertEquals(log.filter((one) => one.startsWith("error")), []);
  assertEquals(app.statistics().length > 10, true);
  await app.stop();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("an app can be dropped and started again from its file, on the same ports", async () => {
  const folder = await Deno.makeTempDir();
  const start = (settings = loopbackSettings()) =>
    startApp(settings, { log: () => {}, statePath: `${folder}/state.kv` });
  const first = await start();
  const [inside, outside] = first.listeners.map((one) => one.address.port);
  await first.drop();
  const settings = loopbackSettings();
  const second = await start({
    ...settings,
    inside: { ...settings.inside, listen: [{ transport: "udp", port: inside! }] },
    outside: { ...settings.outside, listen: [{ transport: "udp", port: outside! }] },
  });
  assertEquals(second.listeners.map((one) => one.address.port), [inside, outside]);
  await second.stop();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a state file is one app's: a second one is told to take another file", async () => {
  const folder = await Deno.makeTempDir();
  const start = () =>
    startApp(loopbackSettings(), { log: () => {}, statePath: `${folder}/state.kv` });
  const first = await start();
  await assertRejects(
    start,
    StartError,
    `Another sipmasq (pid ${Deno.pid}) is running with this state, ${folder}/state.kv; ` +
      "end it first, or set [state] path to another file",
  );
  for (const end of [() => first.drop(), () => Promise.resolve()]) {
    await end();
    await (await start()).stop();
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("where the state is kept is said only when it is", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/file`, "");
  for (const [name, kept] of [["state/state.kv", true], ["file/state.kv", false]] as const) {
    const path = `${folder}/${name}`;
    const log: string[] = [];
    const app = await startApp({ ...loopbackSettings(), state: { path } }, {
      log: (level, text) => void log.push(`${level} ${text}`),
    });
    await app.stop();
    assertEquals(log.some((line) => line.includes(`State is kept in ${path}`)), kept);
    const failure = `error Cannot use state file ${path}: `;
    assertEquals(log.some((line) => line.startsWith(failure)), !kept);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a start that fails leaves nothing open", async () => {
  const taken = Deno.listenDatagram({ transport: "udp", hostname: "127.0.2.1", port: 0 });
  const { port } = taken.addr as Deno.NetAddr;
  const world = new SmallWorld();
  const settings = loopbackSettings({ listen: [{ transport: "udp", port }] });
  await assertRejects(
    () => startApp(settings, world.options()),
    StartError,
    "is taken by process deno",
  );
  assertEquals([world.closed, world.core.events.length], [0, 0]);
  taken.close();
});

Deno.test("a state that cannot be opened is a sentence with the next step", async () => {
  const world = new SmallWorld();
  const options = world.options();
  const openStore = () => Promise.reject(new Error("Bad disk"));
  await assertRejects(
    () => startApp(loopbackSettings(), { ...options, world: { ...options.world, openStore } }),
    StartError,
    "Could not open the state /nowhere/state.kv: Bad disk; set [state] path to a file",
  );
});

Deno.test("the capacity of these settings is known with the file limit of this process", async () => {
  assertStringIncludes(
    await capacityOf(loopbackSettings(), { sharedAddress: true }),
    "ports 41000-41099: 25 calls with audio; open files ",
  );
});
