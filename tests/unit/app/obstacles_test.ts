import { assertEquals, assertStringIncludes } from "@std/assert";
import { readSettings } from "../../../src/config/read.ts";
import { findObstacles } from "../../../src/app/obstacles.ts";
import type { PlannedListener } from "../../../src/net/plan.ts";
import { lockState } from "../../../src/store/lock.ts";
import { prefix } from "../net/hosts.ts";
import { fill, withPath } from "../store/files.ts";

function planned(ip: string, port: number): PlannedListener {
  return { sides: ["inside"], transport: "udp", ip, port, prefix: prefix(`${ip}/24`), name: "lo" };
}

function settingsAt(path: string) {
  const read = readSettings(`[state]\npath = "${path}"\n`);
  if (!read.ok) throw new Error("The settings cannot be read");
  return read.value.settings;
}

Deno.test("on a host where nothing is in the way only the place of the state is noted", async () => {
  await withPath(async (path) => {
    const found = await findObstacles(settingsAt(path), [planned("127.0.1.1", 0)]);
    assertEquals(found, {
      notes: [`State would be kept in ${path}`],
      faults: [],
      misconfigured: false,
    });
    assertEquals([...Deno.readDirSync(path.slice(0, path.lastIndexOf("/")))], []);
  });
});

Deno.test("a taken port is a fault that names its process, and an address to come is a note", async () => {
  const taken = Deno.listenDatagram({ transport: "udp", hostname: "127.0.1.1", port: 0 });
  const { port } = taken.addr as Deno.NetAddr;
  await withPath(async (path) => {
    const plan = [planned("127.0.1.1", port), planned("203.0.113.77", 5060)];
    const { notes, faults } = await findObstacles(settingsAt(path), plan);
    assertEquals(faults, [
      `Could not listen on inside udp 127.0.1.1:${port}: udp ${port} on 127.0.1.1 is taken by ` +
      `process deno (pid ${Deno.pid}); end it, or set another port in [inside] listen`,
    ]);
    assertEquals(notes.slice(1), [
      "Could not listen on inside udp 203.0.113.77:5060: " +
      "this host does not have the address now; trying again until it has",
    ]);
  });
  taken.close();
});

Deno.test("the ports of the sipmasq that runs with this state are no fault, but it is named", async () => {
  const taken = Deno.listenDatagram({ transport: "udp", hostname: "127.0.1.1", port: 0 });
  const { port } = taken.addr as Deno.NetAddr;
  await withPath(async (path) => {
    const lock = lockState(path);
    const found = await findObstacles(settingsAt(path), [planned("127.0.1.1", port)]);
    assertEquals(found, {
      notes: [
        `State would be kept in ${path}`,
        `Another sipmasq (pid ${Deno.pid}) is running with this state, ${path}`,
      ],
      faults: [],
      misconfigured: false,
    });
    lock.release();
  });
  taken.close();
});

Deno.test("a state path with somebody else's file is a fault of the configuration", async () => {
  await withPath(async (path) => {
    Deno.writeTextFileSync(path, "root:x:0:0");
    const { notes, faults, misconfigured } = await findObstacles(settingsAt(path), []);
    assertEquals([notes, faults.length, misconfigured], [[], 1, true]);
    assertStringIncludes(faults[0]!, `State file ${path} is left alone: it has content, and no`);
    assertEquals(Deno.readTextFileSync(path), "root:x:0:0");
  });
});

Deno.test("a state of which nothing would be kept is a fault of the configuration", async () => {
  await withPath(async (path) => {
    Deno.writeTextFileSync(path, "hello");
    Deno.writeTextFileSync(`${path}.secret`, "notasecret");
    const found = await findObstacles(settingsAt(path), []);
    assertEquals([found.notes, found.misconfigured], [[], true]);
    assertEquals(found.faults, [
      `Cannot use state file ${path}: it cannot be read, and neither can the secret beside it: ` +
      "nothing shows that they are ours, and both are left alone; nothing will be kept over a " +
      "restart; [state] path may name another file",
    ]);
    assertEquals(Deno.readTextFileSync(path), "hello");
  });
});

Deno.test("a damaged state that a start sets aside is a warning", async () => {
  await withPath(async (path) => {
    await fill(path, 1);
    Deno.writeTextFileSync(path, "hello");
    const { notes, faults, misconfigured } = await findObstacles(settingsAt(path), []);
    assertEquals([faults, misconfigured], [[], false]);
    assertStringIncludes(notes[1]!, `Warning: State file ${path} cannot be read: `);
    assertStringIncludes(notes[1]!, "a start sets it aside and goes on empty");
  });
});

Deno.test("a state that is open is not looked into", async () => {
  await withPath(async (path) => {
    await fill(path, 1);
    const lock = lockState(path);
    Deno.writeTextFileSync(path, "hello");
    const { notes } = await findObstacles(settingsAt(path), []);
    assertEquals(notes.some((note) => note.startsWith("Warning")), false);
    lock.release();
  });
});
