import { assertEquals } from "@std/assert";
import { type Flow, makeAddress } from "../../../src/base/address.ts";
import { ownerKey, Performer } from "../../../src/app/performer.ts";
import type { CoreEffect, CoreEvent, Owner } from "../../../src/proxy/events.ts";
import { SELF } from "../../../src/base/shares.ts";

function flow(port: number): Flow {
  const [local, remote] = [makeAddress("127.0.0.1", 5060), makeAddress("127.0.0.1", port)];
  if (!local.ok || !remote.ok) throw new Error("Not an address");
  return {
    listener: "udp/127.0.0.1:5060",
    transport: "udp",
    local: local.value,
    remote: remote.value,
  };
}

const UNREACHABLE = { kind: "unreachable", reason: "network is unreachable" } as const;

/** A performer over a store whose commits end when the test says so; the owner's id is the port it sends to. */
function bench() {
  const done: string[] = [];
  const events: CoreEvent[] = [];
  let urgent = 0;
  const commits: (() => void)[] = [];
  let sending: "works" | "fails" | "no listener" = "works";
  const performer = new Performer({
    destination: (owner) => owner.kind === "server" && owner.id > 0 ? flow(owner.id) : undefined,
    send: (to, bytes, failed) => {
      if (sending === "fails") failed(UNREACHABLE);
      if (sending === "works") done.push(`send ${to.remote.port} ${String.fromCharCode(...bytes)}`);
      return sending !== "no listener";
    },
    resolve: ({ host }) => Promise.resolve({ ok: false, reason: `No ${host}` }),
    media: {
      bind: ({ pair }) => void done.push(`bind ${pair}`),
      close: (pair) => (done.push(`close ${pair}`), Promise.resolve()),
    },
    store: {
      get busy() {
        return urgent > 0 || commits.length > 0;
      },
      get urgent() {
        return urgent > 0;
      },
      set: ({ key }, when) => {
        done.push(`set ${key.join("/")} ${when}`);
        if (when === "urgent") urgent++;
      },
      flush: () => {
        done.push("flush");
        urgent = 0;
        return new Promise((resolve) => commits.push(resolve));
      },
    },
    note: ({ text }) => void done.push(`note ${text}`),
    event: (event) => void events.push(event),
  });
  const settle = async () => {
    commits.shift()?.();
    await new Promise((resolve) => setTimeout(resolve, 0));
  };
  return { performer, done, events, settle, set: (next: typeof sending) => void (sending = next) };
}

function owner(id: number): Owner {
  return { kind: "server", id };
}

function send(id: number, text: string, committed = false): CoreEffect {
  return { type: "sip.send", owner: owner(id), text, committed };
}

const STORE: CoreEffect = { type: "store.set", key: ["v1", "call"], value: 1, when: "urgent" };

Deno.test("effects are performed in their order", () => {
  const { performer, done } = bench();
  performer.perform([
    { type: "media.bind", pair: { pair: 1, ip: "127.0.0.1", port: 10_000 } },
    send(7, "one"),
    { type: "note", note: { level: "info", kind: "call.started", text: "Call" } },
    { type: "store.set", key: ["v1", "a"], value: 1, when: "soon" },
    send(8, "two"),
    { type: "media.close", pair: 1 },
  ]);
  performer.endTurn();
  assertEquals(done, [
    "bind 1",
    "send 7 one",
    "note Call",
    "set v1/a soon",
    "send 8 two",
    "close 1",
  ]);
});

Deno.test("a committed message leaves after the commit, others at once", async () => {
  const { performer, done, settle } = bench();
  performer.perform([STORE, send(7, "invite", true), send(8, "trying")]);
  performer.endTurn();
  assertEquals(done, ["set v1/call urgent", "send 8 trying", "flush"]);
  await settle();
  assertEquals(done.at(-1), "send 7 invite");
});

Deno.test("a later message of the same owner does not overtake one that waits", async () => {
  const { performer, done, settle } = bench();
  performer.perform([STORE, send(7, "ok", true), send(7, "again")]);
  performer.endTurn();
  performer.perform([send(7, "third")]);
  performer.endTurn();
  assertEquals(done.filter((one) => one.startsWith("send")), []);
  await settle();
  await settle();
  assertEquals(done.filter((one) => one.startsWith("send")), [
    "send 7 ok",
    "send 7 again",
    "send 7 third",
  ]);
  performer.perform([send(7, "fourth")]);
  assertEquals(done.at(-1), "send 7 fourth");
});

Deno.test("a committed message with nothing to wait for leaves at once", () => {
  const { performer, done } = bench();
  performer.perform([send(7, "ok", true)]);
  performer.endTurn();
  assertEquals(done, ["send 7 ok"]);
});

Deno.test("urgent changes are committed at the end of the turn, without a message too", () => {
  const { performer, done } = bench();
  performer.perform([STORE, STORE]);
  performer.endTurn();
  performer.endTurn();
  assertEquals(done.filter((one) => one === "flush").length, 1);
});

Deno.test("a message whose owner has no address is not sent, and counted", () => {
  const { performer, done } = bench();
  performer.perform([send(-1, "lost")]);
  assertEquals([done, performer.counters.homeless], [[], 1]);
});

Deno.test("a send that fails, or has no listener any more, is an event with its owner and flow", () => {
  const { performer, events, set } = bench();
  set("fails");
  performer.perform([send(7, "a")]);
  set("no listener");
  performer.perform([send(8, "b")]);
  assertEquals(events, [
    { type: "sip.failed", owner: owner(7), flow: flow(7), fault: UNREACHABLE },
    {
      type: "sip.failed",
      owner: owner(8),
      flow: flow(8),
      fault: { kind: "no-listener", reason: "the listener udp/127.0.0.1:5060 is gone" },
    },
  ]);
});

Deno.test("a look-up's answer comes back with its ticket", async () => {
  const { performer, events, settle } = bench();
  const query = { host: "a.example", port: undefined, transport: undefined };
  performer.perform([{ type: "dns.resolve", ticket: 5, query, holder: SELF }]);
  await settle();
  assertEquals(events, [
    { type: "dns.answer", ticket: 5, answer: { ok: false, reason: "No a.example" } },
  ]);
});

Deno.test("no two owners share a name", () => {
  const owners: Owner[] = [
    { kind: "server", id: 1 },
    { kind: "client", id: 1 },
    { kind: "reply", id: 1 },
    { kind: "dialog", key: "1", side: "inside" },
    { kind: "dialog", key: "1", side: "outside" },
    { kind: "binding", token: "1", side: "inside" },
    { kind: "binding", token: "1", side: "outside" },
  ];
  assertEquals(new Set(owners.map(ownerKey)).size, owners.length);
});
