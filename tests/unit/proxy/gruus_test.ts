import { assertEquals } from "@std/assert";
import { findByGruu, grantedGruus } from "../../../src/proxy/gruus.ts";
import type { Param } from "../../../src/sip/params.ts";
import { request } from "./messages.ts";
import { flow, makeBinding, makeWorld, PROVIDER, STRANGER } from "./world_fixture.ts";

const PUBLIC = "sip:alice@example.com;gr=urn:uuid:1";

function params(values: Readonly<Record<string, string>>): Param[] {
  return Object.entries(values).map(([name, value]) => ({ name, value: `"${value}"` }));
}

function granted(values: Readonly<Record<string, string>>, former: readonly string[] = []) {
  return grantedGruus(params(values), { former, most: 3 });
}

Deno.test("GRUUs are kept as they compare, the latest last, and the oldest makes room", () => {
  const first = granted({ "pub-gruu": "sip:alice@Example.COM;gr=URN:uuid:1" });
  assertEquals(first, ["sip:alice@example.com;gr=urn:uuid:1"]);
  const second = granted({ "PUB-GRUU": PUBLIC, "temp-gruu": "sip:t1@example.com;gr" }, first);
  assertEquals(second, [PUBLIC, "sip:t1@example.com;gr="]);
  const third = granted({ "temp-gruu": "sip:t2@example.com;gr" }, second);
  assertEquals(third, [PUBLIC, "sip:t1@example.com;gr=", "sip:t2@example.com;gr="]);
  const fourth = granted({ "pub-gruu": PUBLIC, "temp-gruu": "sip:t3@example.com;gr" }, third);
  assertEquals(fourth, ["sip:t2@example.com;gr=", PUBLIC, "sip:t3@example.com;gr="]);
  // An answer that names none, or the same ones, leaves the list as it is.
  assertEquals(
    [granted({}, fourth) === fourth, granted({ "pub-gruu": PUBLIC }, fourth) === fourth],
    [
      true,
      true,
    ],
  );
});

const NONE = [
  "sip:alice@example.com",
  "sip:example.com;gr=urn:uuid:1",
  "tel:+1234;gr",
  "nonsense",
  `sip:${"x".repeat(500)}@example.com;gr`,
];

Deno.test("what is no GRUU, or longer than one, is not kept", () => {
  for (const uri of NONE) assertEquals(granted({ "pub-gruu": uri }), [], uri);
});

Deno.test("a GRUU names its phone to that phone's provider only, whatever the rest of the URI says", () => {
  const world = makeWorld();
  const binding = makeBinding("alice", { gruus: granted({ "pub-gruu": PUBLIC }) });
  world.bindings.set(binding);
  const found = (uri: string, from = PROVIDER) =>
    findByGruu(world, flow("outside", from), request({ uri })).length;
  assertEquals([found(PUBLIC), found(`${PUBLIC};transport=udp`)], [1, 1]);
  assertEquals(found("sip:alice@example.com;gr=urn:uuid:2"), 0);
  assertEquals([found("sip:alice@example.com"), found("sip:bob@example.com;gr=urn:uuid:1")], [
    0,
    0,
  ]);
  assertEquals(found(PUBLIC, STRANGER), 0);
  world.bindings.set({ ...binding, gruus: [] });
  assertEquals(found(PUBLIC), 0);
});
