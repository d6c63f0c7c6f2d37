import { assertEquals } from "@std/assert";
import {
  belongs,
  type Call,
  contactUri,
  dialogAddress,
  dialogRequest,
  learnDialog,
  tagOf,
} from "../../../src/selftest/call.ts";
import { headerText, headerValues } from "../../../src/sip/headers.ts";
import { makeRequest, makeResponse } from "../../../src/sip/write.ts";
import { at } from "./small_world.ts";

const INVITE = makeRequest({
  method: "INVITE",
  uri: "sip:200@198.51.100.1",
  headers: [
    ["Via", "SIP/2.0/UDP 192.0.2.10;branch=z9hG4bK1"],
    ["Record-Route", "<sip:192.0.2.1;lr>"],
    ["Record-Route", "<sip:192.0.2.2;lr>"],
    ["From", "<sip:100@198.51.100.1>;tag=a"],
    ["To", "<sip:200@198.51.100.1>"],
    ["Call-ID", "c"],
    ["CSeq", "7 INVITE"],
    ["Contact", "<sip:100@192.0.2.10>"],
  ],
});

function callOf(outgoing: boolean): Call {
  const [from, to] = ["<sip:100@198.51.100.1>;tag=a", "<sip:200@198.51.100.1>;tag=b"];
  const call: Call = {
    callId: "c",
    outgoing,
    state: "up",
    invite: INVITE,
    local: outgoing ? from : to,
    remote: "",
    sequence: outgoing ? 7 : 0,
    target: "",
    routes: [],
  };
  learnDialog(
    call,
    outgoing
      ? makeResponse(INVITE, {
        status: 200,
        toTag: "b",
        headers: [
          ["Record-Route", "<sip:192.0.2.1;lr>"],
          ["Record-Route", "<sip:192.0.2.2;lr>"],
          ["Contact", "<sip:200@192.0.2.20>"],
        ],
      })
      : INVITE,
  );
  return call;
}

Deno.test("the caller reverses the recorded route, the called party takes it in order", () => {
  assertEquals(callOf(true).routes, ["<sip:192.0.2.2;lr>", "<sip:192.0.2.1;lr>"]);
  assertEquals(callOf(false).routes, ["<sip:192.0.2.1;lr>", "<sip:192.0.2.2;lr>"]);
  assertEquals(callOf(true).target, "sip:200@192.0.2.20");
  assertEquals(callOf(false).target, "sip:100@192.0.2.10");
});

Deno.test("a request in a dialog goes to the target along the route set with the next CSeq", () => {
  const call = callOf(true);
  const bye = dialogRequest(call, { method: "BYE", contact: "<sip:100@192.0.2.10>" });
  assertEquals(bye.uri, "sip:200@192.0.2.20");
  assertEquals(headerValues(bye, "route"), ["<sip:192.0.2.2;lr>", "<sip:192.0.2.1;lr>"]);
  assertEquals(headerText(bye, "cseq"), "8 BYE");
  const ack = dialogRequest(call, { method: "ACK", contact: "<sip:100@192.0.2.10>" });
  assertEquals(headerText(ack, "cseq"), "7 ACK");
  assertEquals(dialogAddress(call, undefined), at("192.0.2.2", 5060));
});

Deno.test("without a route set a request goes to the outbound proxy, without one to the target", () => {
  const call = { ...callOf(true), routes: [] };
  assertEquals(dialogAddress(call, at("192.0.2.1", 5060)), at("192.0.2.1", 5060));
  assertEquals(dialogAddress(call, undefined), at("192.0.2.20", 5060));
  assertEquals(dialogAddress({ ...call, target: "sip:host.example" }, undefined), undefined);
});

Deno.test("a request belongs to a call when Call-ID and both tags are the call's", () => {
  const bye = dialogRequest(callOf(true), { method: "BYE", contact: "<sip:100@192.0.2.10>" });
  assertEquals(belongs(callOf(false), bye), true);
  assertEquals(belongs(callOf(true), bye), false);
  assertEquals(belongs({ ...callOf(false), callId: "d" }, bye), false);
  assertEquals(belongs({ ...callOf(false), local: "<sip:200@198.51.100.1>;tag=x" }, bye), false);
});

Deno.test("the tag and the Contact are read, or missing", () => {
  assertEquals(tagOf('"a;tag=b" <sip:x@y>;tag=c'), "c");
  assertEquals(tagOf("<sip:x@y>"), undefined);
  assertEquals(contactUri(INVITE), "sip:100@192.0.2.10");
  assertEquals(contactUri(makeResponse(INVITE, { status: 200 })), undefined);
});
