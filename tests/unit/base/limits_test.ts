import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  BUDGETS,
  LIMITS,
  type Limits,
  MEDIA_LIMITS,
  MESSAGE_LIMITS,
  SHELL_LIMITS,
} from "../../../src/base/limits.ts";
import { Stage } from "../proxy/stage.ts";
import { makeWorld } from "../proxy/world_fixture.ts";
import { CALLS_REACHED } from "./reach_calls.ts";
import { CORE_REACHED, type CoreMaker, type Reach } from "./reach_core.ts";
import { MEDIA_REACHED } from "./reach_media.ts";
import { MESSAGE_REACHED } from "./reach_message.ts";
import { REQUESTS_REACHED } from "./reach_requests.ts";
import { SHELL_REACHED } from "./reach_shell.ts";

/** What reaches every limit of a core. */
const IN_CORE: Record<keyof Limits, Reach> = {
  ...CORE_REACHED,
  ...REQUESTS_REACHED,
  ...CALLS_REACHED,
};

/** Each part of the file of limits, and what reaches its limits; every one of `BUDGETS` is reached by the test of budgets. */
const PARTS: readonly [limits: object, reached: object][] = [
  [LIMITS, IN_CORE],
  [MESSAGE_LIMITS, MESSAGE_REACHED],
  [MEDIA_LIMITS, MEDIA_REACHED],
  [SHELL_LIMITS, SHELL_REACHED],
];

/** A core of these limits. */
function cores(limits: Limits): CoreMaker {
  return {
    world: () => makeWorld({ limits }),
    stage: (options = {}) => new Stage({ ...options, limits }),
  };
}

/** Two limits to try instead of the usual one. */
function tried(name: string): readonly [number, number] {
  return name === "messageBytes" ? [11_000, 12_000] : [4, 7];
}

Deno.test("every limit has what reaches it, and nothing reaches a limit that is gone", () => {
  for (const [limits, reached] of PARTS) {
    assertEquals(Object.keys(reached).sort(), Object.keys(limits).sort());
  }
});

for (const [name, reach] of Object.entries(IN_CORE)) {
  Deno.test(`what is more than ${name} allows is refused and counted, the rest goes on`, () => {
    for (const limit of tried(name)) {
      const limits = { ...LIMITS, [name]: limit };
      reach(limits, cores(limits));
    }
  });
}

for (const [, reached] of PARTS.slice(1)) {
  for (const [name, reach] of Object.entries(reached)) {
    Deno.test(`${name} holds at its limit, and what goes beyond is refused or forgotten`, reach);
  }
}

Deno.test("a core that heeds another limit than it was given is found", () => {
  for (const [name, reach] of Object.entries(IN_CORE)) {
    const [less, more] = tried(name);
    const [lower, upper] = [less, more].map((limit) => ({ ...LIMITS, [name]: limit }));
    assertThrows(() => reach(lower!, cores(upper!)), Error, undefined, name);
    assertThrows(() => reach(upper!, cores(lower!)), Error, undefined, name);
  }
});

Deno.test("a core holds what the file says unless it is told otherwise", () => {
  const world = makeWorld();
  assertEquals(world.limits, LIMITS);
  assertEquals(world.tickets.shares.limit, LIMITS.parked);
});

Deno.test("limits fit each other: what one table takes, those it leads to can hold", () => {
  assert(LIMITS.messageBytes <= MESSAGE_LIMITS.characters);
  assert(LIMITS.parked <= LIMITS.serverTransactions);
  assert(LIMITS.pendingBindings >= LIMITS.serverTransactions);
  assert(LIMITS.bindingsPerAor <= LIMITS.bindings);
  assert(LIMITS.calls <= LIMITS.dialogs);
  assert(LIMITS.emergencies <= LIMITS.endingTransactions);
  assert(LIMITS.forks <= MEDIA_LIMITS.dialogs);
  assert(SHELL_LIMITS.srvTargets <= SHELL_LIMITS.servers);
  for (const { own, shared } of Object.values(BUDGETS)) {
    assert(own.burst >= own.perSecond && (shared?.burst ?? Infinity) >= own.burst);
  }
});
