import { assertEquals } from "@std/assert";
import { advertiseKey, advertiseNote, noAddressText } from "../../../src/app/advertise_words.ts";

const MEANING = "phones can neither register nor call until it does; if that lasts look at the " +
  'name\'s DNS entry, or write the address itself or advertise = "auto"';

Deno.test("a name without an address is told with what it means and the next step", () => {
  assertEquals(
    noAddressText("home.example.org", { reason: "No such name", current: undefined }),
    `[outside] advertise = "home.example.org" gives no address: No such name; ${MEANING}`,
  );
  assertEquals(
    noAddressText("home.example.org", { reason: "No such name", current: "198.51.100.7" }),
    `${advertiseKey("home.example.org")} gives no address: No such name; 198.51.100.7, its last ` +
      "one, stays in use",
  );
});

Deno.test("before the start a name is told with its address, or warned of", () => {
  const key = '[outside] advertise = "home.example.org"';
  assertEquals(
    advertiseNote("home.example.org", { ok: true, value: "198.51.100.7" }),
    `${key} is 198.51.100.7 now`,
  );
  assertEquals(
    advertiseNote("home.example.org", { ok: false, reason: "No such name" }),
    `Warning: ${key} gives no address: No such name; ${MEANING}`,
  );
});
