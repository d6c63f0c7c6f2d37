import { assertEquals } from "@std/assert";
import { readRegistrations } from "../../lab/kamailio.ts";

Deno.test("a log tells of registrations with one Contact and with two", () => {
  const one =
    "1(7) ERROR: lab: registered aor=100@a from=203.0.113.1:5060 contact=<sip:b>;q=1 second=";
  const two =
    "lab: registered aor=101@a from=203.0.113.2:5060 contact=<sip:c> second=<sip:d>;expires=0";
  assertEquals(readRegistrations(`${one}\nlab: request INVITE sip:a\n${two}\n`), [
    { aor: "100@a", from: "203.0.113.1:5060", contact: "<sip:b>;q=1" },
    { aor: "101@a", from: "203.0.113.2:5060", contact: "<sip:c>", second: "<sip:d>;expires=0" },
  ]);
});

Deno.test("a REGISTER that was challenged is no registration", () => {
  assertEquals(readRegistrations("lab: request REGISTER sip:a from=203.0.113.1:5060"), []);
});
