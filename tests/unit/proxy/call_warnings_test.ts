import { assertEquals } from "@std/assert";
import type { MediaTotals } from "../../../src/media/sessions.ts";
import { warnOfSilence, warnUnacknowledged } from "../../../src/proxy/call_warnings.ts";
import type { Call } from "../../../src/proxy/calls.ts";
import type { World } from "../../../src/proxy/world.ts";
import { makeWorld } from "./world_fixture.ts";

const CALL = {
  number: 1,
  callerSide: "outside",
  from: "a",
  to: "b",
  phones: ["192.168.1.20"],
  server: undefined,
  answeredAt: 0,
  acknowledged: false,
} as unknown as Call;
const NONE = { packets: 0, last: undefined };
const TOTALS: MediaTotals = {
  fromInside: 10,
  fromOutside: 10,
  refusedInside: NONE,
  refusedOutside: NONE,
  sendFailures: { packets: 0, reason: undefined },
  complete: true,
  twoWayMs: 61_000,
  unheard: false,
};

function said(world: World): string[] {
  return world.takeEffects().flatMap((effect) => effect.type === "note" ? [effect.note.text] : []);
}

function silence(changes: Partial<MediaTotals>, natInFront?: string): string[] {
  const world = makeWorld();
  world.natInFront = natInFront;
  warnOfSilence(world, CALL, { ...TOTALS, ...changes });
  return said(world).map((text) => text.slice(text.indexOf(": ") + 2));
}

Deno.test("the side that was never heard is named, with the likely cause", () => {
  assertEquals(silence({}), []);
  assertEquals(silence({ fromOutside: 0 }), [
    "no audio came from the provider in 61 s: are UDP ports 10000-10199 open in the firewall, " +
    "and forwarded by any NAT in front of this host",
  ]);
  assertEquals(silence({ fromOutside: 0 }, "198.51.100.7:5060"), [
    "no audio came from the provider in 61 s: are UDP ports 10000-10199 forwarded by the NAT " +
    "in front of this host",
  ]);
  assertEquals(silence({ fromInside: 0 }), [
    "no audio came from the phone (192.168.1.20) in 61 s: is it muted, or is there a firewall " +
    "or another network between it and this host",
  ]);
  assertEquals(silence({ fromInside: 0, fromOutside: 0 }).length, 1);
});

Deno.test("nobody is called silent in a short call, on hold, or whose packets were refused", () => {
  assertEquals(silence({ fromOutside: 0, twoWayMs: 4_999 }), []);
  const refusedOutside = { packets: 70, last: { ip: "192.0.2.1", port: 4 } };
  assertEquals(silence({ fromOutside: 0, refusedOutside, unheard: true }), []);
});

Deno.test("a missing ACK is said once, and not of a call that was over at once", () => {
  const world = makeWorld();
  const call = { ...CALL };
  world.now = 4_999;
  warnUnacknowledged(world, call);
  assertEquals(said(world), []);
  world.now = 32_000;
  for (let times = 0; times < 2; times++) warnUnacknowledged(world, call);
  assertEquals(said(world).length, 1);
  for (const other of [{ ...CALL, acknowledged: true }, { ...CALL, answeredAt: undefined }]) {
    warnUnacknowledged(world, other);
  }
  assertEquals(said(world), []);
});
