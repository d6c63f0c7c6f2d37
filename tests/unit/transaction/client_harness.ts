import { assert } from "@std/assert";
import type { SipRequest } from "../../../src/sip/message.ts";
import { type ClientTransaction, ClientTransactions } from "../../../src/transaction/client.ts";
import { Diary } from "./diary.ts";
import { answer, brief, request } from "./messages.ts";
import { ANYBODY } from "../base/anybody.ts";

interface Begin {
  readonly branch?: string;
  readonly reliable?: boolean;
  readonly restored?: boolean;
}

/** A table with a clock of its own, and the diary of its user: sent as `>x`, told as `x`. */
export function harness(options: { limit?: number; late?: boolean } = {}) {
  const diary = new Diary();
  const { heap } = diary;
  const table = new ClientTransactions<string>({
    heap,
    room: { limit: options.limit ?? 100, urgent: 0 },
    user: {
      send: (_, text) => diary.write(`>${brief(text)}`),
      response: (_, response) => diary.write(String(response.status)),
      timedOut: () => diary.write("timedOut"),
      ...(options.late ? { late: (_, response) => diary.write(`late${response.status}`) } : {}),
      terminated: () => diary.write("terminated"),
    },
  });
  return {
    heap,
    table,
    read: () => diary.read(),
    run: (until: number) => diary.run(until),
    begin(method: string, begin: Begin = {}): ClientTransaction<string> {
      const branch = begin.branch ?? "z9hG4bKours";
      const created = table.create({
        request: request(method, { via: `SIP/2.0/UDP 203.0.113.5:5060;branch=${branch}` }),
        branch,
        reliable: begin.reliable ?? false,
        now: diary.now,
        holder: ANYBODY,
        context: "kept",
        ...(begin.restored === undefined ? {} : { restored: begin.restored }),
      });
      assert(created !== undefined);
      return created;
    },
    /** Gives a status or `abandon` to the transaction. */
    give(transaction: ClientTransaction<string>, input: string): void {
      if (input === "abandon") table.abandon(transaction, diary.now);
      else table.received(transaction, answer(sent(transaction), Number(input)), diary.now);
    },
  };
}

/** The request of a transaction, as its answers copy it. */
export function sent({ method, branch }: ClientTransaction<string>): SipRequest {
  return request(method, { via: `SIP/2.0/UDP 203.0.113.5:5060;branch=${branch}` });
}
