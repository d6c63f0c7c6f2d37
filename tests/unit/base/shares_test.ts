import { assertEquals } from "@std/assert";
import { type Holder, type Seat, SELF, Shares } from "../../../src/base/shares.ts";

/** A holder without a registration, or one with. */
function holder(name: string, part: number, guest = false): Holder {
  return { name, part, guest };
}

/** Takes places as long as there are some; how many there were. */
function takeAll(shares: Shares, by: Holder): number {
  let count = 0;
  while (shares.take(by) !== undefined) count++;
  return count;
}

Deno.test("a holder gets his part of what is free but for an eighth, and whoever comes then of the rest", () => {
  const shares = new Shares({ limit: 500 });
  assertEquals(takeAll(shares, holder("phone", 1 / 4 + 1 / 32)), 96);
  assertEquals(takeAll(shares, holder("guest", 1 / 16, true)), 20);
  assertEquals(takeAll(shares, holder("PBX", 1)), 161);
  assertEquals(shares.state(), { held: 277, guests: 20, most: { name: "PBX", held: 161 } });
});

Deno.test("however many greedy ones there are, somebody new gets a place", () => {
  const shares = new Shares({ limit: 500 });
  for (let number = 0; number < 60; number++) takeAll(shares, holder(`${number}`, 1));
  assertEquals(shares.refusal(holder("new", 1 / 4)), undefined);
});

Deno.test("all without a registration together leave half of the table", () => {
  const shares = new Shares({ limit: 100 });
  let taken = 0;
  for (let number = 0; number < 100; number++) {
    taken += takeAll(shares, holder(`guest ${number}`, 1 / 16, true));
  }
  assertEquals(taken, 50);
  assertEquals(shares.refusal(holder("one more", 1 / 16, true)), "guests");
  assertEquals(shares.refusal(holder("phone", 1 / 4)), undefined);
});

Deno.test("a place that is given back is free for others, and nothing is kept of who holds none", () => {
  const shares = new Shares({ limit: 3 });
  const seats = ["a", "b", "c"].map((name) => shares.take(holder(name, 9, name === "a"))!);
  assertEquals(shares.refusal(holder("d", 9)), "full");
  shares.give(seats[0]!);
  assertEquals([shares.heldBy("a"), shares.state().guests], [0, 0]);
  assertEquals(shares.take(holder("b", 9)) !== undefined, true);
  assertEquals([shares.heldBy("b"), shares.heldBy("c")], [2, 1]);
});

Deno.test("several places are had at once or not at all, as if they were taken one by one", () => {
  for (const part of [1 / 4, 1 / 2, 1, 3]) {
    const shares = new Shares({ limit: 40 });
    const one = holder("one", part);
    for (let held = 0;; held++) {
      let count = 0;
      while (shares.refusal(one, { count: count + 1 }) === undefined) count++;
      const seats: Seat[] = [];
      for (let seat = shares.take(one); seat !== undefined; seat = shares.take(one)) {
        seats.push(seat);
      }
      assertEquals(seats.length, count, `${part} beside ${held}`);
      for (const seat of seats) shares.give(seat);
      if (shares.take(holder(`other ${held}`, 9)) === undefined) break;
    }
  }
});

Deno.test("what is urgent has places of its own when there is no other, and one holder leaves half of what is left", () => {
  const shares = new Shares({ limit: 2, reserve: 8 });
  for (const name of ["a", "b"]) shares.take(holder(name, 9));
  assertEquals([shares.places, shares.refusal(holder("c", 9))], [10, "full"]);
  const urgent = (name: string) => ({ ...holder(name, 1 / 16, true), urgent: true });
  assertEquals(takeAll(shares, urgent("flood")), 3);
  const seat = shares.take(urgent("help"))!;
  assertEquals([seat.kind, shares.heldBy("help"), shares.state().held], ["reserve", 1, 6]);
  shares.give(seat);
  assertEquals([shares.heldBy("help"), shares.state().held], [0, 5]);
});

Deno.test("what is urgent takes none of those places while there are others", () => {
  const shares = new Shares({ limit: 2, reserve: 1 });
  assertEquals(shares.take({ ...SELF, urgent: true })?.kind, "kept");
});

Deno.test("after a restart each has what he could have had alone, whatever others have", () => {
  const shares = new Shares({ limit: 100 });
  for (let count = 0; count < 40; count++) shares.take(holder("others", 1));
  const phone = holder("phone", 1 / 2);
  assertEquals(takeAll(shares, phone), 16);
  let more = 0;
  while (shares.take(phone, { restored: true }) !== undefined) more++;
  assertEquals([more, shares.heldBy("phone"), shares.refusal(phone)], [13, 29, "share"]);
});

Deno.test("so many places anybody has, however few there are", () => {
  const shares = new Shares({ limit: 8, least: 4 });
  assertEquals(takeAll(shares, holder("one", 1 / 16, true)), 4);
  assertEquals(takeAll(shares, holder("two", 1 / 16)), 4);
});

Deno.test("a place moves to another holder, who may have his share already", () => {
  const shares = new Shares({ limit: 2 });
  const seat = shares.take(holder("a", 1, true))!;
  shares.take(holder("b", 1));
  const moved = shares.move(seat, holder("b", 1));
  assertEquals([shares.heldBy("a"), shares.heldBy("b"), moved.kind], [0, 2, "kept"]);
});
