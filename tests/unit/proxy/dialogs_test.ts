import { assert, assertEquals } from "@std/assert";
import {
  type Dialog,
  dialogKey,
  Dialogs,
  dialogTags,
  type InsideParty,
} from "../../../src/proxy/dialogs.ts";
import { request } from "./messages.ts";
import { ALICE, flow } from "./world_fixture.ts";
import { ANYBODY } from "../base/anybody.ts";

function party(token = "token"): InsideParty {
  return {
    token,
    holder: ANYBODY,
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

function hold(dialogs: Dialogs, token?: string): InsideParty {
  const held = dialogs.hold(party(token));
  assert(typeof held !== "string", "no place");
  return held;
}

function dialog(of: InsideParty, outsideTag: string): Dialog {
  const tags = { callId: "call", insideTag: "in", outsideTag };
  return {
    ...tags,
    key: dialogKey("call", "in", outsideTag),
    holder: ANYBODY,
    party: of,
  } as Dialog;
}

Deno.test("an inside party lives as long as somebody needs it", () => {
  const dialogs = new Dialogs({ limit: 10 });
  const held = hold(dialogs);
  const first = dialog(held, "1");
  const second = dialog(held, "2");
  assertEquals([dialogs.add(first), dialogs.add(second)], [undefined, undefined]);
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
  const dialogs = new Dialogs({ limit: 10 });
  const held = hold(dialogs);
  const one = dialog(held, "1");
  dialogs.add(one);
  dialogs.delete(one);
  dialogs.delete(one);
  assertEquals(held.users, 1);
  assertEquals(dialogs.party("token"), held);
});

Deno.test("a second holder gets the party that is there", () => {
  const dialogs = new Dialogs({ limit: 10 });
  const first = hold(dialogs);
  assertEquals(dialogs.hold(party()) === first, true);
  assertEquals(first.users, 2);
  assertEquals(dialogs.hold(party("other")) === first, false);
});

Deno.test("dialogs and parties have so many places each", () => {
  const dialogs = new Dialogs({ limit: 2 });
  const first = hold(dialogs);
  const added = ["1", "2", "3"].map((tag) => dialogs.add(dialog(first, tag)));
  assertEquals(added, [undefined, undefined, "full"]);
  const second = hold(dialogs, "other");
  assertEquals(dialogs.hold(party("third")), "full");
  dialogs.release(second);
  assertEquals([hold(dialogs, "third").users, dialogs.parties], [1, 2]);
});

Deno.test("forks are those that have the Call-ID and the tag of one party in common, while they last", () => {
  const dialogs = new Dialogs({ limit: 9 });
  const held = hold(dialogs);
  const [one, two] = [dialog(held, "1"), dialog(held, "2")];
  for (const each of [one, two]) dialogs.add(each);
  const forks = (outsideTag: string, insideTag = "in") =>
    dialogs.forksOf({ callId: "call", insideTag, outsideTag });
  assertEquals(forks("3"), [[one, two], []]);
  assertEquals(forks("2", "elsewhere"), [[], [two]]);
  dialogs.delete(one);
  dialogs.delete(two);
  assertEquals(forks("2"), [[], []]);
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
