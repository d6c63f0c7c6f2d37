import { assert, assertEquals } from "@std/assert";
import { sameAddress } from "../../../src/base/address.ts";
import { headerText, headerValues } from "../../../src/sip/headers.ts";
import type { SipRequest } from "../../../src/sip/message.ts";
import { parseMessage } from "../../../src/sip/parse.ts";
import { DOMAIN, PARTY, PHONE, PROVIDER, SmallWorld } from "./small_world.ts";

function requestTo(world: SmallWorld, to: typeof PARTY, method: string): SipRequest | undefined {
  const sent = world.exchange.sent.findLast((datagram) =>
    sameAddress(datagram.to, to) && datagram.text.startsWith(method)
  );
  const parsed = sent === undefined ? undefined : parseMessage(sent.text);
  return parsed?.ok && parsed.value.kind === "request" ? parsed.value : undefined;
}

Deno.test("a registration tells user, source, Contact and seconds, and lasts as long as granted", () => {
  const world = new SmallWorld();
  world.register();
  assertEquals(world.heard.provider.at(-1), {
    kind: "registered",
    user: "100",
    from: PHONE,
    contact: "sip:100@192.0.2.10:5062",
    expires: 300,
  });
  assertEquals(world.provider.contactOf("100", 299_999), "sip:100@192.0.2.10:5062");
  assertEquals(world.provider.contactOf("100", 300_000), undefined);
});

Deno.test("a forwarded INVITE has one hop less, a Via and a Record-Route on top, and no password", () => {
  const world = new SmallWorld();
  world.callOut();
  const invite = requestTo(world, PARTY, "INVITE");
  assert(invite !== undefined);
  assertEquals(headerText(invite, "max-forwards"), "69");
  assertEquals(headerText(invite, "record-route"), `<sip:${DOMAIN};lr>`);
  assertEquals(headerText(invite, "proxy-authorization"), undefined);
  assertEquals(headerValues(invite, "via").length, 2);
});

Deno.test("within a dialog the provider takes its own Route off and asks for no password", () => {
  const world = new SmallWorld();
  const id = world.callOut();
  world.party.hangUp(id, world.now);
  world.exchange.run();
  const bye = requestTo(world, PHONE, "BYE");
  assertEquals(bye?.uri, "sip:100@192.0.2.10:5062");
  assertEquals(headerText(bye!, "route"), undefined);
});

Deno.test("a call of a stranger is refused with 403, to an unknown number with 404", () => {
  for (const [from, to, status] of [["999", "200", "403"], ["100", "201", "404"]] as const) {
    const world = new SmallWorld();
    world.party.call(`sip:${to}@${DOMAIN}`, world.now);
    const invite = world.exchange.sent[0]!.text.replace("<sip:200@", `<sip:${from}@`);
    // As the party is trusted by its address, the stranger's copy comes from elsewhere.
    world.provider.receive(invite, from === "999" ? PHONE : PARTY, world.now);
    assertEquals(world.exchange.sent.at(-1)!.text.split(" ")[1], status);
    assertEquals(world.exchange.sent.at(-1)!.from, PROVIDER);
  }
});

Deno.test("what is no SIP is ignored", () => {
  const world = new SmallWorld();
  world.provider.receive("hello", PHONE, 0);
  assertEquals(world.exchange.sent, []);
});
