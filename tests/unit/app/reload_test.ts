import { assertEquals } from "@std/assert";
import { needsRestart } from "../../../src/app/reload.ts";
import type { Settings } from "../../../src/proxy/settings.ts";
import { loopbackSettings } from "./small_world.ts";

Deno.test("only keys that are read at the start need a restart", () => {
  const before = loopbackSettings();
  assertEquals(needsRestart(before, loopbackSettings()), []);
  const live = loopbackSettings({ interface: "eth9", advertise: { kind: "ip", ip: "192.0.2.1" } });
  assertEquals(needsRestart(before, { ...live, log: { level: "debug" } }), []);
  const all: Settings = {
    ...before,
    inside: { ...before.inside, refreshMaxMs: 1 },
    outside: { ...before.outside, keepaliveMs: 1 },
    media: { ports: { low: 1, high: 2 }, idleMs: 1, holdMs: 1 },
    providers: [{
      domain: "a.example",
      outboundProxy: undefined,
      admit: "token",
      contact: "dialog",
    }],
    state: { path: "/elsewhere" },
  };
  assertEquals(needsRestart(before, all), [
    "[inside] refresh_max",
    "[outside] keepalive",
    "[media] ports",
    "[media] idle",
    "[media] hold",
    "[[provider]]",
    "[state] path",
  ]);
});
