import type { Side } from "../../src/base/side.ts";
import type { Packet } from "../flow/stage.ts";
import { requestText } from "../unit/proxy/messages.ts";
import type { Arena } from "./arena.ts";
import { react } from "./bots.ts";
import type { Dice } from "./dice.ts";
import { media } from "./media.ts";
import { mutate, mutateOutside } from "./mutate.ts";
import { playScene } from "./scenes.ts";
import { callByToken, description, outsideRequest, phoneRequest, PLACES } from "./samples.ts";

/** One try of a class: how many of its faulty inputs went on and how many did not. */
export type Try = (arena: Arena, dice: Dice) => { accepted: number; refused: number };

/** What is mutated, by name. */
export const CLASSES: Readonly<Record<string, Try>> = {
  "SIP from a phone": (arena, dice) => {
    const text = mutate(phoneRequest(arena.next(), arena.living, dice), dice);
    return single(arena, { side: "inside", from: PLACES.phone, text, dice });
  },
  "SIP from a provider": (arena, dice) => {
    const text = mutateOutside(outsideRequest(arena.next(), arena.living, dice), dice);
    return single(arena, { side: "outside", from: PLACES.provider, text, dice });
  },
  "SIP from a stranger": (arena, dice) => {
    const write = dice.chance(0.5) ? callByToken : outsideRequest;
    const text = mutateOutside(write(arena.next(), arena.living, dice), dice);
    return single(arena, { side: "outside", from: PLACES.stranger, text, dice });
  },
  "SDP": (arena, dice) => {
    const body = mutate(description("192.168.1.20", dice), dice);
    const call = `sdp-${arena.next()}`;
    const contact = `<sip:alice@${PLACES.phone}>`;
    const text = requestText({ call, contact, body });
    void arena.living;
    return single(arena, { side: "inside", from: PLACES.phone, text, dice });
  },
  "answers": (arena, dice) => {
    const { side, from, text } = opening(arena, dice);
    return converse(arena, {
      side,
      from,
      text,
      dice,
      disturb: (one, side) => [faulty(one, { side, dice })],
    });
  },
  "sequences": (arena, dice) => {
    const { side, from, text } = opening(arena, dice);
    return converse(arena, {
      side,
      from,
      text,
      dice,
      disturb: (one, side) => disturbed(one, { side, dice }),
    });
  },
  "scenes": playScene,
  "RTP": (arena, dice) => media(arena, 0, dice),
  "RTCP": (arena, dice) => media(arena, 1, dice),
};

type Disturb = (text: string, side: Side) => readonly string[];

interface Input {
  readonly side: Side;
  readonly from: string;
  readonly text: string;
  readonly dice: Dice;
}

function opening(arena: Arena, dice: Dice): Pick<Input, "side" | "from" | "text"> {
  const number = arena.next();
  const { living } = arena;
  return dice.chance(0.5)
    ? { side: "inside", from: PLACES.phone, text: phoneRequest(number, living, dice) }
    : { side: "outside", from: PLACES.provider, text: outsideRequest(number, living, dice) };
}

/** One faulty message; what comes of it is answered as careless user agents do. */
function single(arena: Arena, input: Input): { accepted: number; refused: number } {
  const { side, from, text, dice } = input;
  const sent = arena.feed(side, from, text);
  talk(arena, sent, { dice, disturb: (one) => [one] });
  return goesOn(sent) ? { accepted: 1, refused: 0 } : { accepted: 0, refused: 1 };
}

/** A good opening, then faults in all that follows. */
function converse(
  arena: Arena,
  input: Input & { disturb: Disturb },
): { accepted: number; refused: number } {
  const { side, from, text, dice, disturb } = input;
  return talk(arena, arena.feed(side, from, text), { dice, disturb });
}

/** Lets both ends react until nothing more comes, or too much has. */
function talk(
  arena: Arena,
  begun: readonly Packet[],
  options: { dice: Dice; disturb: Disturb },
): { accepted: number; refused: number } {
  const { dice, disturb } = options;
  const waiting = [...begun];
  const result = { accepted: 0, refused: 0 };
  for (let left = 24; left > 0 && waiting.length > 0; left--) {
    const packet = waiting.splice(dice.chance(0.8) ? 0 : dice.below(waiting.length), 1)[0]!;
    const side = packet.to.startsWith("192.168.") ? "inside" : "outside";
    for (const text of react(packet, arena.next(), dice).flatMap((one) => disturb(one, side))) {
      const sent = arena.feed(side, packet.to, text);
      waiting.push(...sent);
      if (goesOn(sent)) result.accepted++;
      else result.refused++;
    }
  }
  return result;
}

function faulty(text: string, by: { side: Side; dice: Dice }): string {
  return by.side === "inside" ? mutate(text, by.dice) : mutateOutside(text, by.dice);
}

/** Lost, doubled, or with faults; mostly as it was. */
function disturbed(text: string, by: { side: Side; dice: Dice }): readonly string[] {
  const { dice } = by;
  const draw = dice.next();
  if (draw < 0.1) return [];
  if (draw < 0.2) return [text, text];
  return draw < 0.4 ? [faulty(text, by)] : [text];
}

/** True when something other than a failure or a bare 100 came of it. */
function goesOn(sent: readonly Packet[]): boolean {
  return sent.some(({ text }) => {
    const status = Number(/^SIP\/2\.0 (\d+)/.exec(text)?.[1] ?? 0);
    return status === 0 || (status > 100 && status < 300);
  });
}
