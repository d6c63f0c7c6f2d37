import { assertEquals } from "@std/assert";
import { inspectNetwork, SYSTEM_NETWORK } from "../../../src/app/inspect.ts";
import { defaultConfiguration, readSettings } from "../../../src/config/read.ts";
import { host } from "../net/hosts.ts";

const ROUTER = host(["eth0 203.0.113.2/24", "eth1 192.168.1.1/24"], [
  "eth0 default 203.0.113.1",
]);

async function errors(toml: string): Promise<readonly string[]> {
  const read = readSettings(toml);
  if (!read.ok) throw new Error(JSON.stringify(read.reason));
  const loaded = { ...read.value, file: "f", sentence: "" };
  const reader = {
    addresses: () => ROUTER,
    routes: () => Promise.resolve({ routes: ROUTER.routes }),
  };
  return (await inspectNetwork(loaded, reader)).errors;
}

/** Each configuration with the places of its errors. */
const CASES: [toml: string, places: string[]][] = [
  ["", []],
  ['[inside]\ninterface = "eth1"\n[outside]\ninterface = "eth0"', []],
  ['[outside]\ninterface = "eth1"\n[inside]\ninterface = "eth0"', ["f:4: inside.interface"]],
  ['[outside]\ninterface = "eth1"', ["f:2: outside.interface"]],
  ['[inside]\nnetworks = [\n"203.0.113.0/25",\n]', ["f:2: inside.networks"]],
  [
    '[outside]\nadvertise = "192.168.1.1"\n[inside]\nnetworks = ["203.0.113.2/32"]',
    ["f:2: outside.advertise", "f:4: inside.networks"],
  ],
  ['[outside]\nadvertise = "10.1.1.1"', ["f:2: outside.advertise"]],
  ['[outside]\nadvertise = "198.51.100.7"', []],
];

Deno.test("what cannot serve is reported at the key that the file sets, all at once", async () => {
  for (const [toml, places] of CASES) {
    const found = (await errors(toml)).map((line) => line.split(": ").slice(0, 2).join(": "));
    assertEquals(found, places, toml);
  }
});

Deno.test("the defaults keep no start from going on, whatever this host's network is", async () => {
  const loaded = { ...defaultConfiguration(), file: undefined, sentence: "" };
  assertEquals((await inspectNetwork(loaded, SYSTEM_NETWORK)).errors, []);
});
