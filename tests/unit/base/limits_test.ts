import { assert, assertEquals } from "@std/assert";
import { Loop } from "../../../src/app/loop.ts";
import { ok } from "../../../src/base/result.ts";
import { checkRequest, loopRefusal } from "../../../src/proxy/admit.ts";
import { Budgets } from "../../../src/proxy/budget.ts";
import { beginCall } from "../../../src/proxy/call_life.ts";
import type { Call } from "../../../src/proxy/calls.ts";
import type { RequestContext } from "../../../src/proxy/contexts.ts";
import type { Dialog, InsideParty } from "../../../src/proxy/dialogs.ts";
import { forward } from "../../../src/proxy/forward.ts";
import { LIMITS, MESSAGE_LIMITS, SHELL_LIMITS } from "../../../src/base/limits.ts";
import { TIMES } from "../../../src/proxy/times.ts";
import { markDead, pinCall, resolveHop } from "../../../src/proxy/next_hop.ts";
import { readRegister } from "../../../src/proxy/register.ts";
import { replyTo } from "../../../src/proxy/reply.ts";
import { begin } from "../../../src/proxy/requests.ts";
import type { World } from "../../../src/proxy/world.ts";
import { FakeCore } from "../app/fake_core.ts";
import {
  ALICE,
  answerText,
  flow,
  makeBinding,
  makeWorld,
  PROVIDER,
  register,
  request,
  requestText,
  sentRequest,
  servers,
  Stage,
} from "../proxy/world_fixture.ts";

const CONTACT = { contact: `<sip:alice@${ALICE}>` };
const SIDES = [["inside", 500], ["outside", 480]] as const;

/** A request that has just come, with what we keep of it. */
function arrived(world: World, side: "inside" | "outside", call = "arrived"): RequestContext {
  const remote = side === "inside" ? ALICE : PROVIDER;
  const context = begin(world, flow(side, remote), { request: request({ call }), side });
  assert(context !== undefined);
  return context;
}

/** An address of documentation networks, another for each number. */
function hostOf(number: number): string {
  return `198.51.${number >> 8}.${number & 255}:5060`;
}

/** What is asked of a REGISTER with so many Contacts. */
function registering(world: World, contacts: number): number | undefined {
  const contact = Array.from({ length: contacts }, (_, index) => `<sip:new@192.0.2.1:${index + 1}>`)
    .join(", ");
  const to = "<sip:new@example.com>";
  const parts = { method: "REGISTER", uri: "sip:example.com", from: `${to};tag=a`, to, contact };
  const passage = { request: request(parts), source: flow("inside", ALICE) } as RequestContext;
  const read = readRegister(world, passage);
  return read.ok ? undefined : read.reason.status;
}

/** For every limit: reaches it, and shows what is still done at the limit and what is done beyond it. */
const REACHED: Record<keyof typeof LIMITS, () => void | Promise<void>> = {
  messageBytes: () => {
    const stage = new Stage();
    const text = (bytes: number, call: string) => {
      const parts = { method: "MESSAGE", call, body: "x".repeat(10_000) };
      const more = bytes - requestText(parts).length;
      return requestText({ ...parts, body: parts.body + "x".repeat(more) });
    };
    stage.inside(text(LIMITS.messageBytes, "1"));
    assertEquals([stage.take().length, stage.counters["refused.oversized"]], [1, undefined]);
    stage.inside(text(LIMITS.messageBytes + 1, "2"));
    assertEquals([stage.take().length, stage.counters["refused.oversized"]], [0, 1]);
  },
  vias: () => {
    const via = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx";
    for (const [count, status] of [[LIMITS.vias, undefined], [LIMITS.vias + 1, 400]] as const) {
      const headers = Array<string>(count - 1).fill(via);
      const context = { request: request({ headers }), side: "inside" } as RequestContext;
      assertEquals(checkRequest(makeWorld(), context)?.status, status);
    }
  },
  serverTransactions: () => {
    const world = makeWorld();
    for (let count = 0; count < LIMITS.serverTransactions; count++) {
      world.servers.create(request({ call: `${count}` }), flow("inside", ALICE), 0);
    }
    world.takeEffects();
    for (const [side, status] of SIDES) {
      const from = flow(side, side === "inside" ? ALICE : PROVIDER);
      assertEquals(begin(world, from, { request: request({ call: "more" }), side }), undefined);
      const [effect] = world.takeEffects();
      assert(effect?.type === "sip.send" && effect.text.startsWith(`SIP/2.0 ${status} `));
    }
    assertEquals(world.counters.get("full.transactions"), 2);
  },
  clientTransactions: () => {
    const world = makeWorld();
    const sent = request({ method: "MESSAGE" });
    const start = { request: sent, reliable: false, now: 0 };
    const context = { flow: flow("outside", PROVIDER), branch: undefined };
    for (let count = 0; count < LIMITS.clientTransactions; count++) {
      assert(world.clients.create({ ...start, branch: `z9hG4bK${count}`, context }) !== undefined);
    }
    for (const [side, status] of SIDES) {
      const more = arrived(world, side);
      const flows = [flow("outside", PROVIDER)];
      const target = { side: "outside", hop: "", phone: undefined, flows } as const;
      forward(world, more, [{ ...target, build: () => ok(more.request) }]);
      assertEquals([more.final, more.branches], [status, []]);
    }
    assertEquals([world.counters.get("full.transactions"), world.branches.size], [2, 0]);
  },
  bindings: () => {
    const world = makeWorld();
    while (world.bindings.size < LIMITS.bindings - 1) {
      world.bindings.set(makeBinding(`b${world.bindings.size}`));
    }
    assertEquals(registering(world, 1), undefined);
    assert(world.bindings.set(makeBinding("last")));
    assertEquals([registering(world, 1), world.counters.get("full.bindings")], [500, 1]);
    assertEquals(world.bindings.set(makeBinding("more")), false);
  },
  bindingsPerAor: () => {
    const world = makeWorld();
    for (let count = 0; count < LIMITS.bindingsPerAor; count++) {
      assertEquals(registering(world, 1), undefined);
      world.bindings.set(makeBinding("new"));
    }
    assertEquals([registering(world, 1), world.counters.get("full.bindings")], [500, 1]);
  },
  contactsPerRegister: () => {
    assertEquals(registering(makeWorld(), LIMITS.contactsPerRegister), undefined);
    assertEquals(registering(makeWorld(), LIMITS.contactsPerRegister + 1), 400);
  },
  dialogs: () => {
    const { dialogs } = makeWorld();
    const party = (count: number) => ({ token: `${count}`, users: 0 }) as InsideParty;
    const dialog = (count: number) => ({ key: `${count}`, party: party(-1) }) as Dialog;
    for (let count = 0; count < LIMITS.dialogs; count++) {
      assert(dialogs.add(dialog(count)) && dialogs.hold(party(count)) !== undefined);
    }
    assertEquals([dialogs.add(dialog(-2)), dialogs.hold(party(-2))], [false, undefined]);
    assertEquals([dialogs.size, dialogs.parties], [LIMITS.dialogs, LIMITS.dialogs]);
    dialogs.delete(dialog(0));
    assert(dialogs.add(dialog(-2)));
  },
  calls: () => {
    const world = makeWorld();
    for (let count = 1; count < LIMITS.calls; count++) world.calls.add({ id: `${count}` } as Call);
    const last = arrived(world, "inside", "last");
    assertEquals([beginCall(world, last), world.calls.size], [true, LIMITS.calls]);
    // Another fork of a call that is there needs no place.
    assert(beginCall(world, last));
    for (const [side, status] of SIDES) {
      const more = arrived(world, side, "more");
      assertEquals([beginCall(world, more), more.final], [false, status]);
    }
    assertEquals(world.counters.get("full.calls"), 2);
  },
  parked: () => {
    const world = makeWorld();
    const passage = arrived(world, "inside");
    const query = { host: "example.com", port: undefined, transport: undefined };
    const statuses: (number | undefined)[] = [];
    for (let count = 0; count <= LIMITS.parked; count++) {
      resolveHop(world, { kind: "servers", query, fallback: undefined }, {
        passage,
        done: (flows) => statuses.push(flows.ok ? undefined : flows.reason.status),
      });
    }
    assertEquals([statuses, world.counters.get("full.parked")], [[500], 1]);
    assertEquals([world.tickets.size, world.takeEffects().length], [LIMITS.parked, LIMITS.parked]);
  },
  replies: () => {
    const world = makeWorld();
    for (let count = 0; count <= LIMITS.replies; count++) {
      replyTo(world, flow("inside", ALICE), request(), { status: 500, reason: "No" });
    }
    assertEquals([world.replies.size, world.takeEffects().length], [
      LIMITS.replies,
      LIMITS.replies,
    ]);
  },
  depth: () => {
    const at = (depth: number) => loopRefusal({ depth, parent: undefined } as RequestContext);
    assertEquals([at(LIMITS.depth)?.status, at(LIMITS.depth + 1)?.status], [undefined, 482]);
  },
  refusedSources: () => {
    const world = makeWorld();
    for (let source = 0; source < LIMITS.refusedSources; source++) world.refuse("x", `${source}`);
    // Whoever goes on is known on; the one longest silent makes room for who comes new.
    world.refuse("x", "0");
    world.refuse("x", "new");
    assertEquals(world.refused.size, LIMITS.refusedSources);
    const counts = ["0 x", "1 x", "2 x", "new x"].map((key) => world.refused.get(key));
    assertEquals(counts, [2, undefined, 1, 1]);
    assertEquals(world.counters.get("refused.x"), LIMITS.refusedSources + 2);
  },
  pins: () => {
    const world = makeWorld();
    const challenged = (call: string) =>
      pinCall(world, request({ call }), { hop: "example.com", flow: flow("outside", PROVIDER) });
    for (let count = 0; count <= LIMITS.pins; count++) challenged(`${count}`);
    assertEquals(world.pins.size, LIMITS.pins);
    world.now = TIMES.memory;
    challenged("later");
    assertEquals(world.pins.size, 1);
  },
  deadServers: () => {
    const world = makeWorld();
    for (let count = 0; count <= LIMITS.deadServers; count++) {
      markDead(world, flow("outside", hostOf(count)), "kept silent");
    }
    assertEquals(world.dead.size, LIMITS.deadServers);
    world.now = TIMES.dead;
    markDead(world, flow("outside", hostOf(0)), "kept silent");
    assertEquals(world.dead.size, 1);
  },
  budgetSources: () => {
    const budgets = new Budgets();
    for (let count = 0; count <= LIMITS.budgetSources; count++) {
      budgets.take("known", hostOf(count), 0);
    }
    assertEquals(budgets.size, LIMITS.budgetSources);
  },
  attempts: () => {
    const hosts = Array.from({ length: LIMITS.attempts + 1 }, (_, index) => hostOf(index));
    const stage = new Stage({ resolve: () => servers(...hosts) });
    stage.inside(requestText(CONTACT));
    const tried: string[] = [];
    for (;;) {
      const sent = stage.take().find(({ text }) => text.startsWith("INVITE"));
      if (sent === undefined) break;
      tried.push(sent.to);
      stage.outside(answerText(sentRequest(sent), 503), sent.to);
    }
    assertEquals(tried, hosts.slice(0, LIMITS.attempts));
  },
  handovers: () => {
    const stage = new Stage();
    register(stage);
    // Each is handed over, and both copies are sent again at the same moment: nobody answers.
    const uri = "sip:alice@192.168.1.1";
    for (let count = 0; count <= LIMITS.handovers; count++) {
      stage.inside(requestText({ method: "MESSAGE", call: `${count}`, uri }));
    }
    assertEquals(stage.counters["full.handovers"], undefined);
    stage.pass(500);
    assertEquals(stage.counters["full.handovers"], 1);
  },
};

Deno.test("every limit has its test, and no test is of a limit that is gone", () => {
  assertEquals(Object.keys(REACHED).sort(), Object.keys(LIMITS).sort());
});

for (const [name, reach] of Object.entries(REACHED)) {
  Deno.test(`what is more than ${name} allows is refused and counted, the rest goes on`, reach);
}

Deno.test("a turn of the loop takes its share of events, the rest waits for the next", async () => {
  const core = new FakeCore();
  const perTurn: number[] = [];
  const loop = new Loop({
    core,
    now: () => 0,
    perform: () => {},
    endTurn: () => void perTurn.push(core.events.length),
    failed: () => {},
  });
  for (let pair = 0; pair <= SHELL_LIMITS.eventsPerTurn; pair++) {
    loop.push({ type: "media.closed", pair });
  }
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
  loop.stop();
  assertEquals(perTurn, [SHELL_LIMITS.eventsPerTurn, SHELL_LIMITS.eventsPerTurn + 1]);
});

Deno.test("limits fit each other: what one table takes, those it leads to can hold", () => {
  assert(LIMITS.messageBytes <= MESSAGE_LIMITS.characters);
  assert(LIMITS.parked <= LIMITS.serverTransactions);
  assert(LIMITS.bindingsPerAor <= LIMITS.bindings);
  assert(LIMITS.calls <= LIMITS.dialogs);
});
