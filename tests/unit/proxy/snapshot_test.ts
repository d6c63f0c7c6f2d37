import { assertEquals } from "@std/assert";
import { requestText } from "./messages.ts";
import { callOut, register, Stage } from "./stage.ts";
import { NETWORK, STRANGER } from "./world_fixture.ts";

interface Shown {
  readonly network: { readonly advertised: string };
  readonly phones: readonly { readonly aor: string; readonly addressCurrent: boolean }[];
  readonly calls: readonly { readonly direction: string; readonly forMs: number }[];
  readonly refused: readonly object[];
}

function shown(stage: Stage): Shown {
  // Statistics are written as JSON: what has no form there would be lost.
  return JSON.parse(JSON.stringify(stage.core.snapshot()));
}

Deno.test("the snapshot shows network, phones, calls and refusals as plain data", () => {
  const stage = new Stage();
  register(stage);
  callOut(stage);
  stage.pass(1_000);
  stage.outside(requestText({ call: "x" }), STRANGER);
  const { network, phones, calls, refused } = shown(stage);
  assertEquals(network.advertised, "203.0.113.5");
  assertEquals(phones.map(({ aor, addressCurrent }) => [aor, addressCurrent]), [
    ["sip:alice@example.com", true],
  ]);
  assertEquals(calls.map(({ direction, forMs }) => [direction, forMs]), [["out", 1_000]]);
  assertEquals(refused, [{
    source: "192.0.2.66",
    kind: "stranger.no phone addressed",
    count: 1,
    lastMs: 0,
  }]);
});

Deno.test("ages are those of the moment that is asked for, whenever the last event was", () => {
  const stage = new Stage();
  register(stage);
  stage.pass(10_000);
  callOut(stage);
  stage.outside(requestText({ call: "x" }), STRANGER);
  const { at, phones, calls, refused } = stage.core.snapshot(stage.now + 7_000);
  assertEquals(at, 17_000);
  assertEquals([phones[0]!.registeredForMs, phones[0]!.expiresInMs], [17_000, 3_583_000]);
  assertEquals([calls[0]!.forMs, refused[0]!.lastMs], [7_000, 7_000]);
});

Deno.test("since when a phone is registered outlives its refreshes, and ends with the registration", () => {
  const stage = new Stage();
  register(stage);
  stage.pass(1_000_000);
  register(stage);
  assertEquals(stage.core.snapshot().phones[0]!.registeredForMs, 1_000_000);
  stage.pass(3_700_000);
  register(stage);
  assertEquals(stage.core.snapshot().phones[0]!.registeredForMs, 0);
});

Deno.test("tables are shown with their limits", () => {
  const stage = new Stage({ limits: { calls: 7 } });
  register(stage);
  callOut(stage);
  const rows = stage.core.snapshot().limits;
  assertEquals(rows.find(({ table }) => table === "calls"), {
    table: "calls",
    entries: 1,
    limit: 7,
  });
  assertEquals(rows.filter(({ limit }) => !(limit > 0)), []);
});

Deno.test("whoever was refused most is shown first", () => {
  const stage = new Stage();
  for (
    const [from, count] of [["192.0.2.1:9", 1], ["192.0.2.2:9", 3], ["192.0.2.3:9", 2]] as const
  ) {
    for (let call = 0; call < count; call++) {
      stage.outside(requestText({ call: `${from} ${call}` }), from);
    }
  }
  const sources = shown(stage).refused.map((row) => (row as { source: string }).source);
  assertEquals(sources, ["192.0.2.2", "192.0.2.3", "192.0.2.1"]);
});

Deno.test("a phone that registered before our address changed is shown to be behind (R2)", () => {
  const stage = new Stage();
  register(stage);
  stage.event({
    type: "network.changed",
    network: { ...NETWORK, advertised: "203.0.113.9", ownIps: ["203.0.113.9"] },
  });
  assertEquals(shown(stage).phones.map(({ addressCurrent }) => addressCurrent), [false]);
  stage.event({ type: "network.changed", network: { ...NETWORK, advertised: undefined } });
  assertEquals(shown(stage).network.advertised, "unknown");
});

Deno.test("sizes name every table that has a limit, and follow what it holds", () => {
  const stage = new Stage();
  const before = stage.core.sizes();
  register(stage);
  callOut(stage);
  const after = stage.core.sizes();
  assertEquals([before["bindings"], before["calls"], before["dialogs"]], [0, 0, 0]);
  assertEquals([after["bindings"], after["calls"], after["dialogs"]], [1, 1, 1]);
  assertEquals(Object.keys(after), Object.keys(before));
});
