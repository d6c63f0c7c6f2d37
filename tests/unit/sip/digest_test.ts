import { assertEquals, assertNotEquals } from "@std/assert";
import { md5Hex } from "../../../src/base/hash.ts";
import {
  type AuthValue,
  digestAlgorithm,
  type DigestInput,
  digestResponse,
  parseChallenge,
  parseCredentials,
  writeChallenge,
  writeCredentials,
} from "../../../src/sip/digest.ts";
import { getParam } from "../../../src/sip/params.ts";

const COUNTED = { qop: "auth", nc: "00000001", cnonce: "0a4f113b" };

/** RFC 2617 §3.5. */
const RFC_2617: DigestInput = {
  method: "GET",
  uri: "/dir/index.html",
  username: "Mufasa",
  password: "Circle Of Life",
  realm: "testrealm@host.com",
  nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093",
  ...COUNTED,
};

/** RFC 7616 §3.9.1, the algorithms of RFC 8760. */
const RFC_7616: DigestInput = {
  method: "GET",
  uri: "/dir/index.html",
  username: "Mufasa",
  password: "Circle of Life",
  realm: "http-auth@example.org",
  nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
  qop: "auth",
  nc: "00000001",
  cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
};

/** The SIP examples of draft-smith-sipping-auth-examples. */
const BILOXI: DigestInput = {
  method: "INVITE",
  uri: "sip:bob@biloxi.com",
  username: "bob",
  password: "zanzibar",
  realm: "biloxi.com",
  nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093",
};

const RESPONSES: [input: DigestInput, response: string][] = [
  [RFC_2617, "6629fae49393a05397450978507c4ef1"],
  [RFC_7616, "8ca523f5e9506fed4657c9700eebdbec"],
  [
    { ...RFC_7616, algorithm: "SHA-256" },
    "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
  ],
  [BILOXI, "bf57e4e0d0bffc0fbaedce64d59add5e"],
  [{ ...BILOXI, ...COUNTED }, "89eb0059246c02b2f6ee02c7961d5ea3"],
  [{ ...BILOXI, ...COUNTED, algorithm: "MD5-sess" }, "e4e4ea61d186d07a92c9e1f6919902e9"],
];

Deno.test("digests are those of the RFCs' examples", () => {
  for (const [input, response] of RESPONSES) assertEquals(digestResponse(input), response);
});

Deno.test("auth-int covers the body", () => {
  const input = { ...BILOXI, ...COUNTED, qop: "auth-int", entityBody: "v=0\r\n" };
  const secret = md5Hex("bob:biloxi.com:zanzibar");
  const request = md5Hex(`INVITE:sip:bob@biloxi.com:${md5Hex("v=0\r\n")}`);
  const counted = `${BILOXI.nonce}:00000001:0a4f113b:auth-int`;
  assertEquals(digestResponse(input), md5Hex(`${secret}:${counted}:${request}`));
  assertNotEquals(digestResponse(input), digestResponse({ ...input, entityBody: "v=1\r\n" }));
});

Deno.test("SHA-256-sess is of the session, not of the account alone", () => {
  const input = { ...RFC_7616, algorithm: "SHA-256-sess" } as const;
  assertNotEquals(digestResponse(input), digestResponse({ ...RFC_7616, algorithm: "SHA-256" }));
  assertEquals(digestResponse(input).length, 64);
});

const ALGORITHMS: [text: string | undefined, algorithm: string | undefined][] = [
  [undefined, "MD5"],
  ["md5", "MD5"],
  ["sha-256-SESS", "SHA-256-sess"],
  ["SHA-512-256", undefined],
  ["AKAv1-MD5", undefined],
];

Deno.test("algorithms are known without regard to case, MD5 is the default", () => {
  for (const [text, algorithm] of ALGORITHMS) assertEquals(digestAlgorithm(text), algorithm);
});

const VALUES: [text: string, value: AuthValue][] = [
  ['Digest realm="a, \\"b\\"", qop="auth,auth-int", stale=FALSE', {
    scheme: "Digest",
    params: [
      { name: "realm", value: '"a, \\"b\\""' },
      { name: "qop", value: '"auth,auth-int"' },
      { name: "stale", value: "FALSE" },
    ],
  }],
  ["NoOneKnowsThisScheme opaque-data=here", {
    scheme: "NoOneKnowsThisScheme",
    params: [{ name: "opaque-data", value: "here" }],
  }],
];

Deno.test("challenges and credentials are read and written alike", () => {
  for (const [text, value] of VALUES) {
    assertEquals(parseChallenge(text), { ok: true, value });
    assertEquals(parseCredentials(text), { ok: true, value });
    assertEquals(writeChallenge(value), text);
    assertEquals(writeCredentials(value), text);
  }
});

Deno.test("white space and empty elements in a list of parameters are skipped", () => {
  const parsed = parseChallenge('Digest  realm = "a" ,, nonce\t="b",');
  assertEquals(parsed.ok && getParam(parsed.value.params, "nonce"), "b");
  assertEquals(parsed.ok && parsed.value.params.length, 2);
});

Deno.test("what is no challenge is refused", () => {
  for (const text of ["", "Digest", '"Digest" a=b', "Digest a", "Digest =b"]) {
    assertEquals(parseChallenge(text).ok, false, text);
  }
});
