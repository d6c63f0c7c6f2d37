import { assertEquals } from "@std/assert";
import {
  type Dialog,
  dialogKey,
  Dialogs,
  dialogTags,
  type InsideParty,
} from "../../../src/proxy/dialogs.ts";
import { ALICE, flow, request } from "./world_fixture.ts";

function party(token = "token"): InsideParty {
  return {
    token,
    callId: "call",
    tag: "in",
    uri: `sip:alice@${ALICE}`,
    maskedUser: "alice",
    flow: flow("inside", ALICE),
    routes: [],
    domain: "example.com",
    name: "alice",
    users: 0,
  };
}

function dialog(of: InsideParty, outsideTag: string): Dialog {
  return { key: dialogKey("call", "in", outsideTag), party: of } as Dialog;
}

Deno.test("an inside party lives as long as somebody needs it", () => {
  const dialogs = new Dialogs(10);
  const held = dialogs.hold(party())!;
  const first = dialog(held, "1");
  const second = dialog(held, "2");
  assertEquals([dialogs.add(first), dialogs.add(second)], [true, true]);
  assertEquals([held.users, dialogs.size, dialogs.parties], [3, 2, 1]);
  dialogs.release(held);
  dialogs.delete(first);
  assertEquals(dialogs.party("token"), held);
  assertEquals(dialogs.get(first.key), undefined);
  dialogs.delete(second);
  assertEquals(dialogs.party("token"), undefined);
  assertEquals([dialogs.size, dialogs.parties], [0, 0]);
});

Deno.test("a dialog is let go once, however often it is removed", () => {
  const dialogs = new Dialogs(10);
  const held = dialogs.hold(party())!;
  const one = dialog(held, "1");
  dialogs.add(one);
  dialogs.delete(one);
  dialogs.delete(one);
  assertEquals(held.users, 1);
  assertEquals(dialogs.party("token"), held);
});

Deno.test("a second holder gets the party that is there", () => {
  const dialogs = new Dialogs(10);
  const first = dialogs.hold(party());
  assertEquals(dialogs.hold(party()) === first, true);
  assertEquals(first?.users, 2);
  assertEquals(dialogs.hold(party("other")) === first, false);
});

Deno.test("a key tells Call-ID, inside and outside tag apart (T3)", () => {
  const keys = [
    dialogKey("a", "b", "c"),
    dialogKey("a", "c", "b"),
    dialogKey("ab", "", "c"),
    dialogKey("a", "bc", ""),
  ];
  assertEquals(new Set(keys).size, 4);
});

Deno.test("tags are told by the side a request comes from (T3)", () => {
  const to = "<sip:bob@example.com>;tag=bob";
  assertEquals(dialogTags(request({ to }), "inside"), {
    call: "call-1",
    insideTag: "alice",
    outsideTag: "bob",
  });
  assertEquals(dialogTags(request(), "outside"), {
    call: "call-1",
    insideTag: "",
    outsideTag: "alice",
  });
});
