import { assertEquals } from "@std/assert";
import {
  isRecorded,
  ownRoute,
  routeUri,
  withoutOwnRoutes,
  withStrictRoute,
} from "../../../src/proxy/routes.ts";
import { headerValues } from "../../../src/sip/headers.ts";
import { request } from "./messages.ts";
import { makeWorld } from "./world_fixture.ts";

const world = makeWorld();
const FOREIGN = "<sip:proxy.example.com;lr>";

const OWN: [uri: string, routes: string[], uriAfter: string, routesAfter: string[]][] = [
  ["sip:b@x", [], "sip:b@x", []],
  ["sip:b@x", ["<sip:192.168.1.1;lr>"], "sip:b@x", []],
  ["sip:b@x", ["<sip:192.168.1.1:5060;lr=on>", FOREIGN], "sip:b@x", [FOREIGN]],
  ["sip:b@x", ["<sip:203.0.113.5:5060>, <sip:x@192.168.1.1;lr>", FOREIGN], "sip:b@x", [FOREIGN]],
  ["sip:b@x", [FOREIGN, "<sip:192.168.1.1;lr>"], "sip:b@x", [FOREIGN, "<sip:192.168.1.1;lr>"]],
  ["sip:b@x", ["<sip:192.168.1.1:5099;lr>"], "sip:b@x", ["<sip:192.168.1.1:5099;lr>"]],
  ["sip:b@x", ["rubbish"], "sip:b@x", ["rubbish"]],
  ["sip:192.168.1.1;lr", ["<sip:b@x;y=1>"], "sip:b@x;y=1", []],
  ["sip:192.168.1.1:5060;lr", [FOREIGN, "<sip:b@x>"], "sip:b@x", [FOREIGN]],
  ["sip:192.168.1.1;lr", [], "sip:192.168.1.1;lr", []],
  ["sip:192.168.1.1;lr", ["rubbish"], "sip:192.168.1.1;lr", ["rubbish"]],
  ["sip:203.0.113.5;line=abc;lr", [FOREIGN], "sip:203.0.113.5;line=abc;lr", [FOREIGN]],
  ["sip:b@192.168.1.1", ["<sip:b@x>"], "sip:b@192.168.1.1", ["<sip:b@x>"]],
];

Deno.test("our entries leave the top of the route in every spelling, strict routing is undone (N1)", () => {
  for (const [uri, routes, uriAfter, routesAfter] of OWN) {
    const headers = routes.map((route) => `Route: ${route}`);
    const result = withoutOwnRoutes(world, request({ uri, headers }));
    assertEquals([result.uri, headerValues(result, "route")], [uriAfter, routesAfter], uri);
  }
});

const STRICT: [routes: string[], uri: string, after: string[]][] = [
  [[], "sip:b@x", []],
  [[FOREIGN], "sip:b@x", [FOREIGN]],
  [["<sip:old.example.com>"], "sip:old.example.com", ["<sip:b@x>"]],
  [["<sip:old.example.com?x=1;lr>"], "sip:old.example.com", ["<sip:b@x>"]],
  [["<sip:old.example.com;x=1>", FOREIGN], "sip:old.example.com;x=1", [FOREIGN, "<sip:b@x>"]],
];

Deno.test("a next hop without lr gets its own URI and the target last (RFC 3261 §16.6)", () => {
  for (const [routes, uri, after] of STRICT) {
    const headers = routes.map((route) => `Route: ${route}`);
    const result = withStrictRoute(request({ uri: "sip:b@x", headers }));
    assertEquals([result.uri, headerValues(result, "route")], [uri, after]);
  }
});

const RECORDED: [method: string, first: boolean, later: boolean][] = [
  ["INVITE", true, true],
  ["SUBSCRIBE", true, true],
  ["NOTIFY", true, true],
  ["REFER", true, true],
  ["UPDATE", true, true],
  ["BYE", false, true],
  ["INFO", false, true],
  ["REGISTER", false, false],
  ["MESSAGE", false, false],
  ["OPTIONS", false, false],
  ["PUBLISH", false, false],
];

Deno.test("our Record-Route goes into what makes or is in a dialog, and nothing else (D2)", () => {
  for (const [method, first, later] of RECORDED) {
    assertEquals([isRecorded(method, false), isRecorded(method, true)], [first, later], method);
  }
});

Deno.test("our entry names the listener and is read back", () => {
  const view = { listener: world.network.listeners[0]!, ip: "192.168.1.1", port: 5060 };
  assertEquals(ownRoute(view), "<sip:192.168.1.1:5060;lr>");
  assertEquals(routeUri(ownRoute(view))?.host, "192.168.1.1");
  assertEquals(routeUri("<rubbish"), undefined);
});
