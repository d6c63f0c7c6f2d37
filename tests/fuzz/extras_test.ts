import { assert, assertEquals } from "@std/assert";
import { GUARDED_HEADERS } from "../flow/invariant.ts";
import { Arena } from "./arena.ts";
import { react } from "./bots.ts";
import { Dice } from "./dice.ts";
import { outsideRequest, phoneRequest, PLACES } from "./samples.ts";

const TRIES = 300;

/** What a phone says next. */
type Words = (arena: Arena, dice: Dice) => readonly string[];

const asks: Words = (arena, dice) => [phoneRequest(arena.next(), arena.living, dice)];

const answers: Words = (arena, dice) => {
  const request = outsideRequest(arena.next(), arena.living, dice);
  return arena.feed("outside", PLACES.provider, request)
    .filter(({ to }) => to === PLACES.phone)
    .flatMap((packet) => react(packet, arena.next(), dice));
};

/** True when a core is caught that leaves an inside address in the header of a name. */
function isCaught(name: string, words: Words): boolean {
  const line = new RegExp(`^(${name}):.*`, "gim");
  let faulty = false;
  const fault = (text: string) =>
    faulty ? text.replaceAll(line, "$1: <sip:alice@192.168.1.20>") : text;
  const arena = new Arena({ clock: () => 0, fault });
  const says = (text: string) => {
    faulty = true;
    arena.feed("inside", PLACES.phone, text);
    faulty = false;
  };
  try {
    for (let seed = 0; seed < TRIES; seed++) words(arena, new Dice(seed)).forEach(says);
  } catch (error) {
    assert(String(error).startsWith("Error: Leak to "), String(error));
    return true;
  }
  return false;
}

Deno.test("an inside address in any one header of a phone's requests and answers is caught (I)", () => {
  const missed = (words: Words) => [...GUARDED_HEADERS].filter((name) => !isCaught(name, words));
  // Requests leave without them (RULES D1, R4).
  assertEquals(missed(asks), ["record-route", "path"]);
  assertEquals(missed(answers), []);
});
