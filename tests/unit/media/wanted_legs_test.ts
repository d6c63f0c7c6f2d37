import { assertEquals } from "@std/assert";
import { missingLegs } from "../../../src/media/wanted_legs.ts";
import { Session } from "../../../src/media/session.ts";
import { PHONE, PROVIDER } from "./stage.ts";

Deno.test("each live stream needs a leg on each side, once (P3)", () => {
  const session = new Session("call");
  const wanted = { live: [true, false, true], from: PHONE, to: PROVIDER, role: "caller" } as const;
  const missing = missingLegs(session, wanted);
  assertEquals(missing.map(({ stream, role, side }) => `${stream} ${role} ${side}`), [
    "0 caller inside",
    "0 called outside",
    "2 caller inside",
    "2 called outside",
  ]);
  session.legs.push(missing[0] as (typeof session.legs)[number]);
  assertEquals(missingLegs(session, wanted).length, 3);
});
