import { rtcpPacket, rtpPacket } from "../flow/rtp.ts";
import type { Arena } from "./arena.ts";
import type { Dice } from "./dice.ts";
import { mutateBytes } from "./mutate.ts";

/** No party of any call has it, and faults make no other's of it. */
const STRANGE_SSRC = 0x5eed_0000;
/** How often a socket is looked for that a call uses: most are spare. */
const LOOKS = 12;

/** Packets of RTP (`odd` 0) or RTCP (1), whole and with faults, from the parties, their neighbours and strangers. */
export function media(
  arena: Arena,
  odd: 0 | 1,
  dice: Dice,
): { accepted: number; refused: number } {
  void arena.living;
  const pair = pairInUse(arena, dice);
  const inside = pair.ip.startsWith("192.168.");
  const { from, stranger } = sender(inside, dice);
  const ssrc = stranger ? STRANGE_SSRC + dice.below(0x1_0000) : 1 + dice.below(2);
  const whole = odd === 0
    ? rtpPacket({ ssrc, sequence: arena.next() & 0xffff, type: 0 })
    : rtcpPacket(ssrc);
  const bytes = dice.chance(0.3) ? whole : mutateBytes(whole, dice);
  const passed = arena.feedMedia({ from, to: `${pair.ip}:${pair.port + odd}` }, bytes, stranger);
  return passed ? { accepted: 1, refused: 0 } : { accepted: 0, refused: 1 };
}

function pairInUse(arena: Arena, dice: Dice) {
  const { bound, core } = arena.stage;
  let pair = dice.pick(bound);
  for (let left = LOOKS; left > 0 && core.relay.legOf(pair.pair * 2) === undefined; left--) {
    pair = dice.pick(bound);
  }
  return pair;
}

function sender(inside: boolean, dice: Dice): { from: string; stranger: boolean } {
  const draw = dice.next();
  if (draw < 0.6) {
    return { from: inside ? "192.168.1.20:4000" : "198.51.100.10:4000", stranger: false };
  }
  const host = 1 + dice.below(254);
  const port = 1 + dice.below(65_535);
  if (draw < 0.7) return { from: `198.51.100.${host}:${port}`, stranger: false };
  if (draw < 0.75) return { from: `192.168.1.${host}:${port}`, stranger: false };
  return { from: `203.0.113.${128 + (host >> 1)}:${port}`, stranger: true };
}
