import { assertEquals } from "@std/assert";
import type { CoreEffect } from "../../../src/proxy/events.ts";
import { answerText, requestText } from "./messages.ts";
import { register, restart, sentRequest, servers, Stage } from "./stage.ts";
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

Deno.test("after a restart a far end is heard from where the call's messages went, as before (S3)", () => {
  const server = "192.0.2.44:5060";
  const resolve = ({ host }: { host: string }) =>
    servers(host === "far.example.com" ? server : PROVIDER);
  const first = new Stage({ resolve });
  first.inside(requestText({ contact: `<sip:alice@${ALICE}>` }));
  const headers = [["Contact", "<sip:bob@far.example.com>"]] as const;
  first.outside(answerText(sentRequest(first.one("INVITE")), 200, { tag: "b", headers }));
  first.take();
  const to = "<sip:bob@example.com>;tag=b";
  first.inside(requestText({ method: "ACK", uri: "sip:bob@far.example.com", to }));
  assertEquals(first.one("ACK").to, server);
  const info = (from: string, cseq: number) => {
    const via = `SIP/2.0/UDP ${from};branch=z9hG4bK-${cseq}`;
    const parties = { from: to, to: "<sip:alice@example.com>;tag=alice" };
    const uri = "sip:alice@203.0.113.5";
    return requestText({ method: "INFO", uri, via, cseq, ...parties });
  };
  // Without a name server only what was stored tells.
  for (const stage of [first, restart(first, undefined, { resolve: () => undefined })]) {
    stage.outside(info("192.0.2.45:5060", 1), "192.0.2.45:5060");
    assertEquals(stage.take(), []);
    stage.outside(info(server, 2), server);
    assertEquals(stage.one("INFO").to, ALICE);
  }
});

Deno.test("a record of an earlier version says neither registration nor peers: its provider is in it all the same (S3)", () => {
  const stage = new Stage();
  register(stage);
  subscribe(stage, ALICE, 1);
  for (const effect of stage.effects as Extract<CoreEffect, { type: "store.set" }>[]) {
    const value = effect.type === "store.set" ? effect.value : undefined;
    const { dialog } = (value ?? {}) as {
      dialog?: { peers?: unknown; party: { registration?: unknown } };
    };
    delete dialog?.peers;
    delete dialog?.party.registration;
  }
  const again = restart(stage);
  assertEquals(again.tables.dialogs, 1);
  const notify = (from: string) => {
    again.outside(
      requestText({
        method: "NOTIFY",
        uri: "sip:a@203.0.113.5",
        via: `SIP/2.0/UDP ${from};branch=z9hG4bK-notify`,
        call: `${ALICE}-0`,
        from: "<sip:bob@example.com>;tag=b",
        to: "<sip:alice@example.com>;tag=alice",
        headers: ["Event: x", "Subscription-State: active"],
      }),
      from,
    );
    return again.take().map(({ to }) => to);
  };
  assertEquals(notify("198.18.0.1:5060"), []);
  assertEquals(notify("198.51.100.99:5060"), [ALICE]);
});
