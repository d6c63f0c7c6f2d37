import { assert } from "@std/assert";
import type { Flow } from "../../../src/base/address.ts";
import type { SipRequest } from "../../../src/sip/message.ts";
import { type ServerTransaction, ServerTransactions } from "../../../src/transaction/server.ts";
import { Diary } from "./diary.ts";
import { answer, brief, flow, request, type Variation } from "./messages.ts";
import { ANYBODY } from "../base/anybody.ts";

/** A table with a clock of its own, and the diary of its user. */
export function harness(limit = 100) {
  const diary = new Diary();
  const { heap } = diary;
  const table = new ServerTransactions<string>({
    heap,
    room: { limit, urgent: 0 },
    user: {
      send: (_, text) => diary.write(brief(text)),
      unacknowledged: () => diary.write("unacknowledged"),
      terminated: () => diary.write("terminated"),
    },
  });
  const originals = new Map<number, SipRequest>();
  return {
    heap,
    table,
    read: () => diary.read(),
    run: (until: number) => diary.run(until),
    begin(method: string, variation?: Variation, from?: Flow): ServerTransaction<string> {
      const original = request(method, variation);
      const created = table.create(original, from ?? flow(), { now: diary.now, holder: ANYBODY });
      assert(created !== undefined);
      originals.set(created.id, original);
      return created;
    },
    /** Gives `request`, `ack` or a status to the transaction. */
    give(transaction: ServerTransaction<string>, input: string): void {
      const original = originals.get(transaction.id) ?? request(transaction.method);
      if (input === "request") table.received(transaction, original, diary.now);
      else if (input === "ack") table.received(transaction, request("ACK"), diary.now);
      else table.respond(transaction, answer(original, Number(input)), diary.now);
    },
  };
}
