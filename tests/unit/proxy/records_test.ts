import { assertEquals, assertNotEquals } from "@std/assert";
import { LIMITS } from "../../../src/base/limits.ts";
import { restoreRecords, type StoredRecord } from "../../../src/proxy/records.ts";
import { RELEASED_AT_WALL_MS } from "../../../src/proxy/release_date.ts";
import type { World } from "../../../src/proxy/world.ts";
import { answerText, requestText } from "./messages.ts";
import { callOut, register, restart, sentRequest, Stage } from "./stage.ts";
import { ALICE, makeBinding, makeWorld, PROVIDER } from "./world_fixture.ts";

function stored(changes: Record<string, unknown> = {}, times: object = {}): StoredRecord {
  const { expiresAt: _, ...binding } = makeBinding("alice", { token: "t" });
  const left = { remainingMs: 60_000, savedAtWallMs: 0, ...times };
  // Through text and back, as the store does it.
  const value = JSON.parse(JSON.stringify({ binding: { ...binding, ...changes }, ...left }));
  return { key: ["v1", "binding", "t"], value };
}

function restore(record: StoredRecord): World {
  const world = makeWorld();
  restoreRecords(world, [record]);
  return world;
}

Deno.test("a binding comes back as it was, with the time that was left (DESIGN §5)", () => {
  const world = restore(stored());
  const expected = makeBinding("alice", { token: "t", expiresAt: 60_000 });
  assertEquals([...world.bindings.values()], [expected]);
  assertEquals(world.heap.size, 1);
});

Deno.test("a binding of an earlier version belongs to the host of its hop (C1)", () => {
  for (
    const [hop, host] of [
      ["example.com", "example.com"],
      ["SBC.example.com:5070", "sbc.example.com"],
      ["198.51.100.10:5060", "198.51.100.10"],
      ["[2001:DB8::1]:5060", "2001:db8::1"],
    ] as const
  ) {
    const [binding] = restore(stored({ hop, host: undefined })).bindings.values();
    assertEquals(binding?.host, host);
  }
});

Deno.test("GRUUs come back, none of an earlier version, and the latest of too many (C3)", () => {
  const gruus = (changes: Record<string, unknown>) => {
    const [binding] = restore(stored(changes)).bindings.values();
    return binding?.gruus;
  };
  const many = Array.from({ length: LIMITS.gruus + 3 }, (_, count) => `sip:${count}@a.example;gr=`);
  assertEquals(gruus({ gruus: undefined, servers: undefined }), []);
  assertEquals(gruus({ gruus: many.slice(0, 2) }), many.slice(0, 2));
  assertEquals(gruus({ gruus: many }), many.slice(3));
});

const address = { family: 4, ip: "192.168.1.20", port: 0 };

const DAMAGE: [what: string, changes: Record<string, unknown>][] = [
  ...["token", "aor", "domain", "user", "contact", "uri", "masked", "maskedUser", "hop", "instance"]
    .map((key): [string, Record<string, unknown>] => [`${key} is a number`, { [key]: 7 }]),
  ["no Contact", { contact: undefined }],
  ["a path of numbers", { path: [1] }],
  ["a path that is none", { path: "x" }],
  ["GRUUs that are numbers", { gruus: [1] }],
  ["no flow", { flow: null }],
  ["a flow with port 0", {
    flow: { listener: "i", transport: "udp", local: address, remote: address },
  }],
  ["a flow over pigeons", { flow: { listener: "i", transport: "pigeon" } }],
  ["a registrar that is a name", { registrar: { family: 4, ip: "example.com", port: 5060 } }],
];

Deno.test("a damaged record is one lost phone, said in one line, and taken out", () => {
  for (const [what, changes] of DAMAGE) {
    const world = restore(stored(changes));
    assertEquals(world.bindings.size, 0, what);
    const effects = world.takeEffects();
    assertEquals(effects.map(({ type }) => type), ["store.set", "note"], what);
  }
});

const ODD: unknown[] = [undefined, null, 7, "text", [], {}, { binding: null }, { binding: [] }];

Deno.test("a record of another shape is no binding", () => {
  for (const value of ODD) {
    assertEquals(restore({ key: ["v1", "binding", "t"], value }).bindings.size, 0);
  }
  for (const times of [{ remainingMs: null }, { savedAtWallMs: "1" }]) {
    assertEquals(restore(stored({}, times)).bindings.size, 0);
  }
});

Deno.test("one bad record does not harm its neighbours, other kinds are left alone", () => {
  const world = makeWorld();
  const good = stored();
  const odd = { key: ["v1", "meta"], value: {} };
  restoreRecords(world, [{ key: ["v1", "binding", "x"], value: {} }, odd, good]);
  assertEquals(world.bindings.size, 1);
  const keys = world.takeEffects().flatMap((effect) =>
    effect.type === "store.set" ? [effect.key] : []
  );
  assertEquals(keys, [["v1", "binding", "x"]]);
});

Deno.test("what ended while we were away is taken out without a word", () => {
  const world = restore(stored({}, { remainingMs: -60_000 }));
  assertEquals([world.bindings.size, world.takeEffects().length], [1, 1]);
  const stage = new Stage({
    records: [stored({}, { savedAtWallMs: RELEASED_AT_WALL_MS })],
    wall: RELEASED_AT_WALL_MS + 130_000,
  });
  stage.pass(60_001);
  assertEquals(stage.core.snapshot().phones, []);
});

Deno.test("what one run stores the next one takes up", () => {
  const first = new Stage();
  const masked = register(first);
  const records = first.effects.flatMap((effect) =>
    effect.type === "store.set" ? [JSON.parse(JSON.stringify(effect))] : []
  );
  const second = new Stage({ records });
  const { phones } = second.core.snapshot() as { phones: { masked: string }[] };
  assertEquals(phones.map((phone) => phone.masked), [masked]);
  assertEquals(second.notes("restored"), ["Taken up from before the restart: 1 registration"]);
});

Deno.test("how long a phone has been registered goes on over a restart, as far as the clock tells", () => {
  const times = { remainingMs: 3_600_000, ageMs: 50_000 };
  const since = (record: object, wall: number) => {
    const stage = new Stage({ records: [stored({}, record)], wall });
    return stage.core.snapshot().phones[0]!.registeredForMs;
  };
  const away = { ...times, savedAtWallMs: RELEASED_AT_WALL_MS };
  assertEquals(since(away, RELEASED_AT_WALL_MS + 9_000), 59_000);
  assertEquals(since(away, 0), 50_000);
  assertEquals(since({ ...away, ageMs: undefined }, RELEASED_AT_WALL_MS + 9_000), 9_000);
});

Deno.test("a phone whose token an earlier version has made keeps it, and is not rung twice (C1)", () => {
  const stage = new Stage({ records: [stored()] });
  assertEquals(register(stage), "sip:alice@203.0.113.5:5060;line=t");
  assertEquals(stage.core.snapshot().phones.length, 1);
  const other = new Stage({ records: [stored({ hop: "other.example", host: undefined })] });
  assertNotEquals(register(other), "sip:alice@203.0.113.5:5060;line=t");
  assertEquals(other.core.snapshot().phones.length, 2);
});

Deno.test("where two calls claim one port, the one that was stored last has it", () => {
  for (const order of [1, -1]) {
    const calls = ["older", "newer"].map((call) => {
      const stage = new Stage();
      callOut(stage, { call });
      const kept = stage.effects.findLast((effect) =>
        effect.type === "store.set" && effect.key[1] === "call"
      );
      if (kept?.type !== "store.set") throw new Error("No record was written");
      const savedAtWallMs = call === "newer" ? 2_000 : 1_000;
      return { key: kept.key, value: { ...kept.value as object, savedAtWallMs } };
    });
    const stage = new Stage({ records: order > 0 ? calls : calls.toReversed() });
    const { media } = stage.core.snapshot() as { media: { sessions: { session: string }[] } };
    assertEquals(media.sessions.map(({ session }) => session.split("\n")[0]), ["newer"]);
    assertEquals(stage.calls.length, 2);
  }
});

Deno.test("a stored call that does not fit any more leaves no media behind", () => {
  const first = new Stage();
  for (const call of ["1", "2"]) callOut(first, { call });
  const stage = restart(first, undefined, { limits: { calls: 1 } });
  assertEquals([stage.calls.length, stage.counters["full.calls"]], [1, 1]);
  assertEquals(stage.notes("restored"), [
    "Taken up from before the restart: 1 call",
    "1 stored call did not fit beside what was taken up before: those calls go on without us",
  ]);
  const { sessions } = (stage.core.snapshot() as { media: { sessions: unknown[] } }).media;
  assertEquals(sessions.length, 1);
});

Deno.test("registrations and subscriptions that do not fit are told as such, not as unreadable", () => {
  const first = new Stage();
  register(first);
  register(first, "bob", "192.168.1.21:5060");
  const contact = `<sip:alice@${ALICE}>`;
  for (const call of ["1", "2", "3"]) {
    first.inside(
      requestText({ method: "SUBSCRIBE", call, contact, headers: ["Event: dialog"] }),
    );
    const headers = [["Contact", `<sip:bob@${PROVIDER}>`], ["Expires", "600"]] as const;
    first.outside(answerText(sentRequest(first.one("SUBSCRIBE")), 200, { tag: "bob", headers }));
    first.take();
  }
  const stage = restart(first, undefined, { limits: { bindings: 1, dialogs: 1 } });
  assertEquals(stage.notes("restored"), [
    "Taken up from before the restart: 1 registration, 1 subscription",
    "1 stored registration did not fit beside what was taken up before: " +
    "those phones ring again after they register next",
    "2 stored subscriptions did not fit beside what was taken up before: " +
    "those phones subscribe again when their time is over",
  ]);
});

Deno.test("the record of a subscription whose time ran out while we were away is taken out", () => {
  const wall = RELEASED_AT_WALL_MS + 1_000;
  const first = new Stage({ wall });
  const contact = `<sip:alice@${ALICE}>`;
  first.inside(requestText({ method: "SUBSCRIBE", contact, headers: ["Event: dialog"] }));
  const headers = [["Contact", `<sip:bob@${PROVIDER}>`], ["Expires", "600"]] as const;
  const sent = sentRequest(first.one("SUBSCRIBE"));
  first.outside(answerText(sent, 200, { tag: "bob", headers }));
  for (const [awayMs, dialogs] of [[599_000, 1], [600_000, 0]] as const) {
    const stage = restart(first, undefined, { wall: wall + awayMs });
    const removed = stage.effects.filter((effect) =>
      effect.type === "store.set" && effect.key[1] === "dialog" && effect.value === undefined
    );
    assertEquals([stage.tables.dialogs, removed.length], [dialogs, 1 - dialogs]);
    const restored = stage.notes("restored").some((text) => text.includes("1 subscription"));
    assertEquals(restored, dialogs === 1);
  }
});
