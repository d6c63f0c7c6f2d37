import { assert, assertEquals } from "@std/assert";
import { INVITE_CLIENT, OTHER_CLIENT } from "../../../src/transaction/client_states.ts";
import { fates, reachable } from "./tables.ts";

Deno.test("An INVITE goes through the states of RFC 6026 §7.2 and ours of giving up", () => {
  assertEquals(reachable(INVITE_CLIENT, "calling"), [
    "abandoned",
    "accepted",
    "calling",
    "completed",
    "proceeding",
    "terminated",
  ]);
  assertEquals(fates(INVITE_CLIENT), {
    abandoned: "abandoned>terminated",
    accepted: "M>terminated",
    calling: "A>calling B>terminated",
    completed: "D>terminated",
    proceeding: "",
    trying: "",
  });
});

Deno.test("Other requests go through the states of RFC 3261 §17.1.2 and ours of giving up", () => {
  assertEquals(reachable(OTHER_CLIENT, "trying"), [
    "abandoned",
    "completed",
    "proceeding",
    "terminated",
    "trying",
  ]);
  assertEquals(fates(OTHER_CLIENT), {
    abandoned: "abandoned>terminated",
    accepted: "",
    calling: "",
    completed: "K>terminated",
    proceeding: "E>proceeding F>terminated",
    trying: "E>trying F>terminated",
  });
});

Deno.test("A state that a kind of transaction does not have ignores everything", () => {
  const unused = [INVITE_CLIENT.trying, OTHER_CLIENT.calling, OTHER_CLIENT.accepted];
  for (const { on } of unused) assert(Object.values(on).every((cell) => cell === "ignored"));
});
