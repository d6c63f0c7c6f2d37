import { assertEquals } from "@std/assert";
import {
  noteRegistered,
  noteServerMoved,
  noteUnregistered,
} from "../../../src/proxy/binding_notes.ts";
import type { Binding } from "../../../src/proxy/bindings.ts";
import { markDown } from "../../../src/proxy/server_health.ts";
import type { World } from "../../../src/proxy/world.ts";
import { at, BOB, flow, makeBinding, makeWorld, PROVIDER } from "./world_fixture.ts";

function said(world: World): string[] {
  return world.takeEffects().flatMap((effect) =>
    effect.type === "note" ? [`${effect.note.level}: ${effect.note.text}`] : []
  );
}

const ALICE = makeBinding("alice");
const WITH = `with ${PROVIDER} for 300 s`;

const REGISTERED: [former: Partial<Binding> | undefined, again: boolean, words: string][] = [
  [undefined, false, `info: Phone alice@example.com at 192.168.1.20:5060 registered ${WITH}`],
  [{}, false, `debug: Phone alice@example.com at 192.168.1.20:5060 refreshed ${WITH}`],
  [{}, true, `info: Phone alice@example.com at 192.168.1.20:5060 is registered again ${WITH}`],
  [
    { flow: flow("inside", BOB) },
    false,
    `info: Phone alice@example.com moved: now at 192.168.1.20:5060, registered ${WITH}`,
  ],
  [
    { masked: "sip:alice@192.0.2.1" },
    false,
    `info: Phone alice@example.com at 192.168.1.20:5060 registered our new address ${WITH}`,
  ],
];

Deno.test("a registration is told by what it changed, a refresh for whoever looks closely", () => {
  for (const [changes, again, words] of REGISTERED) {
    const world = makeWorld();
    world.settings = { ...world.settings, log: { level: "debug" } };
    const former = changes && { ...ALICE, ...changes };
    noteRegistered(world, ALICE, { seconds: 300, again, former });
    assertEquals(said(world), [words]);
  }
});

Deno.test("another server is told once for all phones that go there", () => {
  const world = makeWorld();
  const moved = (name: string) =>
    noteServerMoved(world, makeBinding(name), {
      ...makeBinding(name),
      registrar: at("192.0.2.9:5060"),
    });
  world.bindings.set(makeBinding("bob"));
  for (const name of ["alice", "bob"]) moved(name);
  assertEquals(said(world), [
    "info: Registrations at example.com go to 192.0.2.9:5060 now, not to 198.51.100.10:5060 any " +
    "more, first that of alice@example.com; bob@example.com may follow when they next register",
  ]);
  noteServerMoved(world, ALICE, ALICE);
  assertEquals(said(world), []);
});

Deno.test("a lost registration is laid to the phone, unless its server or our address is the reason", () => {
  const phone = "warn: Phone alice@example.com at 192.168.1.20:5060";
  const world = makeWorld();
  noteUnregistered(world, ALICE, "expired");
  assertEquals(said(world), [`${phone} did not register again: is it off?`]);
  markDown(world, { flow: flow("outside", PROVIDER), trouble: { kind: "silent" } });
  said(world);
  world.now = 180_000;
  noteUnregistered(world, ALICE, "expired");
  assertEquals(said(world), [
    `${phone} is no longer registered: its server ${PROVIDER} has not answered for 3 min 4 s`,
  ]);
  world.network = { ...world.network, advertised: undefined };
  noteUnregistered(world, ALICE, "expired");
  assertEquals(said(world), [`${phone} is no longer registered: our outside address is not known`]);
  noteUnregistered(world, ALICE, "unregistered");
  assertEquals(said(world), ["info: Phone alice@example.com at 192.168.1.20:5060 unregistered"]);
});
