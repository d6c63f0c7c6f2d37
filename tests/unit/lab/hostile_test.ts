import { assert, assertEquals } from "@std/assert";
import { headerOf, hostileRequest, MARK } from "../../lab/hostile.ts";
import { kamailioConfiguration } from "../../lab/kamailio.ts";
import { parseMessage } from "../../../src/sip/parse.ts";

Deno.test("what somebody hostile writes can be read, and carries the mark wherever it is copied", () => {
  const text = hostileRequest({ ip: "198.51.100.66", uri: "sip:a@b", toTag: "t", cseq: 9 });
  const parsed = parseMessage(text);
  assert(parsed.ok);
  assertEquals(parsed.value.body.startsWith("v=0"), true);
  assertEquals(headerOf(text, "CSeq"), "9 INVITE");
  assertEquals(headerOf(text, "to")?.endsWith(";tag=t"), true);
  assertEquals(headerOf(text, "Route"), undefined);
  // An answer copies the Via.
  assert(headerOf(text, "Via")?.includes(MARK));
  const bye = hostileRequest({ ip: "198.51.100.66", uri: "sip:a@b", method: "BYE" });
  assertEquals(headerOf(bye, "Content-Length"), "0");
});

const PROVIDER = {
  ip: "203.0.113.11",
  domain: "provider.example",
  accounts: [],
  destinations: { mailbox: "m", machine: { user: "600", address: "a" } },
};

Deno.test("a disguised provider knows its second name, another one has none", () => {
  const disguise = { towards: "203.0.113.1", recordRoute: "10.0.0.5", users: "10.66.0." };
  const disguised = kamailioConfiguration({ ...PROVIDER, disguise });
  assert(disguised.includes('alias="10.0.0.5"'));
  assert(disguised.includes("/@203\\.0\\.113\\./@10.66.0./"));
  assert(!kamailioConfiguration(PROVIDER).includes("10.0.0.5"));
});
