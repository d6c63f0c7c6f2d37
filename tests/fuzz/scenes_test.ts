import { assert, assertEquals } from "@std/assert";
import { Arena } from "./arena.ts";
import { Dice } from "./dice.ts";
import { SCENES } from "./scenes.ts";
import { PLACES } from "./samples.ts";
import { Talk } from "./talk.ts";

const clock = () => 0;

/** What a scene draws from the core when nothing goes wrong, in the order in which it came. */
function whole(name: string, seed: number): string[] {
  const arena = new Arena({ clock });
  void arena.living;
  const seen: string[] = [];
  const feed = arena.feed.bind(arena);
  arena.feed = (side, from, text) => {
    const sent = feed(side, from, text);
    for (const packet of sent) {
      seen.push(`${packet.text.split(" ", 2).join(" ").replace(/ sip:.*/, "")} > ${packet.to}`);
    }
    return sent;
  };
  const talk = new Talk(arena, new Dice(seed), 0);
  SCENES[name]!(talk);
  talk.end();
  return seen;
}

const reached = (seen: readonly string[], begin: string, to: string) =>
  seen.filter((line) => line === `${begin} > ${to}`).length;

Deno.test("without faults every scene gets through to its end", () => {
  for (const name of Object.keys(SCENES)) {
    for (const seed of [1, 2, 3, 4]) {
      const seen = whole(name, seed);
      assertEquals(
        seen.filter((line) => / 4(?:00|81|04) /.test(line)),
        [],
        `${name}, seed ${seed}`,
      );
      assert(seen.length >= 4, `${name}: ${seen.join("; ")}`);
    }
  }
});

Deno.test("the scenes reach what they are named after", () => {
  const early = whole("call out, early media, PRACK", 1);
  assertEquals(reached(early, "PRACK", PLACES.provider), 1);
  assertEquals(reached(early, "SIP/2.0 183", PLACES.phone), 1);
  assertEquals(reached(early, "ACK", PLACES.provider), 1);
  assertEquals(early.filter((line) => line.startsWith("BYE")).length, 1);
  const crossed = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => whole("CANCEL crosses the answer", seed));
  assert(crossed.some((seen) => seen.some((line) => line.startsWith("CANCEL"))));
  assert(crossed.some((seen) => seen.some((line) => line.startsWith("BYE"))));
  assertEquals(reached(whole("two answer", 1), "SIP/2.0 200", PLACES.phone) >= 2, true);
  assertEquals(
    reached(whole("REGISTER, challenge, refresh, end", 1), "REGISTER", PLACES.provider),
    5,
  );
  const referred = whole("REFER, with Replaces", 1);
  assertEquals(referred.filter((line) => line.startsWith("REFER")).length, 1);
  assert(referred.some((line) => line.startsWith("NOTIFY")));
});

Deno.test("a step that is lost, doubled, late or faulty is so, and a copy comes from a stranger", () => {
  const fed: string[] = [];
  const arena = new Arena({ clock });
  void arena.living;
  const feed = arena.feed.bind(arena);
  arena.feed = (side, from, text) => {
    fed.push(`${from} ${text.split("\r\n").find((line) => line.startsWith("CSeq")) ?? "?"}`);
    return feed(side, from, text);
  };
  const talk = new Talk(arena, new Dice(5), 1);
  for (let step = 1; step <= 60; step++) {
    talk.ask("inside", "OPTIONS", { to: "<sip:bob@example.com>" });
  }
  talk.end();
  const told = (step: number, from: string = PLACES.phone) =>
    fed.filter((line) => line === `${from} CSeq: ${step} OPTIONS`).length;
  const steps = Array.from({ length: 60 }, (_, index) => index + 1);
  assert(steps.some((step) => told(step) === 0), "lost");
  assert(steps.some((step) => told(step) === 2), "twice");
  assert(steps.some((step) => told(step, PLACES.stranger) === 1), "copied");
  const order = fed.flatMap((line) => /CSeq: (\d+) OPTIONS/.exec(line)?.slice(1).map(Number) ?? []);
  assert(order.some((step, index) => index > 0 && step < order[index - 1]!), "late");
});
