import { assertEquals } from "@std/assert";
import { withHeader, withHeaderValues, withoutHeader } from "../../../src/sip/edit.ts";
import { contentLength, findFault } from "../../../src/sip/validity.ts";
import { OPTIONS, request, response } from "./messages.ts";

const SOUND = request(...OPTIONS);

Deno.test("a message with all that is mandatory is sound", () => {
  assertEquals(findFault(SOUND), undefined);
  assertEquals(findFault(response("SIP/2.0 200 OK", ...OPTIONS.slice(1))), undefined);
});

Deno.test("each mandatory field is missed", () => {
  for (const key of ["via", "from", "to", "call-id", "cseq"]) {
    assertEquals(findFault(withoutHeader(SOUND, key)), {
      kind: "missing",
      reason: `No ${key} header`,
    });
  }
});

Deno.test("fields that may stand once are refused twice, and Via is not", () => {
  for (const key of ["from", "to", "call-id", "cseq", "max-forwards"]) {
    const twice = withHeaderValues(SOUND, key, ["1", "2"]);
    assertEquals(findFault(twice)?.kind, "repeated", key);
  }
  const vias = ["SIP/2.0/UDP 192.0.2.1", "anything"];
  assertEquals(findFault(withHeaderValues(SOUND, "Via", vias)), undefined);
});

const WRONG: [name: string, value: string, kind: string | undefined][] = [
  ["Via", "UDP 192.0.2.1", "via"],
  ["From", "sip:a b@c", "from"],
  ["To", "", "to"],
  ["Call-ID", " ", "call-id"],
  ["CSeq", "1 INVITE", "cseq"],
  ["CSeq", "2147483647 OPTIONS", undefined],
  ["CSeq", "2147483648 OPTIONS", "cseq"],
  ["Max-Forwards", "-1", "max-forwards"],
  ["Max-Forwards", "300", undefined],
];

Deno.test("each of them must be readable", () => {
  for (const [name, value, kind] of WRONG) {
    assertEquals(findFault(withHeader(SOUND, name, value))?.kind, kind, `${name}: ${value}`);
  }
});

Deno.test("a response's CSeq names the method of its request, whatever that is", () => {
  const answer = response("SIP/2.0 200 OK", ...OPTIONS.slice(1, -1), "CSeq: 1 INVITE");
  assertEquals(findFault(answer), undefined);
});

const LENGTHS: [values: string[], length: number | undefined | "fault"][] = [
  [[], undefined],
  [["0"], 0],
  [["0150"], 150],
  [["5", "5"], 5],
  [["5", "6"], "fault"],
  [["5, 5"], "fault"],
  [["-5"], "fault"],
  [["99999999999"], "fault"],
  [[""], "fault"],
];

Deno.test("Content-Length is one number", () => {
  for (const [values, expected] of LENGTHS) {
    const found = contentLength(withHeaderValues(SOUND, "Content-Length", values));
    assertEquals(typeof found === "object" ? "fault" : found, expected, values.join(";"));
  }
});
