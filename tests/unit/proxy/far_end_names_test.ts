import { assertEquals } from "@std/assert";
import type { Dialog } from "../../../src/proxy/dialogs.ts";
import { awaitFarEndNames } from "../../../src/proxy/far_end_names.ts";
import { TIMES } from "../../../src/proxy/times.ts";
import type { World } from "../../../src/proxy/world.ts";
import { ANYBODY } from "../base/anybody.ts";
import { at, flow, makeWorld, STRANGER } from "./world_fixture.ts";

const ROUTES = ["first", "middle", "last"].map((host) => `<sip:${host}.example.net;lr>`);

function dialogTo(outsideTarget: string, routeSet: readonly string[] = []): Dialog {
  return { holder: ANYBODY, outsideTarget, routeSet, ended: false } as unknown as Dialog;
}

/** Lets somebody unknown speak in a dialog: whether he waits, the hosts that are asked for, and how often he was let go on. */
function asks(world: World, dialog: Dialog) {
  let resumed = 0;
  const resume = () => resumed++;
  const waits = awaitFarEndNames(world, dialog, { source: flow("outside", STRANGER), resume });
  const asked = world.takeEffects().flatMap((one) => one.type === "dns.resolve" ? [one] : []);
  const answer = (ips: readonly string[]) => {
    for (const { ticket } of asked) {
      const servers = ips.map((ip) => ({ address: at(`${ip}:5060`), priority: 0, weight: 0 }));
      world.tickets.get(ticket)?.resume({ ok: true, servers } as never, world.now);
    }
    return resumed;
  };
  return { waits, hosts: asked.map(({ query }) => query.host), answer };
}

Deno.test("the ends of a route set and the target are looked up where they are names, once for a time (S3)", () => {
  const world = makeWorld();
  const dialog = dialogTo("sip:bob@pbx.example.net", ROUTES);
  const first = asks(world, dialog);
  assertEquals([first.waits, first.hosts], [
    true,
    ["first.example.net", "last.example.net", "pbx.example.net"],
  ]);
  const meanwhile = asks(world, dialog);
  assertEquals([meanwhile.waits, meanwhile.hosts], [true, []]);
  assertEquals(first.answer(["192.0.2.1"]), 1);
  assertEquals(dialog.named?.ips, ["192.0.2.1"]);
  assertEquals(asks(world, dialog).waits, false);
  world.now += TIMES.farEndNames;
  const later = asks(world, dialog);
  assertEquals(later.hosts.length, 3);
  later.answer([]);
  assertEquals(
    dialog.named?.ips,
    ["192.0.2.1"],
    "a name server that is out of order takes nothing",
  );
});

Deno.test("nothing is looked up for a dialog without names, or one that has ended", () => {
  const world = makeWorld();
  assertEquals(asks(world, dialogTo("sip:bob@192.0.2.44")).waits, false);
  assertEquals(asks(world, { ...dialogTo("sip:bob@pbx.example.net"), ended: true }).waits, false);
});
