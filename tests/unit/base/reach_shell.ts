import { assert, assertEquals } from "@std/assert";
import { Loop } from "../../../src/app/loop.ts";
import { LOG_BUDGETS, SHELL_LIMITS } from "../../../src/base/limits.ts";
import { ok } from "../../../src/base/result.ts";
import { DnsCache } from "../../../src/net/dns_cache.ts";
import { QuerySlots } from "../../../src/net/query_slots.ts";
import { Resolver } from "../../../src/net/resolver.ts";
import { LogBudget } from "../../../src/ops/log_budget.ts";
import { Repeats } from "../../../src/ops/repeats.ts";
import { FakeCore } from "../app/fake_core.ts";
import { ANYBODY } from "./anybody.ts";

const NOTHING = () => Promise.resolve({ ok: false, reason: "No such record" } as const);

function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** A query that never gets an answer. */
function query(slots: QuerySlots, name: string, kept = false) {
  const asker = { holder: { ...ANYBODY, name }, kept };
  return slots.begin(asker, { waitMs: 1, ask: () => new Promise<never>(() => {}) });
}

/** How many servers are found behind so many SRV records, each a name with so many addresses. */
async function found(targets: number, addresses: number): Promise<number> {
  const srv = times(targets, (index) => (
    { target: `${index}.example`, port: 5060, priority: 1, weight: 1 }
  ));
  const ips = times(addresses, (index) => `192.0.2.${index + 1}`);
  const resolver = new Resolver({
    dns: {
      naptr: NOTHING,
      srv: () => Promise.resolve(ok({ values: srv, ttlMs: 1_000 })),
      a: () => Promise.resolve(ok({ values: ips, ttlMs: 1_000 })),
    },
    now: () => 0,
  });
  const query = { host: "many.example", port: undefined, transport: undefined };
  const answer = await resolver.resolve(query);
  return answer.ok ? answer.servers.length : 0;
}

/** For every limit of the shell: reaches it, and shows what is done at the limit and what beyond it. */
export const SHELL_REACHED: Record<keyof typeof SHELL_LIMITS, () => void | Promise<void>> = {
  eventsPerTurn: async () => {
    const core = new FakeCore();
    const perTurn: number[] = [];
    const loop = new Loop({
      core,
      now: () => 0,
      perform: () => {},
      endTurn: () => void perTurn.push(core.events.length),
      failed: () => {},
    });
    const { eventsPerTurn } = SHELL_LIMITS;
    for (let pair = 0; pair <= eventsPerTurn; pair++) loop.push({ type: "media.closed", pair });
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
    loop.stop();
    assertEquals(perTurn, [eventsPerTurn, eventsPerTurn + 1]);
  },
  lookUps: () => {
    const slots = new QuerySlots(() => 0);
    const queries = times(SHELL_LIMITS.lookUps + 1, (index) => query(slots, `${index}`));
    assertEquals(queries.map(({ asked }) => asked).indexOf(false), SHELL_LIMITS.lookUps);
  },
  keptLookUps: () => {
    const slots = new QuerySlots(() => 0);
    for (const index of times(SHELL_LIMITS.lookUps, String)) query(slots, index);
    const queries = times(SHELL_LIMITS.keptLookUps + 1, (index) => query(slots, `${index}`, true));
    assertEquals(queries.map(({ asked }) => asked).indexOf(false), SHELL_LIMITS.keptLookUps);
  },
  lookUpSources: () => {
    const slots = new QuerySlots(() => 0);
    const asker = (name: string) => ({ holder: { ...ANYBODY, name }, kept: false });
    while (slots.admits(asker("first")));
    for (const name of times(SHELL_LIMITS.lookUpSources - 1, String)) slots.admits(asker(name));
    assertEquals(slots.admits(asker("first")), false);
    for (const name of times(SHELL_LIMITS.lookUpSources, String)) slots.admits(asker(name));
    assertEquals(slots.admits(asker("first")), true);
  },
  nameSources: async () => {
    const cache = new DnsCache<string>({
      lookup: () => Promise.resolve(ok({ values: ["192.0.2.1"], ttlMs: 1_000 })),
      now: () => 0,
      limit: 1,
      timeoutMs: 20,
      negativeMs: 0,
      slots: new QuerySlots(() => 0),
    });
    const ask = (name: string, by: string) =>
      cache.get(name, { holder: { ...ANYBODY, name: by }, kept: false });
    for (const by of times(SHELL_LIMITS.nameSources + 1, String)) await ask("a.example", by);
    await ask("b.example", "other");
    assertEquals(cache.size, 1);
  },
  names: async () => {
    const a = () => Promise.resolve(ok({ values: ["192.0.2.1"], ttlMs: 1_000 }));
    const resolver = new Resolver({ dns: { a, srv: NOTHING, naptr: NOTHING }, now: () => 0 });
    const sizes: number[] = [];
    for (let name = 0; name <= SHELL_LIMITS.names; name++) {
      await resolver.resolve({ host: `h${name}`, port: 5060, transport: undefined });
      sizes.push(resolver.counters.names);
    }
    const { names } = SHELL_LIMITS;
    assertEquals([Math.max(...sizes), sizes.at(-1)], [names, names]);
  },
  srvTargets: async () => {
    const { srvTargets } = SHELL_LIMITS;
    assertEquals([await found(srvTargets, 1), await found(srvTargets + 1, 1)], [
      srvTargets,
      srvTargets,
    ]);
  },
  servers: async () => {
    const { servers } = SHELL_LIMITS;
    assertEquals([await found(1, servers), await found(1, servers + 1)], [servers, servers]);
    assertEquals(await found(2, servers), servers);
  },
  logSources: () => {
    const bytes = LOG_BUDGETS.phones.source.burst;
    // Who has used up its share has got it again when others made it forgotten.
    const again = (others: number) => {
      const budget = new LogBudget();
      const take = (ip: string, taken: number) =>
        budget.take({ level: "info", kind: "dns", text: "", by: { ip, known: true } }, taken, 0);
      assert(take("first", bytes));
      for (let other = 0; other < others; other++) assert(take(`${other}`, 0));
      return take("first", 1);
    };
    const { logSources } = SHELL_LIMITS;
    assertEquals([again(logSources - 1), again(logSources)], [false, true]);
  },
  sentences: () => {
    const lines: string[] = [];
    const repeats = new Repeats({ log: (_, text) => void lines.push(text), now: () => 0 });
    const say = (count: number) => {
      lines.length = 0;
      const sentences = times(count, (index) => `${index}`);
      for (const text of [...sentences, ...sentences]) {
        repeats.note({ level: "info", kind: "dns", text });
      }
      return lines.length;
    };
    assertEquals(say(SHELL_LIMITS.sentences), SHELL_LIMITS.sentences);
    assertEquals(say(SHELL_LIMITS.sentences + 1), 2);
  },
};
