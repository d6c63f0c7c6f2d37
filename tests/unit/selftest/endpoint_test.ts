import { assert, assertEquals, assertMatch } from "@std/assert";
import { randomText, uriAddress } from "../../../src/selftest/endpoint.ts";
import { at, seeded } from "./small_world.ts";

Deno.test("random text has the wished length and comes again with the same seed", () => {
  assertMatch(randomText(seeded(1), 12), /^[0-9a-v]{12}$/);
  assertEquals(randomText(seeded(1), 12), randomText(seeded(1), 12));
  assert(randomText(seeded(1), 12) !== randomText(seeded(2), 12));
});

Deno.test("a URI with an IP literal has an address, a name has none", () => {
  assertEquals(uriAddress("sip:100@192.0.2.1"), { ok: true, value: at("192.0.2.1", 5060) });
  assertEquals(uriAddress("sip:192.0.2.1:5070;lr"), { ok: true, value: at("192.0.2.1", 5070) });
  assertEquals(uriAddress("sip:100@sip.example"), {
    ok: false,
    reason: "Not an IP address: sip.example",
  });
});
