import { assertEquals } from "@std/assert";
import {
  isServiceUrn,
  parseUri,
  type SipUri,
  telNumber,
  uriEquals,
  uriHostIp,
  uriKey,
  writeUri,
} from "../../../src/sip/uri.ts";

function uri(text: string): SipUri {
  const parsed = parseUri(text);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.value;
}

const SIP = { scheme: "sip", params: [], headers: "", opaque: "" };
const OTHER = { host: "", params: [], headers: "" };

const URIS: [text: string, uri: SipUri][] = [
  ["sip:example.com", { ...SIP, host: "example.com" }],
  ["sip:alice@Example.COM:5061", { ...SIP, user: "alice", host: "Example.COM", port: 5061 }],
  ["sips:1212@[2001:db8::10]:5070", {
    ...SIP,
    scheme: "sips",
    user: "1212",
    host: "[2001:db8::10]",
    port: 5070,
  }],
  ["SIP:%61lice:p%20w@h", {
    ...SIP,
    schemeText: "SIP",
    user: "%61lice",
    password: "p%20w",
    host: "h",
  }],
  ["sip:@h", { ...SIP, user: "", host: "h" }],
  ["sip:a:@h", { ...SIP, user: "a", password: "", host: "h" }],
  ["sip:a@h;transport=tcp;lr;;x=?to=b%40c&x=y@z", {
    ...SIP,
    user: "a",
    host: "h",
    params: [
      { name: "transport", value: "tcp" },
      { name: "lr" },
      { name: "" },
      { name: "x", value: "" },
    ],
    headers: "?to=b%40c&x=y@z",
  }],
  ["sip:h?x=1;y=2", { ...SIP, host: "h", headers: "?x=1;y=2" }],
  ["sip:user;par=u%40example.net@example.com", {
    ...SIP,
    user: "user;par=u%40example.net",
    host: "example.com",
  }],
  ["sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1@example.com", {
    ...SIP,
    user: "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*",
    password: "&it+has=1",
    host: "example.com",
  }],
  ["sip:gr\u00c3\u00bcn@h", { ...SIP, user: "gr\u00c3\u00bcn", host: "h" }],
  ["tel:+1-201-555-0123;ext=7", { ...OTHER, scheme: "tel", opaque: "+1-201-555-0123;ext=7" }],
  ["Soap.Beep://192.0.2.103:3002", {
    ...OTHER,
    scheme: "soap.beep",
    schemeText: "Soap.Beep",
    opaque: "//192.0.2.103:3002",
  }],
  ["nobodyKnowsThisScheme:totallyopaquecontent", {
    ...OTHER,
    scheme: "nobodyknowsthisscheme",
    schemeText: "nobodyKnowsThisScheme",
    opaque: "totallyopaquecontent",
  }],
];

Deno.test("a URI is read and written alike", () => {
  for (const [text, expected] of URIS) {
    assertEquals(parseUri(text), { ok: true, value: expected }, text);
    assertEquals(writeUri(expected), text);
  }
});

Deno.test("a changed scheme is written as it was changed", () => {
  assertEquals(writeUri({ ...uri("SIP:a@h"), scheme: "sips" }), "sips:a@h");
});

Deno.test("what is no URI is refused", () => {
  const wrong = [
    "",
    "a@b",
    ":a",
    "1sip:a@b",
    "sip:",
    "sip:a@",
    "sip:a@b@c",
    "sip:2001:db8::10",
    "sip:user@example.com; lr",
    "<sip:a@b>",
    'sip:"a"@b',
    "sip:a@b:x",
    "sip:a@b:70000",
    "sip:a\u0000@b",
    "tel:",
  ];
  for (const text of wrong) assertEquals(parseUri(text).ok, false, text);
});

Deno.test("the host's IP is read, a name has none", () => {
  assertEquals(uriHostIp(uri("sip:a@192.0.2.1:5060"))?.text, "192.0.2.1");
  assertEquals(uriHostIp(uri("sip:[2001:DB8:0::1]"))?.text, "2001:db8::1");
  assertEquals(uriHostIp(uri("sip:user@[2001:db8:::192.0.2.1]"))?.text, "2001:db8::c000:201");
  assertEquals(uriHostIp(uri("sip:a@example.com")), undefined);
  assertEquals(uriHostIp(uri("tel:192.0.2.1")), undefined);
});

/** The examples of RFC 3261 §19.1.4 and some of our own. */
const EQUAL: [left: string, right: string][] = [
  ["sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp"],
  ["sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"],
  ["sip:carol@chicago.com", "sip:carol@chicago.com;security=on"],
  [
    "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
    "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com",
  ],
  [
    "sip:alice@atlanta.com?subject=project%20x&priority=urgent",
    "sip:alice@atlanta.com?priority=urgent&subject=project%20x",
  ],
  ["SIP:a@b", "sip:a@b"],
  ["sip:a@[2001:db8::1]", "sip:a@[2001:DB8:0:0::1]"],
  ["sip:a%3bb@c", "sip:a%3Bb@c"],
  ["tel:+1-201-555-0123", "tel:+1(201)555.0123"],
  ["isbn:1", "isbn:1"],
];

const DIFFERENT: [left: string, right: string][] = [
  ["SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP"],
  ["sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"],
  ["sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"],
  ["sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp"],
  ["sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"],
  ["sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"],
  ["sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off"],
  ["sip:a@b", "sips:a@b"],
  ["sip:b", "sip:a@b"],
  ["sip:a@b", "sip:a:pw@b"],
  ["sip:a;b@c", "sip:a%3Bb@c"],
  ["sip:a@b;maddr=192.0.2.1", "sip:a@b"],
  ["sip:a@b;user=phone", "sip:a@b"],
  ["sip:a@b;ttl=1", "sip:a@b"],
  ["sip:a@b?x=A", "sip:a@b?x=a"],
  ["tel:+1", "tel:+2"],
  ["isbn:1", "isbn:2"],
];

Deno.test("URIs are equal by RFC 3261 §19.1.4, in either order", () => {
  for (const [left, right] of EQUAL) {
    assertEquals(uriEquals(uri(left), uri(right)), true, `${left} ${right}`);
    assertEquals(uriEquals(uri(right), uri(left)), true, `${right} ${left}`);
  }
  for (const [left, right] of DIFFERENT) {
    assertEquals(uriEquals(uri(left), uri(right)), false, `${left} ${right}`);
    assertEquals(uriEquals(uri(right), uri(left)), false, `${right} ${left}`);
  }
});

const KEYS: [text: string, key: string][] = [
  ["sip:%61lice:pw@AtLanTa.CoM;transport=tcp?x=y", "sip:alice@atlanta.com"],
  ["SIP:Alice@atlanta.com:5060", "sip:Alice@atlanta.com:5060"],
  ["sips:a%3bb@[2001:DB8:0::1]", "sips:a%3Bb@[2001:db8::1]"],
  ["sip:example.com", "sip:example.com"],
  ["tel:+1(201)555-0123;ext=1", "tel:+12015550123"],
  ["isbn:1", "isbn:1"],
  ["nonsense", "nonsense"],
];

Deno.test("a key drops what does not tell addresses of record apart", () => {
  for (const [text, key] of KEYS) assertEquals(uriKey(text), key);
});

Deno.test("numbers and services are told from other URIs", () => {
  const of = (text: string) => {
    const uri = parseUri(text);
    return uri.ok && [telNumber(uri.value), isServiceUrn(uri.value)];
  };
  assertEquals(of("tel:+39-055.(777);phone-context=x"), ["+39055777", false]);
  assertEquals(of("urn:service:sos.fire"), [undefined, true]);
  assertEquals(of("URN:Service:sos"), [undefined, true]);
  assertEquals(of("urn:uuid:f81d4fae"), [undefined, false]);
  assertEquals(of("sip:service:sos@a"), [undefined, false]);
});
