import { assertEquals } from "@std/assert";
import { type Description, requestOf } from "../../../src/media/party.ts";
import { PHONE, PROVIDER } from "./stage.ts";
import { ANYBODY } from "../base/anybody.ts";

const BASE: Description = {
  session: "s",
  holder: ANYBODY,
  exchange: "e",
  caller: true,
  dialog: "a",
  from: PHONE,
  to: PROVIDER,
  early: false,
  contentType: "application/sdp",
  body: "",
  now: 0,
};

const CASES: [change: Partial<Description>, request: boolean | undefined][] = [
  [{ request: true }, true],
  [{ request: false, dialog: undefined }, false],
  [{ early: true }, false],
  [{ dialog: undefined }, true],
  [{ dialog: undefined, caller: false }, undefined],
  [{}, undefined],
];

Deno.test("a first INVITE is a request and a 1xx a response, even if nobody says so", () => {
  for (const [change, request] of CASES) assertEquals(requestOf({ ...BASE, ...change }), request);
});
