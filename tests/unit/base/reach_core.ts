import { assert, assertEquals } from "@std/assert";
import type { RequestContext } from "../../../src/proxy/contexts.ts";
import type { Limits } from "../../../src/base/limits.ts";
import type { Dialog } from "../../../src/proxy/dialogs.ts";
import { notePeer } from "../../../src/proxy/sources.ts";
import { TIMES } from "../../../src/proxy/times.ts";
import { isDead, markDown } from "../../../src/proxy/server_health.ts";
import { nameFailed } from "../../../src/proxy/name_health.ts";
import { replyTo } from "../../../src/proxy/reply.ts";
import { begin } from "../../../src/proxy/requests.ts";
import type { World } from "../../../src/proxy/world.ts";
import { answerText, header, request, requestText } from "../proxy/messages.ts";
import { register, sentRequest, servers, type Stage, type StageOptions } from "../proxy/stage.ts";
import { ALICE, flow, makeBinding, PROVIDER } from "../proxy/world_fixture.ts";
import { ANYBODY } from "./anybody.ts";

const CONTACT = { contact: `<sip:alice@${ALICE}>` };

/** What is answered on each side where a table is full (RULES V7). */
export const SIDES = [["inside", 500], ["outside", 480]] as const;

/** A request that has just come, with what we keep of it. */
export function arrived(
  world: World,
  side: "inside" | "outside",
  call = "arrived",
): RequestContext {
  const remote = side === "inside" ? ALICE : PROVIDER;
  const context = begin(world, flow(side, remote), {
    request: request({ call }),
    side,
    urgent: false,
  });
  assert(context !== undefined);
  return context;
}

/** A phone's address, another for each number: one alone does not get all there is (RULES V7). */
export function phoneAt(number: number): string {
  return `192.168.1.${100 + number}:5060`;
}

/** An address of documentation networks, another for each number. */
function hostOf(number: number): string {
  return `198.51.${number >> 8}.${number & 255}:5060`;
}

/** Makes cores and their tables; in all tests but that of the tests themselves with the limits that are told. */
export interface CoreMaker {
  world(): World;
  stage(options?: StageOptions): Stage;
}

/** The limits of what we keep of calls, see `reach_calls.ts`. */
export type CallLimit = "dialogs" | "calls" | "emergencies" | "forks" | "pins" | "challenged";

/** The limits that whoever sends us requests can reach, see `reach_requests.ts`. */
export type RequestLimit =
  | "vias"
  | "clientTransactions"
  | "bindings"
  | "bindingsPerAor"
  | "contactsPerRegister"
  | "parked"
  | "depth";

/**
 * Reaches a limit in a core of that maker, and shows what is still done at the limit and what is done
 * beyond it.
 */
export type Reach = (limits: Limits, core: CoreMaker) => void;

/** Reaches the limits of the core that have no file of their own. */
export const CORE_REACHED: Record<Exclude<keyof Limits, CallLimit | RequestLimit>, Reach> = {
  messageBytes: (limits, core) => {
    const stage = core.stage();
    const text = (bytes: number, call: string) => {
      const parts = { method: "MESSAGE", call, body: "x".repeat(10_000) };
      const more = bytes - requestText(parts).length;
      return requestText({ ...parts, body: parts.body + "x".repeat(more) });
    };
    stage.inside(text(limits.messageBytes, "1"));
    assertEquals([stage.take().length, stage.counters["refused.oversized"]], [1, undefined]);
    stage.inside(text(limits.messageBytes + 1, "2"));
    assertEquals([stage.take().length, stage.counters["refused.oversized"]], [0, 1]);
  },
  serverTransactions: (limits, core) => {
    const world = core.world();
    for (let count = 0; count < limits.serverTransactions; count++) {
      const holder = { ...ANYBODY, name: `${count}` };
      world.servers.create(request({ call: `${count}` }), flow("inside", ALICE), {
        now: 0,
        holder,
      });
    }
    assertEquals(world.servers.size, limits.serverTransactions);
    // Its registrar is nobody's stranger: those get no answer.
    world.bindings.set(makeBinding("alice"));
    world.takeEffects();
    for (const [side, status] of SIDES) {
      const from = flow(side, side === "inside" ? ALICE : PROVIDER);
      assertEquals(
        begin(world, from, { request: request({ call: "more" }), side, urgent: false }),
        undefined,
      );
      const effect = world.takeEffects().find(({ type }) => type === "sip.send");
      assert(effect?.type === "sip.send" && effect.text.startsWith(`SIP/2.0 ${status} `));
    }
    assertEquals(world.counters.get("full.transactions"), 2);
  },
  endingTransactions: (limits, core) => {
    const world = core.world();
    for (let count = 0; count < limits.serverTransactions; count++) {
      const holder = { ...ANYBODY, name: `${count}` };
      world.servers.create(request({ call: `${count}` }), flow("inside", ALICE), {
        now: 0,
        holder,
      });
    }
    const bye = (number: number) =>
      begin(world, flow("inside", phoneAt(number)), {
        request: request({ method: "BYE", call: `bye ${number}` }),
        side: "inside",
        urgent: true,
      });
    for (let count = 0; count < limits.endingTransactions; count++) assert(bye(count));
    assertEquals(bye(limits.endingTransactions), undefined);
    assertEquals(world.counters.get("full.transactions"), 1);
  },
  pendingBindings: (limits, core) => {
    const { bindings } = core.world();
    const all = Array.from(
      { length: limits.pendingBindings + 1 },
      (_, count) => makeBinding("new", { flow: flow("inside", phoneAt(count)) }),
    );
    for (const binding of all) bindings.setPending(binding, binding);
    assertEquals(bindings.pending, limits.pendingBindings);
    const last = all.at(-1)!;
    assertEquals([bindings.find(all[0]!.token), bindings.find(last.token)], [all[0], undefined]);
    bindings.dropPending(all[0]!.token, all[0]!);
    bindings.setPending(last, last);
    assertEquals(bindings.find(last.token), last);
  },
  gruus: (limits, core) => {
    const stage = core.stage();
    const gruu = (count: number) => `sip:${count}@example.com;gr`;
    for (let count = 0; count <= limits.gruus; count++) {
      const parts = { method: "REGISTER", to: "<sip:alice@example.com>", call: `${count}` };
      stage.inside(requestText({ ...CONTACT, ...parts }));
      const sent = sentRequest(stage.one("REGISTER"));
      const contact = `${header(sent, "contact")};temp-gruu="${gruu(count)}"`;
      stage.outside(answerText(sent, 200, { headers: [["Contact", contact]] }));
      stage.take();
    }
    const found = (count: number) => {
      const uri = gruu(count);
      const parts = { method: "MESSAGE", uri, to: `<${uri}>`, call: `to ${count}` };
      stage.outside(
        requestText({ ...parts, via: `SIP/2.0/UDP ${PROVIDER};branch=z9hG4bK${count}` }),
      );
      return stage.take()[0]?.text.split(" ")[0];
    };
    assertEquals([found(0), found(1), found(limits.gruus)], ["SIP/2.0", "MESSAGE", "MESSAGE"]);
  },
  replies: (limits, core) => {
    const world = core.world();
    for (let count = 0; count <= limits.replies; count++) {
      replyTo(world, flow("inside", ALICE), request(), { status: 500, reason: "No" });
    }
    assertEquals([world.replies.size, world.takeEffects().length], [
      limits.replies,
      limits.replies,
    ]);
  },
  refusedSources: (limits, core) => {
    const world = core.world();
    for (let source = 0; source < limits.refusedSources; source++) world.refuse("x", `${source}`);
    // Whoever goes on is known on; the one longest silent makes room for who comes new.
    world.refuse("x", "0");
    world.refuse("x", "new");
    assertEquals(world.refused.size, limits.refusedSources);
    const counts = ["0 x", "1 x", "2 x", "new x"].map((key) => world.refused.get(key)?.count);
    assertEquals(counts, [2, undefined, 1, 1]);
    assertEquals(world.counters.get("refused.x"), limits.refusedSources + 2);
  },
  deadServers: (limits, core) => {
    const world = core.world();
    for (let count = 0; count <= limits.deadServers; count++) {
      markDown(world, { flow: flow("outside", hostOf(count)), trouble: { kind: "silent" } });
    }
    assertEquals(world.serverOutages.size, limits.deadServers);
    assertEquals(isDead(world, flow("outside", hostOf(limits.deadServers))), false);
    // The one that failed longest ago makes room once its minute is over.
    world.now = TIMES.dead;
    const next = flow("outside", hostOf(limits.deadServers));
    markDown(world, { flow: next, trouble: { kind: "silent" } });
    assertEquals(world.serverOutages.size, limits.deadServers);
    assertEquals(isDead(world, next), true);
  },
  lostNames: (limits, core) => {
    const world = core.world();
    const passage = arrived(world, "inside");
    for (let count = 0; count <= limits.lostNames; count++) {
      nameFailed(world, hostOf(count), { reason: "no such name", pinned: undefined, passage });
    }
    assertEquals(world.nameOutages.size, limits.lostNames);
  },
  registerTroubles: (limits, core) => {
    const stage = core.stage();
    for (let count = 0; count <= limits.registerTroubles; count++) {
      const to = `<sip:${count}@example.com>`;
      stage.inside(requestText({ ...CONTACT, method: "REGISTER", to, call: `${count}` }));
      stage.outside(answerText(sentRequest(stage.one("REGISTER")), 403));
    }
    assertEquals(stage.core.sizes()["registerTroubles"], limits.registerTroubles);
  },
  budgetSources: (limits, core) => {
    const { budgets } = core.world();
    for (let count = 0; count <= limits.budgetSources; count++) {
      budgets.take("known", hostOf(count), 0);
    }
    assertEquals(budgets.size, limits.budgetSources);
  },
  dialogPeers: (limits, core) => {
    const world = core.world();
    const dialog = { peers: [] as readonly string[] } as Dialog;
    for (let count = 0; count <= limits.dialogPeers; count++) {
      assertEquals(notePeer(world, dialog, hostOf(count)), true);
    }
    assertEquals(dialog.peers.length, limits.dialogPeers);
    assertEquals([dialog.peers[0], notePeer(world, dialog, hostOf(1))], [hostOf(1), false]);
  },
  attempts: (limits, core) => {
    const hosts = Array.from({ length: limits.attempts + 1 }, (_, index) => hostOf(index));
    const stage = core.stage({ resolve: () => servers(...hosts) });
    stage.inside(requestText(CONTACT));
    const tried: string[] = [];
    for (;;) {
      const sent = stage.take().find(({ text }) => text.startsWith("INVITE"));
      if (sent === undefined) break;
      tried.push(sent.to);
      stage.outside(answerText(sentRequest(sent), 503), sent.to);
    }
    assertEquals(tried, hosts.slice(0, limits.attempts));
  },
  handovers: (limits, core) => {
    const stage = core.stage();
    register(stage);
    // Each is handed over, and both copies are sent again at the same moment: nobody answers.
    const uri = "sip:alice@192.168.1.1";
    for (let count = 0; count <= limits.handovers; count++) {
      stage.inside(requestText({ method: "MESSAGE", call: `${count}`, uri }));
    }
    assertEquals(stage.counters["full.handovers"], undefined);
    stage.pass(500);
    assertEquals(stage.counters["full.handovers"], 1);
  },
};
