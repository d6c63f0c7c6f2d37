import { durationWords } from "../base/duration_words.ts";
import type { Side } from "../base/side.ts";
import type { MediaTotals } from "../media/sessions.ts";
import { callName } from "./call_words.ts";
import type { Call } from "./calls.ts";
import { TIMES } from "./times.ts";
import type { World } from "./world.ts";

/*
 * What was wrong with an answered call although it ended like any other: a side was never heard, or nobody
 * acknowledged its answer.
 */

/** Says which side kept silent while the descriptions let both send, and what the likely cause is. */
export function warnOfSilence(world: World, call: Call, totals: MediaTotals): void {
  const { fromInside, fromOutside, twoWayMs } = totals;
  if (twoWayMs < TIMES.silentSide) return;
  const time = durationWords(twoWayMs);
  if (fromInside === 0 && fromOutside === 0 && !totals.unheard) {
    return say(world, call, `no audio came from either side in ${time}: ${portsHint(world)}`);
  }
  // What came and was refused is said with its source while the call goes on (`media_notes.ts`).
  if (fromInside === 0 && totals.refusedInside.packets === 0) {
    const phone = call.phones[0];
    const where = phone === undefined ? "the phone" : `the phone (${phone})`;
    say(
      world,
      call,
      `no audio came from ${where} in ${time}: is it muted, or is there a firewall or another ` +
        "network between it and this host",
    );
  }
  if (fromOutside === 0 && totals.refusedOutside.packets === 0) {
    say(world, call, `no audio came from the provider in ${time}: ${portsHint(world)}`);
  }
}

/** The likely cause of one-way audio, and what to look at. */
function portsHint({ settings, natInFront }: World): string {
  const { low, high } = settings.media.ports;
  const ports = `UDP ports ${low}-${high}`;
  return natInFront === undefined
    ? `are ${ports} open in the firewall, and forwarded by any NAT in front of this host`
    : `are ${ports} forwarded by the NAT in front of this host`;
}

/** Says that the caller never acknowledged the answer: once, and not of a call that was over at once. */
export function warnUnacknowledged(world: World, call: Call): void {
  const { answeredAt } = call;
  if (call.acknowledged || answeredAt === undefined) return;
  const waited = world.now - answeredAt;
  if (waited < TIMES.silentSide) return;
  call.acknowledged = true;
  const text = `${callerOf(call.callerSide)} did not acknowledge the answer in ` +
    `${durationWords(waited)} (no ACK came): ${ackHint(world, call.callerSide)}`;
  world.note("warn", "call.unacknowledged", `${callName(call)}: ${text}`, call.holder);
}

function callerOf(side: Side): string {
  return side === "inside" ? "the phone" : "the provider";
}

function ackHint({ network }: World, callerSide: Side): string {
  if (callerSide === "inside") {
    return "is this host its outbound proxy, and no SIP ALG between them";
  }
  const listener = network.listeners.find(({ sides }) => sides.includes("outside"));
  const port = listener?.address.port ?? 5060;
  return `does ${network.advertised ?? "our outside address"} UDP port ${port} reach this host, ` +
    "and does no SIP ALG change what it sends";
}

function say(world: World, call: Call, text: string): void {
  world.note("warn", "call.silent", `${callName(call)}: ${text}`, call.holder);
}
