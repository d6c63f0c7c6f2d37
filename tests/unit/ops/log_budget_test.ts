import { assert, assertEquals, assertMatch } from "@std/assert";
import { LOG_BUDGETS } from "../../../src/base/limits.ts";
import type { NoteKind } from "../../../src/base/note_kinds.ts";
import { LogBudget } from "../../../src/ops/log_budget.ts";
import type { Note } from "../../../src/proxy/events.ts";

function note(parts: Partial<Note> = {}): Note {
  return { level: "info", kind: "refused", text: "x", ...parts };
}

/** Bytes that a source, or many, get in so many seconds, asking for 100 bytes a thousand times a second. */
function flooded(budget: LogBudget, sources: number, { seconds, known = false }: {
  seconds: number;
  known?: boolean;
}): number {
  let bytes = 0;
  for (let tick = 0; tick < seconds * 1_000; tick++) {
    const by = { ip: `192.0.2.${tick % sources}`, known };
    if (budget.take(note({ by }), 100, tick)) bytes += 100;
  }
  return bytes;
}

Deno.test("a flood of one source, or of many, takes what its share allows (V7)", () => {
  const { all, source } = LOG_BUDGETS.strangers;
  const one = flooded(new LogBudget(), 1, { seconds: 60 });
  assert(one <= source.burst + 60 * source.perSecond, `${one}`);
  const many = flooded(new LogBudget(), 200, { seconds: 60 });
  assert(many <= all.burst + 60 * all.perSecond && many > all.burst, `${many}`);
});

Deno.test("while strangers and an unregistered host flood, phones and errors are heard (V7)", () => {
  const budget = new LogBudget();
  flooded(budget, 200, { seconds: 30 });
  const by = { ip: "192.168.1.20", known: true };
  assert(budget.take(note({ kind: "call.ended", by }), 200, 30_000));
  assert(budget.take(note({ kind: "refused", by }), 200, 30_000), "a registered phone's complaint");
  assert(budget.take(note({ kind: "registered" }), 200, 30_000));
  assert(budget.take(note({ kind: "fault", level: "error" }), 200, 30_000));
  assert(!budget.take(note({ by: { ip: "192.168.1.66", known: false } }), 200, 30_000));
});

Deno.test("a registered phone that floods leaves the others their place (V7)", () => {
  const budget = new LogBudget();
  flooded(budget, 1, { seconds: 30, known: true });
  const flooder = { ip: "192.0.2.0", known: true };
  assert(!budget.take(note({ kind: "call.ended", by: flooder }), 5_000, 30_000));
  assert(
    budget.take(note({ kind: "call.ended", by: { ...flooder, ip: "192.0.2.1" } }), 200, 30_000),
  );
});

Deno.test("what is asked for at debug takes no place of other sentences", () => {
  const budget = new LogBudget();
  const by = { ip: "192.0.2.1", known: false };
  while (budget.take(note({ level: "debug", by }), 10_000, 0));
  assert(budget.take(note({ by }), 200, 0));
});

Deno.test("a kind that the table lacks has the strangers' place", () => {
  const budget = new LogBudget();
  const unknown = note({ kind: "new" as NoteKind });
  const { burst } = LOG_BUDGETS.strangers.all;
  assert(budget.take(unknown, burst, 0));
  assert(!budget.take(note(), 100, 0));
});

Deno.test("one sentence says how many were left out, of whom, and where to look", () => {
  const budget = new LogBudget();
  assertEquals(budget.report(), []);
  assert(!budget.take(note(), 1_000_000, 0));
  assert(!budget.take(note(), 1_000_000, 0));
  assert(!budget.take(note({ level: "debug", kind: "call.ended" }), 10_000_000, 0));
  const [strangers, debug, ...more] = budget.report();
  assertEquals(
    strangers,
    "2 sentences about strangers and hosts that have not registered left out: " +
      "the log takes 200 bytes a second of them; kill -USR2 shows who sends how much",
  );
  assertMatch(debug!, /^1 sentence about phones, .* takes 50000 bytes a second/);
  assertEquals([more, budget.report()], [[], []]);
});

Deno.test("beyond the limit the source longest silent is forgotten, and others keep what they have left", () => {
  const budget = new LogBudget(2);
  const { burst } = LOG_BUDGETS.phones.source;
  const take = (ip: string) => budget.take(note({ by: { ip, known: true } }), burst, 0);
  assertEquals([take("a"), take("b"), take("a"), take("c")], [true, true, false, true]);
  assertEquals([take("a"), take("b")], [false, true]);
});
