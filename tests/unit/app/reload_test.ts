import { assertEquals } from "@std/assert";
import { needsRestart, restartText } from "../../../src/app/reload.ts";
import type { Settings } from "../../../src/proxy/settings.ts";
import { loopbackSettings } from "./small_world.ts";

Deno.test("only keys that are read at the start need a restart", () => {
  const before = loopbackSettings();
  assertEquals(needsRestart(before, loopbackSettings()), []);
  const outside = loopbackSettings({
    interface: "eth9",
    advertise: { kind: "ip", ip: "192.0.2.1" },
  }).outside;
  const live: Settings = {
    ...before,
    inside: { ...before.inside, refreshMaxMs: 1 },
    outside: { ...outside, keepaliveMs: 1 },
    providers: [{
      domain: "a.example",
      outboundProxy: undefined,
      servers: [],
      admit: "token",
      contact: "dialog",
      media: "strict",
    }],
    log: { level: "debug" },
  };
  assertEquals(needsRestart(before, live), []);
  const all: Settings = {
    ...live,
    media: { ports: { low: 1, high: 2 }, idleMs: 1, holdMs: 1 },
    state: { path: "/elsewhere" },
  };
  assertEquals(needsRestart(before, all), [
    "[media] ports",
    "[media] idle",
    "[media] hold",
    "[state] path",
  ]);
});

Deno.test("what a restart changes is said; a new state is for check to judge", () => {
  assertEquals(restartText(["[media] idle"]), "Changed only by a restart: [media] idle");
  assertEquals(
    restartText(["[media] idle", "[state] path"]),
    "Changed only by a restart: [media] idle, [state] path; sipmasq check tells whether it can be " +
      "used",
  );
});
