import { assert, assertEquals } from "@std/assert";
import {
  firstContact,
  maskedUri,
  phoneUri,
  readContact,
  tokenOf,
  withContactUri,
} from "../../../src/proxy/contact.ts";
import type { View } from "../../../src/proxy/view.ts";
import { parseUri, type SipUri } from "../../../src/sip/uri.ts";
import { request } from "./messages.ts";
import { NETWORK } from "./world_fixture.ts";

const TOKEN = "abcdefghijklmnopqrst";
const listener = NETWORK.listeners[1]!;
const V4: View = { listener, ip: "203.0.113.5", port: 5060 };
const V6: View = { listener, ip: "2001:db8::5", port: 5070 };
const TCP: View = { ...V4, listener: { ...listener, transport: "tcp" } };

function uri(text: string): SipUri {
  const parsed = parseUri(text);
  assert(parsed.ok, text);
  return parsed.value;
}

const MASKED: [own: string, view: View, masked: string][] = [
  ["sip:alice@192.168.1.20", V4, `sip:alice@203.0.113.5:5060;line=${TOKEN}`],
  ["sip:192.168.1.20:5062", V4, `sip:203.0.113.5:5060;line=${TOKEN}`],
  ["sip:@192.168.1.20", V4, `sip:203.0.113.5:5060;line=${TOKEN}`],
  ["sip:a:secret@192.168.1.20", V4, `sip:a@203.0.113.5:5060;line=${TOKEN}`],
  ["sips:a@192.168.1.20;line=old;transport=tls", V4, `sip:a@203.0.113.5:5060;line=${TOKEN}`],
  ["sip:a@[fd00::2]", V6, `sip:a@[2001:db8::5]:5070;line=${TOKEN}`],
  ["sip:a@192.168.1.20", TCP, `sip:a@203.0.113.5:5060;line=${TOKEN};transport=tcp`],
  [
    "sip:a@192.168.1.20;pn-provider=apns;pn-prid=00fc13;ob;bnc;rinstance=1;x?h=v",
    V4,
    `sip:a@203.0.113.5:5060;line=${TOKEN};pn-provider=apns;pn-prid=00fc13;ob;bnc`,
  ],
  ["sip:%61b;c@192.168.1.20", V4, `sip:%61b;c@203.0.113.5:5060;line=${TOKEN}`],
];

Deno.test("a masked Contact has our address, the token, and of the phone what a registrar needs (C3)", () => {
  for (const [own, view, masked] of MASKED) {
    assertEquals(maskedUri(uri(own), { view, token: TOKEN }), masked, own);
    assertEquals(tokenOf(uri(masked)), TOKEN, masked);
  }
});

const TOKENS: [uri: string, token: string | undefined][] = [
  ["sip:a@h;line=ABC", "abc"],
  ["sip:a@h;LINE=abc;x", "abc"],
  ["sip:a@h;line", undefined],
  ["sip:a@h;line=", undefined],
  ["sip:line=a@h", undefined],
  ["tel:+1;line=abc", undefined],
];

Deno.test("a token is read in any case, and only from the URI's own parameters (C1)", () => {
  for (const [text, token] of TOKENS) assertEquals(tokenOf(uri(text)), token, text);
});

const CONTACTS: [value: string, uri: string | undefined, changed: string | undefined][] = [
  ["<sip:a@h>", "sip:a@h", "<sip:new>"],
  ["sip:a@h;expires=60", "sip:a@h", "<sip:new>;expires=60"],
  ['"A B" <sip:a@h;x=1>;q=0.5;+sip.instance="<u>"', "sip:a@h;x=1", undefined],
  ["<sips:h>", "sips:h", "<sip:new>"],
  ["*", undefined, undefined],
  ["<tel:+1>", undefined, undefined],
  ["<mailto:a@h>", undefined, undefined],
  ["<sip:a@h", undefined, undefined],
  ["", undefined, undefined],
];

Deno.test("a Contact with a SIP URI is read, and keeps all but the URI when that is exchanged", () => {
  for (const [value, text, changed] of CONTACTS) {
    const contact = readContact(value);
    assertEquals(contact?.address.uri, text, value);
    if (contact === undefined) continue;
    const expected = changed ?? value.replace(text!, "sip:new");
    assertEquals(withContactUri(contact.address, "sip:new"), expected);
  }
});

const PHONE_URIS: [own: string, received: string, masked: string, result: string][] = [
  [
    "sip:x1@192.168.1.20:5062;a=b",
    "sip:x1@203.0.113.5;line=t",
    "x1",
    "sip:x1@192.168.1.20:5062;a=b",
  ],
  ["sip:x1@192.168.1.20", "sip:4930123@203.0.113.5;line=t", "x1", "sip:4930123@192.168.1.20"],
  ["sip:192.168.1.20", "sip:4930123@203.0.113.5;line=t", "", "sip:4930123@192.168.1.20"],
  ["sip:x1@192.168.1.20", "sip:203.0.113.5;line=t", "x1", "sip:x1@192.168.1.20"],
  ["sip:x1@192.168.1.20", "tel:+4930123", "x1", "sip:x1@192.168.1.20"],
  ["sip:x1@192.168.1.20", "no URI", "x1", "sip:x1@192.168.1.20"],
  ["sip:x1@192.168.1.20;a=b?Subject=z", "sip:203.0.113.5", "x1", "sip:x1@192.168.1.20;a=b"],
  ["sip:x1@192.168.1.20?Subject=z", "sip:4930123@203.0.113.5", "x1", "sip:4930123@192.168.1.20"],
];

Deno.test("a phone gets its own URI without headers, with the dialled number where that is another (T2)", () => {
  for (const [own, received, maskedUser, result] of PHONE_URIS) {
    assertEquals(phoneUri(own, { received, maskedUser }), result, `${own} ${received}`);
  }
});

Deno.test("the first Contact tells where its sender is", () => {
  const contact = '"A" <sip:alice@192.168.1.20;x=y>;q=1, <sip:b@h>';
  assertEquals(firstContact(request({ contact })), {
    uri: "sip:alice@192.168.1.20;x=y",
    user: "alice",
  });
  assertEquals(firstContact(request({ contact: "<sip:h>" })), { uri: "sip:h", user: "" });
  const headers = "<sip:a@h;x=y?Subject=z>";
  assertEquals(firstContact(request({ contact: headers })), { uri: "sip:a@h;x=y", user: "a" });
  assertEquals(firstContact(request({ contact: "*" })), undefined);
  assertEquals(firstContact(request({ contact: "" })), undefined);
});
