import { assertEquals } from "@std/assert";
import type { Passage } from "../../../src/proxy/contexts.ts";
import { type Dialog, dialogKey, ownDialog, ownParty } from "../../../src/proxy/dialogs.ts";
import { asFarEndWrote, farEndUris, withFarEndParties } from "../../../src/proxy/far_end_uris.ts";
import type { World } from "../../../src/proxy/world.ts";
import { headerValues } from "../../../src/sip/headers.ts";
import { request } from "./messages.ts";
import { ALICE, at, BOB, flow, makeBinding, makeWorld, PROVIDER } from "./world_fixture.ts";
import { ANYBODY } from "../base/anybody.ts";

const TARGET = "sip:gw@192.168.1.50:5060";

function addDialog(world: World, changes: Partial<Dialog> = {}): Dialog {
  const callId = changes.callId ?? "1";
  const party = ownParty({
    token: `token of ${callId}`,
    holder: ANYBODY,
    callId,
    tag: "in",
    uri: `sip:alice@${ALICE}`,
    maskedUser: "alice",
    flow: flow("inside", ALICE),
    routes: [],
    domain: undefined,
    name: "alice",
    users: 0,
  });
  const dialog = ownDialog({
    holder: ANYBODY,
    key: dialogKey(callId, "in", "out"),
    callId,
    insideTag: "in",
    outsideTag: "out",
    kind: "call",
    party,
    call: undefined,
    outsideTarget: TARGET,
    routeSet: [],
    pinned: flow("outside", PROVIDER),
    peers: [],
    identities: [],
    insideUri: "",
    outsideUri: "",
    cseq: { inside: 1, outside: 0 },
    hops: { inside: undefined, outside: undefined },
    confirmed: true,
    origin: -1,
    ended: false,
    deadline: undefined,
    ...changes,
  });
  world.dialogs.add(dialog);
  return dialog;
}

const inDialog = (dialog: Dialog | undefined) => ({ dialog }) as Passage;

Deno.test("what the far end wrote is its Contact, its route set and its own From and To (I)", () => {
  const world = makeWorld();
  const identities = [
    { inside: "sip:alice@192.168.1.20", outside: "sip:alice@example.com" },
    { inside: "sip:+1@192.168.1.60", outside: "sip:+1@192.168.1.60" },
  ];
  const routeSet = ["<sip:192.168.1.70;lr>"];
  const dialog = addDialog(world, { identities, routeSet });
  assertEquals(farEndUris(world, inDialog(dialog), request()), {
    targets: [TARGET, "sip:192.168.1.70;lr"],
    routes: ["<sip:192.168.1.70;lr>", `<${TARGET}>`],
    parties: ["sip:+1@192.168.1.60"],
    referred: [],
  });
  const none = { targets: [], routes: [], parties: [], referred: [] };
  assertEquals(farEndUris(world, inDialog(undefined), request()), none);
});

const OTHER = "sip:dave@192.168.1.51";
const REPLACES = "?Replaces=2%3Bto-tag%3Dout%3Bfrom-tag%3Din";

const REFERRED: [what: string, referTo: string, referred: string[]][] = [
  ["its own Contact", `<${TARGET}>`, [TARGET]],
  ["its own Contact with a Replaces of nobody", `<${TARGET}?Replaces=9%3Bto-tag%3D1>`, [TARGET]],
  ["the other dialog's Contact", `<${OTHER}${REPLACES}>`, [OTHER]],
  ["the other dialog's Contact without Replaces", `<${OTHER}>`, []],
  ["the other dialog's Contact with other tags", `<${OTHER}?Replaces=2%3Bto-tag%3Din>`, []],
  ["another Contact in that place", `<sip:x@192.168.1.51${REPLACES}>`, []],
  ["no URI of a host", "<tel:+49301>", []],
];

Deno.test("a Refer-To may name the far end's Contact, or another's at the same server by Replaces", () => {
  for (const [what, referTo, referred] of REFERRED) {
    const world = makeWorld();
    const dialog = addDialog(world);
    addDialog(world, { callId: "2", key: dialogKey("2", "in", "out"), outsideTarget: OTHER });
    const refer = request({ method: "REFER", headers: [`Refer-To: ${referTo}`] });
    assertEquals(farEndUris(world, inDialog(dialog), refer).referred, referred, what);
  }
});

Deno.test("not a phone of ours, not us, and not another server's Contact", () => {
  const world = makeWorld();
  world.bindings.set(makeBinding("bob", { uri: `sip:bob@${BOB}` }));
  for (const uri of [`sip:bob@${BOB}`, "sip:x@192.168.1.1"]) {
    const dialog = addDialog(world, { outsideTarget: uri });
    const refer = request({ method: "REFER", headers: [`Refer-To: <${uri}>`] });
    assertEquals(farEndUris(world, inDialog(dialog), refer).referred, [], uri);
  }
  const elsewhere = { ...flow("outside", PROVIDER), remote: at("198.51.100.99:5060") };
  const dialog = addDialog(world);
  addDialog(world, {
    callId: "2",
    key: dialogKey("2", "in", "out"),
    outsideTarget: OTHER,
    pinned: elsewhere,
  });
  const refer = request({ method: "REFER", headers: [`Refer-To: <${OTHER}${REPLACES}>`] });
  assertEquals(farEndUris(world, inDialog(dialog), refer).referred, []);
});

Deno.test("not the Contact of a dialog that is over", () => {
  const refer = request({ method: "REFER", headers: [`Refer-To: <${OTHER}${REPLACES}>`] });
  for (const ended of [false, true]) {
    const world = makeWorld();
    const dialog = addDialog(world);
    const key = dialogKey("2", "in", "out");
    addDialog(world, { callId: "2", key, outsideTarget: OTHER, ended });
    const { referred } = farEndUris(world, inDialog(dialog), refer);
    assertEquals(referred, ended ? [] : [OTHER], String(ended));
  }
});

Deno.test("From and To with an inside host are noted once, a few of them, others are not", () => {
  const world = makeWorld();
  const masked = { inside: "sip:a@192.168.1.20", outside: "sip:a@example.com" };
  const parties = { from: "<sip:+1@192.168.1.60>;tag=1", to: "<sip:alice@example.com>" };
  const noted = withFarEndParties(world, [masked], request(parties));
  const own = "sip:+1@192.168.1.60";
  assertEquals(noted, [masked, { inside: own, outside: own }]);
  assertEquals(withFarEndParties(world, noted, request(parties)), noted);
  // The phone's own URI is none of the far end's, though that should write it.
  const guessed = { ...parties, from: "<sip:a@192.168.1.20>;tag=1" };
  assertEquals(withFarEndParties(world, [masked], request(guessed)), [masked]);
  let many = noted;
  for (let index = 0; index < 9; index++) {
    const from = `<sip:${index}@192.168.1.60>;tag=1`;
    many = withFarEndParties(world, many, request({ ...parties, from }));
  }
  assertEquals(many.length, 4);
});

const SPELLINGS: [routes: string[], route: string[]][] = [
  [[], ["<sip:p.example;lr;x=1>", "<sip:192.168.1.70;lr>"]],
  [["<sip:P.example;lr>, <sip:192.168.1.70>"], ["<sip:p.example;lr;x=1>", "<sip:192.168.1.70;lr>"]],
  [["sip:p.example;lr, sip:192.168.1.70;lr"], ["<sip:p.example;lr;x=1>", "<sip:192.168.1.70;lr>"]],
  [["<sip:p.example;lr>"], ["<sip:p.example;lr>"]],
  [["<sip:p.example;lr>", "<sip:192.168.1.71;lr>"], [
    "<sip:p.example;lr>",
    "<sip:192.168.1.71;lr>",
  ]],
];

Deno.test("a target and a route set in the phone's spelling go out as the far end wrote them (D3)", () => {
  const routeSet = ["<sip:p.example;lr;x=1>", "<sip:192.168.1.70;lr>"];
  const dialog = addDialog(makeWorld(), { routeSet });
  for (const [routes, expected] of SPELLINGS) {
    const headers = routes.map((route) => `Route: ${route}`);
    const written = asFarEndWrote(request({ headers }), dialog);
    assertEquals(headerValues(written, "route"), expected);
  }
  assertEquals(asFarEndWrote(request({ uri: `${TARGET};x=1` }), dialog).uri, TARGET);
  assertEquals(
    asFarEndWrote(request({ uri: "sip:x@192.168.1.50" }), dialog).uri,
    "sip:x@192.168.1.50",
  );
  const out = request();
  assertEquals(asFarEndWrote(out, undefined), out);
});
