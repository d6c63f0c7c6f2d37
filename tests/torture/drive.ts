import type { Side } from "../../src/base/side.ts";
import { FarEnds } from "../flow/far_ends.ts";
import { leaks } from "../flow/invariant.ts";
import { sealed } from "../flow/sealed.ts";
import { register, type Sent, Stage } from "../unit/proxy/stage.ts";
import { ALICE, NETWORK, PROVIDER, STRANGER } from "../unit/proxy/world_fixture.ts";
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
  const farEnds = new FarEnds();
  if (sender !== "phone") farEnds.hear(sender, text);
  for (const { side, text } of sent) {
    const given = farEnds.given(sender, text);
    const found = side === "outside" ? leaks(text, NETWORK.insideNetworks, { given }) : [];
    if (found.length > 0) throw new Error(`Leak: ${found.join("; ")}\n${text}`);
  }
  const side = sender === "phone" ? "inside" : "outside";
  return { verdict: verdictOf(sent, side, refused(before, stage.counters)), sent };
}

function verdictOf(sent: readonly Sent[], from: Side, kind: string): Verdict {
  const all = sent.map(({ side, text }) => ({ side, status: statusOf(text) }));
  const failure = all.find(({ status }) => status >= 300);
  if (failure !== undefined) return `refuse ${failure.status}`;
  if (all.some(({ side, status }) => status === 0 || side !== from)) return "accept";
  const answer = all.find(({ status }) => status >= 200);
  return answer === undefined ? `drop ${kind}` : `answer ${answer.status}`;
}

/** 0 for a request. */
function statusOf(text: string): number {
  return Number(/^SIP\/2\.0 (\d+)/.exec(text)?.[1] ?? 0);
}

/** The kind under which one more message is counted as refused. */
function refused(before: Record<string, number>, after: Record<string, number>): string {
  const key = Object.keys(after).find((name) =>
    name.startsWith("refused.") && after[name] !== before[name]
  );
  return key === undefined ? "" : key.slice("refused.".length);
}
