import { assertEquals } from "@std/assert";
import { makeAddress } from "../../../src/base/address.ts";
import { SHARES } from "../../../src/base/limits.ts";
import { type Arrival, holderNamed, holderOf } from "../../../src/proxy/holders.ts";
import { phonesHolder } from "../../../src/proxy/phones_holder.ts";
import { ANYBODY } from "../base/anybody.ts";
import { ALICE, BOB, flow, makeBinding, makeWorld, PROVIDER, STRANGER } from "./world_fixture.ts";

/** A world in which alice is registered. */
function world() {
  const made = makeWorld();
  made.bindings.set(makeBinding("alice"));
  return made;
}

/** How a request arrives from outside. */
function from(remote: string, parts: Partial<Arrival> = {}): Arrival {
  return { side: "outside", source: flow("outside", remote), urgent: false, ...parts };
}

Deno.test("a request from inside is its address's, with a share by its registrations (V7)", () => {
  const inside = (remote: string): Arrival => ({
    side: "inside",
    source: flow("inside", remote),
    urgent: false,
  });
  assertEquals(holderOf(world(), inside(ALICE)), phonesHolder("192.168.1.20", 1));
  assertEquals(holderOf(world(), inside(BOB)), phonesHolder("192.168.1.21", 0));
  assertEquals(holderOf(world(), { ...inside(ALICE), urgent: true }), {
    ...phonesHolder("192.168.1.20", 1),
    urgent: true,
  });
});

Deno.test("what a provider sends to a phone is of those who call that phone, apart from what the phone begins (V7)", () => {
  assertEquals(holderOf(world(), from(PROVIDER, { phone: flow("inside", ALICE) })), {
    ...phonesHolder("192.168.1.20", 1),
    name: "to 192.168.1.20",
  });
});

Deno.test("what it sends to nobody is its network's", () => {
  const holder = { name: "198.51.100.0/24", part: SHARES.registered, guest: false };
  assertEquals(holderOf(world(), from(PROVIDER)), holder);
});

Deno.test("a stranger is a guest, whatever phone he knows the token of; one host has an IPv6 /56", () => {
  const phone = flow("inside", ALICE);
  const guest = { part: SHARES.guest, guest: true };
  const stranger = makeWorld();
  assertEquals(holderOf(stranger, from(STRANGER, { phone })), { name: "192.0.2.66", ...guest });
  const v6 = makeAddress("2001:db8:1:2ff::9", 5060);
  assertEquals(v6.ok, true);
  if (!v6.ok) return;
  const source = { ...flow("outside", STRANGER), remote: v6.value };
  assertEquals(holderOf(stranger, { side: "outside", source, urgent: false }), {
    name: "2001:db8:1:200::/56",
    ...guest,
  });
});

Deno.test("a call between two phones in here is its caller's on its way in too", () => {
  const phone = flow("inside", BOB);
  const parent = { ...ANYBODY, name: "192.168.1.20" };
  assertEquals(holderOf(world(), from("203.0.113.5:5060", { phone, parent })), parent);
  // A provider that sends back what it got is no witness of whose call it is.
  assertEquals(holderOf(world(), from(PROVIDER, { phone, parent })).name, "to 192.168.1.21");
});

Deno.test("after a restart a holder is found by name, with the share that he has now", () => {
  const made = world();
  assertEquals(holderNamed(made, "192.168.1.20"), phonesHolder("192.168.1.20", 1));
  assertEquals(holderNamed(made, "to 192.168.1.20"), {
    ...phonesHolder("192.168.1.20", 1),
    name: "to 192.168.1.20",
  });
  assertEquals(holderNamed(made, "192.0.2.66").guest, true);
  assertEquals(holderNamed(made, "198.51.100.0/24").guest, false);
});
