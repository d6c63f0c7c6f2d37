import { assertEquals } from "@std/assert";
import { Dialogs } from "../../../src/proxy/dialogs.ts";
import { isUrgent } from "../../../src/proxy/urgent.ts";
import { ANYBODY } from "../base/anybody.ts";
import { request } from "./messages.ts";
import { makeWorld } from "./world_fixture.ts";

const TO = "<sip:bob@example.com>;tag=bob";

/** A world with a dialog of alice and bob. */
function worldWith(changes: { ended?: boolean; urgent?: boolean } = {}) {
  const world = makeWorld();
  const { ended = false, urgent = false } = changes;
  const tags = { callId: "call-1", insideTag: "alice", outsideTag: "bob" };
  const dialog = { ...tags, key: Object.values(tags).join("\n"), party: { users: 0 }, ended };
  world.dialogs.add(
    { ...dialog, holder: { ...ANYBODY, urgent } } as unknown as Parameters<Dialogs["add"]>[0],
  );
  return world;
}

Deno.test("a BYE is urgent in a dialog that we know and that goes on, and nothing else of it (V7)", () => {
  const bye = request({ method: "BYE", to: TO });
  assertEquals(isUrgent(worldWith(), bye, "inside"), true);
  assertEquals(isUrgent(worldWith({ ended: true }), bye, "inside"), false);
  assertEquals(isUrgent(makeWorld(), bye, "inside"), false);
  assertEquals(isUrgent(worldWith(), request({ to: TO }), "inside"), false);
});

Deno.test("an INVITE from inside for help is urgent, and so is all that belongs to its call (V6)", () => {
  const world = makeWorld();
  const sos = (method: string) => request({ method, uri: "urn:service:sos.fire" });
  assertEquals(isUrgent(world, sos("INVITE"), "inside"), true);
  assertEquals(isUrgent(world, request({ uri: "URN:Service:sos" }), "inside"), true);
  assertEquals(isUrgent(world, sos("INVITE"), "outside"), false);
  assertEquals(isUrgent(world, sos("SUBSCRIBE"), "inside"), false);
  assertEquals(isUrgent(world, request({ uri: "sip:112@example.com" }), "inside"), false);
  assertEquals(isUrgent(worldWith({ urgent: true }), request({ to: TO }), "inside"), true);
});
