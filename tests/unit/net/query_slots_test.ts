import { assertEquals } from "@std/assert";
import { LOOK_UPS, SHELL_LIMITS } from "../../../src/base/limits.ts";
import type { Holder } from "../../../src/base/shares.ts";
import { QuerySlots } from "../../../src/net/query_slots.ts";
import { ANYBODY } from "../base/anybody.ts";

/** Slots with a clock that the test sets, and queries that it ends. */
function bench() {
  let now = 0;
  const slots = new QuerySlots(() => now);
  const asked: string[] = [];
  const ends = new Map<string, () => void>();
  const begin = (name: string, holder: Holder, kept = false) =>
    slots.begin({ holder, kept }, {
      waitMs: 4_000,
      ask: () => {
        asked.push(name);
        return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
      },
    });
  const end = async (name: string) => {
    ends.get(name)!();
    // What waits begins behind the answer.
    for (let turn = 0; turn < 3; turn++) await Promise.resolve();
  };
  return { slots, asked, begin, end, at: (ms: number) => void (now = ms) };
}

const GUEST: Holder = { name: "guest", part: 1 / 16, guest: true };
const PHONE: Holder = { name: "phone", part: 9 / 32, guest: false };

Deno.test("the queries of one name go out at once, those of further names of that source one after the other", async () => {
  const { slots, asked, begin, end } = bench();
  const answers = ["a", "b", "c", "d", "e"].map((name) => begin(name, GUEST));
  assertEquals([asked, slots.size], [["a", "b", "c"], 3]);
  begin("other", PHONE);
  assertEquals(asked.at(-1), "other");
  await end("b");
  assertEquals([asked.at(-1), answers[3]!.asked, answers[4]!.asked], ["d", true, false]);
  assertEquals(await answers[1]!.answer, "b");
  await end("a");
  assertEquals([asked.at(-1), slots.size], ["e", 4]);
});

Deno.test("sources that wait have turns one after the other", async () => {
  const { asked, begin, end } = bench();
  const full = Array.from({ length: SHELL_LIMITS.lookUps }, (_, index) => `${index}`);
  for (const name of full) begin(name, { ...ANYBODY, name });
  for (const name of ["a1", "a2", "a3", "b1"]) begin(name, { ...PHONE, name: name[0]! });
  for (const name of full.slice(0, 4)) await end(name);
  assertEquals(asked.slice(full.length), ["a1", "b1", "a2", "a3"]);
});

Deno.test("one who has his share and waits for it is in nobody's way", async () => {
  const { asked, begin, end } = bench();
  for (const name of ["a", "b", "c"]) begin(name, GUEST);
  const others = Array.from({ length: SHELL_LIMITS.lookUps - 3 }, (_, index) => `${index}`);
  for (const name of others) begin(name, { ...ANYBODY, name });
  begin("his next", GUEST);
  begin("another's", PHONE);
  await end("0");
  assertEquals(asked.at(-1), "another's");
});

Deno.test("names that are needed have places when all others are taken (N3)", () => {
  const { asked, begin } = bench();
  for (let index = 0; index < SHELL_LIMITS.lookUps; index++) {
    begin(`${index}`, { ...ANYBODY, name: `${index}` });
  }
  begin("waits", PHONE);
  begin("needed", PHONE, true);
  assertEquals(asked.at(-1), "needed");
});

Deno.test("a query whose turn comes too late is never asked", async () => {
  const { asked, begin, end, at } = bench();
  for (const name of ["a", "b", "c", "late"]) begin(name, GUEST);
  at(4_000);
  begin("next", GUEST);
  await end("a");
  assertEquals(asked, ["a", "b", "c", "next"]);
});

Deno.test("a source has so many queries a second, more with a registration, and for names that are needed", () => {
  const { slots, at } = bench();
  const count = (holder: Holder, kept = false) => {
    let admitted = 0;
    while (slots.admits({ holder, kept })) admitted++;
    return admitted;
  };
  const { guest, registered } = LOOK_UPS;
  assertEquals([count(GUEST), count(PHONE), count(GUEST, true)], [
    guest.burst,
    registered.burst,
    registered.burst,
  ]);
  at(1_000);
  assertEquals([count(GUEST), count(PHONE)], [guest.perSecond, registered.perSecond]);
});
