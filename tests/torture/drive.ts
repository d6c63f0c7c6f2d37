import { leaks } from "../flow/invariant.ts";
import { sealed } from "../flow/sealed.ts";
import {
  ALICE,
  NETWORK,
  PROVIDER,
  register,
  type Sent,
  Stage,
  STRANGER,
} from "../unit/proxy/world_fixture.ts";
import type { Verdict } from "./case.ts";

/** Who sends a message. */
export type Sender = "phone" | "provider" | "stranger";

/** What became of a message. */
export interface Outcome {
  readonly verdict: Verdict;
  /** All that was sent because of it. */
  readonly sent: readonly Sent[];
}

/** Sends a message to a core with one registered phone and tells what became of it. */
export function drive(text: string, sender: Sender): Outcome {
  const stage = new Stage();
  register(stage);
  stage.take();
  const before = stage.counters;
  sealed(() => {
    if (sender === "phone") stage.inside(text, ALICE);
    else stage.outside(text, sender === "provider" ? PROVIDER : STRANGER);
  });
  const sent = stage.take();
  for (const { side, text } of sent) {
    const found = side === "outside" ? leaks(text, NETWORK.insideNetworks) : [];
    if (found.length > 0) throw new Error(`Leak: ${found.join("; ")}\n${text}`);
  }
  return { verdict: verdictOf(sent, refused(before, stage.counters)), sent };
}

function verdictOf(sent: readonly Sent[], kind: string): Verdict {
  const statuses = sent.map(({ text }) => Number(/^SIP\/2\.0 (\d+)/.exec(text)?.[1] ?? 0));
  const failure = statuses.find((status) => status >= 300);
  if (failure !== undefined) return `refuse ${failure}`;
  const goesOn = statuses.some((status) => status === 0 || status >= 200);
  return goesOn ? "accept" : `drop ${kind}`;
}

/** The kind under which one more message is counted as refused. */
function refused(before: Record<string, number>, after: Record<string, number>): string {
  const key = Object.keys(after).find((name) =>
    name.startsWith("refused.") && after[name] !== before[name]
  );
  return key === undefined ? "" : key.slice("refused.".length);
}
