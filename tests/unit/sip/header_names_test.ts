import { assertEquals } from "@std/assert";
import { belongsOnTop, headerKey, isList } from "../../../src/sip/header_names.ts";

const NAMES: [written: string, key: string][] = [
  ["Via", "via"],
  ["v", "via"],
  ["V", "via"],
  ["CALL-ID", "call-id"],
  ["i", "call-id"],
  ["MaX-fOrWaRdS", "max-forwards"],
  ["r", "refer-to"],
  ["x", "session-expires"],
  ["X-Vendor", "x-vendor"],
  ["z", "z"],
  ["constructor", "constructor"],
];

Deno.test("a header's key is its long name in lower case, however it was written", () => {
  for (const [written, key] of NAMES) assertEquals(headerKey(written), key, written);
});

Deno.test("commas separate the values of list headers, and are part of all others", () => {
  for (const key of ["via", "contact", "route", "path", "supported", "reason"]) {
    assertEquals(isList(key), true, key);
  }
  for (const key of ["authorization", "www-authenticate", "date", "from", "subject", "x-unknown"]) {
    assertEquals(isList(key), false, key);
  }
});

Deno.test("what proxies need belongs on top", () => {
  assertEquals(["via", "route", "record-route", "path"].every(belongsOnTop), true);
  assertEquals(belongsOnTop("contact"), false);
});
