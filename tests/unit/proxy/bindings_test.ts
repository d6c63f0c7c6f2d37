import { assertEquals } from "@std/assert";
import { type Account, type Binding, Bindings } from "../../../src/proxy/bindings.ts";
import { LIMITS } from "../../../src/base/limits.ts";
import { ALICE, at, BOB, flow, makeBinding, PROVIDER } from "./world_fixture.ts";

function assertSame(actual: unknown, expected: unknown): void {
  assertEquals(actual === expected, true);
}

const OTHER = at("198.51.100.20:5060");

const SMALL = { ...LIMITS, bindings: 10, bindingsPerAor: 4 };

Deno.test("a binding is found by token, AOR, flow, Contact, user and registrar, until it is removed", () => {
  const bindings = new Bindings(SMALL);
  const alice = makeBinding("alice", { maskedUser: "x1" });
  assertEquals(bindings.set(alice), undefined);
  const answers = () => [
    bindings.get(alice.token),
    bindings.find(alice.token),
    bindings.ofAor(alice.aor)[0],
    bindings.ofRemote(ALICE)?.binding,
    bindings.ofUri("sip:alice@192.168.1.20:5060;x=y")?.binding,
    bindings.ofUser("alice")[0],
    bindings.ofUser("x1")[0],
    bindings.ofAccount(alice)[0],
  ];
  for (const answer of answers()) assertSame(answer, alice);
  assertEquals(bindings.isRegistrar(alice.registrar.ip), true);
  assertSame(bindings.delete(alice.token), alice);
  for (const answer of answers()) assertEquals(answer, undefined);
  assertEquals(bindings.isRegistrar(alice.registrar.ip), false);
  assertEquals(bindings.delete(alice.token), undefined);
});

Deno.test("a phone that moved is found where it is, not where it was", () => {
  const bindings = new Bindings(SMALL);
  const before = makeBinding("alice");
  const after = { ...before, flow: flow("inside", BOB), uri: `sip:alice@${BOB}`, registrar: OTHER };
  bindings.set(before);
  bindings.set(after);
  assertEquals(bindings.size, 1);
  assertEquals(bindings.ofRemote(ALICE), undefined);
  assertEquals(bindings.ofUri(before.uri), undefined);
  assertEquals(bindings.isRegistrar(at(PROVIDER).ip), false);
  assertEquals(bindings.ofRemote(BOB), { binding: after, only: true });
  assertEquals(bindings.isRegistrar(OTHER.ip), true);
});

Deno.test("phones that share an address, a Contact or a user part are told to be several", () => {
  const bindings = new Bindings(SMALL);
  const first = makeBinding("alice");
  const second = makeBinding("bob", { maskedUser: "alice", uri: first.uri, registrar: OTHER });
  bindings.set(first);
  assertEquals(bindings.ofRemote(ALICE)?.only, true);
  assertEquals(bindings.ofUri(first.uri)?.only, true);
  bindings.set(second);
  assertEquals(bindings.ofRemote(ALICE), { binding: first, only: false });
  assertEquals(bindings.allOfRemote(ALICE), [first, second]);
  assertEquals(bindings.ofUri(first.uri), { binding: first, only: false });
  assertEquals(bindings.ofUser("alice"), [first, second]);
  assertEquals(bindings.ofUser("bob"), [second]);
  assertEquals(bindings.ofUser("carol"), []);
  bindings.delete(first.token);
  assertEquals(bindings.ofRemote(ALICE), { binding: second, only: true });
});

Deno.test("a registrar is known as long as one of its bindings lives", () => {
  const bindings = new Bindings(SMALL);
  const [first, second] = [makeBinding("alice"), makeBinding("bob")];
  bindings.set(first);
  bindings.set(second);
  bindings.set({ ...second });
  bindings.delete(first.token);
  assertEquals(bindings.isRegistrar(at(PROVIDER).ip), true);
  bindings.delete(second.token);
  assertEquals(bindings.isRegistrar(at(PROVIDER).ip), false);
});

Deno.test("servers of a provider set, and their neighbours, are known as long as one of its bindings lives", () => {
  const bindings = new Bindings(SMALL);
  const servers = ["203.0.113.10", "2001:db8:1:200::1"];
  const [first, second] = [makeBinding("alice", { servers }), makeBinding("bob", { servers })];
  bindings.set(first);
  bindings.set(second);
  bindings.delete(first.token);
  const known = (ip: string) => [bindings.hasServer(ip), bindings.hasServerNear(ip)];
  assertEquals(known("203.0.113.10"), [true, true]);
  assertEquals(known("203.0.113.77"), [false, true]);
  assertEquals(known("203.0.114.10"), [false, false]);
  assertEquals(known(at(PROVIDER).ip), [true, true]);
  assertEquals(known("2001:db8:1:2ff::2"), [false, true]);
  assertEquals(known("2001:db8:1:300::1"), [false, false]);
  assertEquals(bindings.isRegistrar("203.0.113.10"), false);
  bindings.set({ ...second, servers: [] });
  assertEquals(known("203.0.113.10"), [false, false]);
  bindings.delete(second.token);
  assertEquals(known(at(PROVIDER).ip), [false, false]);
});

Deno.test("a REGISTER under way makes its token known, and only its own end takes that back (C2)", () => {
  const bindings = new Bindings(SMALL);
  const binding = makeBinding("alice");
  const [first, second] = [{}, {}];
  bindings.setPending(binding, first);
  assertSame(bindings.find(binding.token), binding);
  assertEquals(bindings.get(binding.token), undefined);
  assertEquals(bindings.ofAor(binding.aor), []);
  bindings.setPending(binding, second);
  bindings.dropPending(binding.token, first);
  assertSame(bindings.find(binding.token), binding);
  bindings.dropPending(binding.token, second);
  assertEquals(bindings.find(binding.token), undefined);
});

/** A binding of a phone that has an address of its own. */
function bindingAt(host: number, parts: Partial<Binding> = {}): Binding {
  return makeBinding(`phone${host}`, { flow: flow("inside", `192.168.1.${host}:5060`), ...parts });
}

Deno.test("an AOR and the table take so many and no more; a known phone always fits", () => {
  const bindings = new Bindings(SMALL);
  const same = { aor: "sip:a@example.com", host: "example.com" };
  const other = { ...same, aor: "sip:b@example.com" };
  const refusal = (account: Account) => bindings.refusal(account, { ip: "192.168.1.99", count: 1 });
  for (let count = 0; count < SMALL.bindingsPerAor; count++) {
    assertEquals(refusal(same), undefined);
    bindings.set(bindingAt(100 + count, same));
  }
  assertEquals(refusal(same), "account");
  assertEquals(refusal(other), undefined);
  // Another registrar's bindings of that AOR have places of their own.
  assertEquals(refusal({ ...same, host: "evil.example" }), undefined);
  const known = [...bindings.values()][0]!;
  while (bindings.size < SMALL.bindings) bindings.set(bindingAt(200 + bindings.size));
  assertEquals(refusal(other), "full");
  assertEquals(bindings.set(makeBinding("late")), "full");
  assertEquals(bindings.ofUser("late"), []);
  assertEquals(bindings.set({ ...known, expiresAt: 1 }), undefined);
});

Deno.test("a phone that moves takes its place along, and whose phones are many has more (V7)", () => {
  const bindings = new Bindings({ ...LIMITS, bindings: 40 });
  const many = Array.from({ length: 40 }, (_, index) => bindingAt(20, { token: `${index}` }));
  const fits = (count: number) => many.slice(0, count).every((one) => !bindings.set(one));
  // Beside nobody a quarter and a thirty-second for each of its own of the 35 that are not kept.
  assertEquals([fits(14), bindings.set(many[14]!)], [true, "share"]);
  assertEquals([bindings.countOf("192.168.1.20"), bindings.set(bindingAt(21))], [14, undefined]);
  bindings.set(bindingAt(21, { token: "0" }));
  assertEquals([bindings.countOf("192.168.1.20"), bindings.countOf("192.168.1.21")], [13, 2]);
});
