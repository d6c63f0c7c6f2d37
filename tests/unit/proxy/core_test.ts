import { assertEquals } from "@std/assert";
import { LIMITS } from "../../../src/base/limits.ts";
import { answerText, audio, header, requestText } from "./messages.ts";
import { callIn, callOut, register, sentRequest, servers, Stage } from "./stage.ts";
import { ALICE, BOB } from "./world_fixture.ts";

const CONTACT = { contact: `<sip:alice@${ALICE}>` };

Deno.test("a call to our own address is handed to the other side, and nothing of it leaves (N2)", () => {
  const stage = new Stage();
  register(stage, "alice", ALICE);
  register(stage, "bob", BOB);
  stage.inside(
    requestText({ ...CONTACT, uri: "sip:bob@192.168.1.1", body: audio("192.168.1.20") }),
  );
  const sent = stage.take();
  assertEquals(sent.map(({ text, to }) => `${text.slice(0, 10)} ${to}`), [
    `SIP/2.0 10 ${ALICE}`,
    `INVITE sip ${BOB}`,
  ]);
  const rung = sentRequest(sent[1]!);
  stage.inside(
    answerText(rung, 200, {
      tag: "b",
      headers: [["Contact", `<sip:bob@${BOB}>`]],
      body: audio("192.168.1.21"),
    }),
    BOB,
  );
  const answer = stage.one("SIP/2.0 200");
  assertEquals([answer.to, answer.committed], [ALICE, true]);
  assertEquals(stage.calls.length, 2);
});

Deno.test("answers that we hand to ourselves leave no place taken (DESIGN §8)", () => {
  const stage = new Stage();
  register(stage);
  const bad = (call: number) =>
    requestText({ method: "MESSAGE", uri: "sip:nobody@192.168.1.1", call: `${call}` });
  for (let call = 0; call < 1_030; call++) stage.inside(bad(call));
  const answers = stage.take();
  assertEquals(answers.length, 1_030);
  stage.inside("MESSAGE sip:x SIP/2.0\r\nVia: SIP/2.0/UDP h\r\nTo: <sip:x@h>\r\n\r\n");
  assertEquals(stage.take().length, 1);
});

Deno.test("what must not be lost waits for its record: INVITEs, their 100, and 2xx to REGISTER and INVITE (X1)", () => {
  const stage = new Stage();
  stage.inside(requestText(CONTACT));
  const [invite, trying] = stage.take();
  assertEquals([invite!.committed, trying!.committed], [true, true]);
  assertEquals(trying!.text.slice(0, 11), "SIP/2.0 100");
  const order = stage.effects.map((effect) =>
    effect.type === "sip.send" ? effect.text.slice(0, 6) : effect.type
  );
  const [stored, sent] = [order.indexOf("store.set"), order.indexOf("INVITE")];
  assertEquals(stored >= 0 && stored < sent, true, order.join(", "));
  stage.inside(requestText({ method: "MESSAGE", call: "2" }));
  assertEquals(stage.take().map(({ committed }) => committed), [false]);
});

Deno.test("the failure of a call to ourselves is on disk before it leaves: its call was never written (X1)", () => {
  const stage = new Stage();
  register(stage);
  const before = stage.effects.length;
  stage.inside(requestText({ uri: "sip:nobody@192.168.1.1" }));
  assertEquals(stage.lines(), [
    `SIP/2.0 100 Trying > ${ALICE}`,
    `SIP/2.0 404 Not Found > ${ALICE}`,
  ]);
  const order = stage.effects.slice(before).flatMap((effect) => {
    if (effect.type === "store.set") return [`${effect.key[1]} ${effect.when}`];
    return effect.type === "sip.send" ? [effect.committed ? "waits" : "goes"] : [];
  });
  assertEquals(order, ["failure urgent", "waits", "waits"]);
});

Deno.test("a port of a call that another program has taken costs no spare port, a lack of files does (X4)", () => {
  for (const inUse of [true, false, undefined]) {
    const stage = new Stage();
    const port = /m=audio (\d+) /.exec(callOut(stage).body)?.[1];
    const bound = stage.effects.find((effect) =>
      effect.type === "media.bind" && effect.pair.port === Number(port)
    );
    const { pair } = bound?.type === "media.bind" ? bound.pair : { pair: -1 };
    const before = stage.effects.length;
    const why = inUse === undefined ? {} : { inUse };
    stage.event({ type: "media.gone", pair, reason: "test", ...why });
    stage.pass(250);
    const [first] = stage.effects.slice(before).filter(({ type }) => type.startsWith("media."));
    assertEquals(first?.type, inUse === true ? "media.bind" : "media.close", `${inUse}`);
  }
});

Deno.test("an answer of the resolver to nothing is ignored", () => {
  const stage = new Stage();
  stage.event({ type: "dns.answer", ticket: 99, answer: servers() });
  assertEquals(stage.take(), []);
});

Deno.test("a message without an owner any more has no destination", () => {
  const { core } = new Stage();
  assertEquals(core.destination({ kind: "client", id: 5 }), undefined);
});

Deno.test("the cost of a message does not follow the number of bindings", () => {
  // One PBX with many accounts behind one address, all with one Contact: the worst case for a search.
  const stage = new Stage();
  for (let count = 0; count < 300; count++) register(stage, `a${count}`, ALICE);
  stage.inside(
    requestText({
      from: "<sip:a250@example.com>;tag=1",
      contact: `<sip:pbx@${ALICE}>`,
      uri: "tel:+49",
    }),
  );
  assertEquals(header(sentRequest(stage.one("INVITE")), "from"), "<sip:a250@example.com>;tag=1");
});

Deno.test("after any end of many calls every table is empty again", () => {
  const stage = new Stage();
  const ends = [200, 302, 404, 408, 486, 503, 603, undefined];
  for (const [index, status] of ends.entries()) {
    const call = `call-${index}`;
    stage.inside(requestText({ ...CONTACT, call, body: audio("192.168.1.20") }));
    const invite = sentRequest(stage.one("INVITE"));
    if (index % 2 === 0) stage.outside(answerText(invite, 180));
    if (status !== undefined) {
      stage.outside(
        answerText(invite, status, {
          tag: "b",
          body: status === 200 ? audio("198.51.100.10") : "",
        }),
      );
    }
  }
  stage.pass(1_200_000);
  const { timers, ...tables } = stage.tables;
  assertEquals(Object.values(tables).filter((size) => size !== 0), []);
  // The keep-alive's goes on for ever.
  assertEquals(timers, 1);
  assertEquals(stage.calls, []);
  assertEquals(LIMITS.calls > ends.length, true);
});

Deno.test("a message that waits for the disk has an urgent record in front of it (X1)", () => {
  const stage = new Stage();
  const masked = register(stage);
  callOut(stage, { call: "out" });
  callIn(stage, masked);
  const urgent = [{ wait: 0, records: 0 }];
  for (const effect of stage.effects) {
    if (effect.type === "store.set" && effect.when === "urgent") urgent.at(-1)!.records++;
    if (effect.type !== "sip.send" || !effect.committed) continue;
    if (effect.text.startsWith("SIP/2.0 100")) continue;
    urgent.at(-1)!.wait++;
    urgent.push({ wait: 0, records: 0 });
  }
  // 2xx to the REGISTER, INVITE out and its 2xx, INVITE in and its 2xx.
  assertEquals(urgent.slice(0, -1), Array(5).fill({ wait: 1, records: 1 }));
});
