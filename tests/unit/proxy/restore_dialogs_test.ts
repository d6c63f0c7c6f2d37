import { assertEquals } from "@std/assert";
import type { CoreEffect } from "../../../src/proxy/events.ts";
import { answerText, requestText } from "./messages.ts";
import { register, restart, sentRequest, Stage } from "./stage.ts";
import { ALICE, PROVIDER } from "./world_fixture.ts";

/** So many subscriptions of a phone, each granted for an hour. */
function subscribe(stage: Stage, from: string, count: number): void {
  for (let number = 0; number < count; number++) {
    const call = `${from}-${number}`;
    stage.inside(
      requestText({ method: "SUBSCRIBE", call, contact: `<sip:a@${from}>`, headers: ["Event: x"] }),
      from,
    );
    const headers = [["Contact", `<sip:b@${PROVIDER}>`], ["Expires", "3600"]] as const;
    stage.outside(answerText(sentRequest(stage.one("SUBSCRIBE")), 200, { tag: "b", headers }));
    // Its transaction shall not take the place of the next one.
    stage.pass(40_000);
    stage.take();
  }
}

Deno.test("subscriptions are there again after a restart, and their places are whose they were (X1, V7)", () => {
  const stage = new Stage();
  register(stage);
  subscribe(stage, ALICE, 2);
  const again = restart(stage);
  assertEquals([again.tables.dialogs, again.tables.insideParties], [2, 2]);
  const { shares } = again.core.snapshot() as { shares: { table: string; most: string }[] };
  assertEquals(shares.find(({ table }) => table === "dialogs")?.most, "192.168.1.20");
});

Deno.test("one source has no more of them after a restart than its share is (V7)", () => {
  const stage = new Stage();
  subscribe(stage, ALICE, 12);
  const again = restart(stage, undefined, { limits: { dialogs: 40 } });
  // Who has no registration has a sixteenth of what is free.
  assertEquals(again.tables.dialogs, 2);
  const [note] = again.notes("restored").slice(-1);
  assertEquals(note?.startsWith("10 stored subscriptions did not fit"), true);
});

Deno.test("a record of an earlier version names no holder: it is its phone's", () => {
  const stage = new Stage();
  register(stage);
  subscribe(stage, ALICE, 1);
  for (const effect of stage.effects as Extract<CoreEffect, { type: "store.set" }>[]) {
    if (effect.type === "store.set") delete (effect.value as { holder?: string })?.holder;
  }
  const again = restart(stage);
  const { shares } = again.core.snapshot() as { shares: { table: string; most: string }[] };
  assertEquals(shares.find(({ table }) => table === "dialogs")?.most, "192.168.1.20");
});
