// Run with the program's own permissions: gives up what it gives up, and prints what it can do afterwards.
import { giveUpPermissions } from "../../src/app/give_up.ts";
import { readByCat } from "../../src/app/read_by_cat.ts";
import { systemAddresses, systemRoutes } from "../../src/net/interfaces.ts";
import { SYSTEM_DNS } from "../../src/net/system_dns.ts";
import { Store } from "../../src/store/store.ts";

const [folder] = Deno.args;
const file = `${folder}/file`;

/** Everything that is tried before and after. */
const DEEDS: Readonly<Record<string, () => unknown>> = {
  "read a file": () => Deno.readTextFileSync(file),
  "list a folder": () => [...Deno.readDirSync(folder!)],
  "write a file": () => Deno.writeTextFileSync(`${file}.new`, "new"),
  "rename a file": () => Deno.renameSync(`${file}.new`, `${file}.newer`),
  "open a database": () => Deno.openKv(`${folder}/other.kv`).then((kv) => kv.close()),
  "read the environment": () => Deno.env.get("HOME"),
  "ask for it again": async () => {
    for (const name of ["read", "write"] as const) {
      const { state } = await Deno.permissions.request({ name });
      if (state !== "granted") throw new Error(state);
    }
  },
  "read by cat": () => readByCat(file),
  "read the host's addresses": () => systemAddresses(),
  "read the host's routes": async () => {
    const { problem } = await systemRoutes();
    if (problem !== undefined) throw new Error(problem);
  },
  "look up a name": () => SYSTEM_DNS.a("localhost"),
  "send a datagram": async () => {
    const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
    await socket.send(new Uint8Array(1), socket.addr);
    socket.close();
  },
  "store a record": async () => {
    const written = await store.commit([{ key: ["v1", "binding", "a"], value: 1 }]);
    if (!written.ok) throw new Error(written.reason);
  },
};

async function tellAll(when: string): Promise<void> {
  for (const [name, act] of Object.entries(DEEDS)) {
    const done = await Promise.resolve().then(act).then(() => "can", () => "cannot");
    console.log(`${when} it ${done} ${name}`);
  }
}

Deno.writeTextFileSync(file, "text");
const { store } = await Store.open(`${folder}/state/state.kv`, { now: () => Date.now() });
await tellAll("before");
await giveUpPermissions();
await tellAll("after");
await store.close();
