import { assert, assertEquals } from "@std/assert";
import { INVITE_SERVER, OTHER_SERVER } from "../../../src/transaction/server_states.ts";
import { fates, reachable } from "./tables.ts";

Deno.test("An INVITE is answered through the states of RFC 6026 §7.1 and no others", () => {
  assertEquals(reachable(INVITE_SERVER, "proceeding"), [
    "accepted",
    "completed",
    "confirmed",
    "proceeding",
    "terminated",
  ]);
  assertEquals(fates(INVITE_SERVER), {
    accepted: "L>terminated",
    completed: "G>completed H>terminated",
    confirmed: "I>terminated",
    proceeding: "",
    trying: "",
  });
});

Deno.test("Other requests are answered through the states of RFC 3261 §17.2.2 and no others", () => {
  assertEquals(reachable(OTHER_SERVER, "trying"), [
    "completed",
    "proceeding",
    "terminated",
    "trying",
  ]);
  assertEquals(fates(OTHER_SERVER), {
    accepted: "",
    completed: "J>terminated",
    confirmed: "",
    proceeding: "lifetime>terminated",
    trying: "trying>proceeding lifetime>terminated",
  });
});

Deno.test("A state that a kind of transaction does not have ignores everything", () => {
  const unused = [INVITE_SERVER.trying, OTHER_SERVER.accepted, OTHER_SERVER.confirmed];
  for (const { on } of unused) assert(Object.values(on).every((cell) => cell === "ignored"));
});
