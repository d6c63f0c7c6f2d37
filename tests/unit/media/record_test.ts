import { assert, assertEquals } from "@std/assert";
import {
  addressIn,
  audio,
  FAR_IP,
  FAR_RTP,
  INSIDE_LOCAL,
  OUTSIDE_LOCAL,
  PHONE_RTP,
  rtcp,
  rtp,
  sdp,
  Stage,
} from "./stage.ts";
import { ANYBODY } from "../base/anybody.ts";

function stored(stage: Stage, session = "call"): unknown {
  return JSON.parse(JSON.stringify(stage.media.record(session)));
}

/** A stage that goes on from what another one stored, its sockets bound. */
function restarted(before: Stage, session = "call"): Stage {
  const stage = new Stage();
  assert(
    stage.media.restore(session, stored(before, session), { holder: ANYBODY, now: stage.now }),
  );
  stage.settle();
  return stage;
}

Deno.test("a running call goes on: its ports, accepted sources and far ends", () => {
  const before = new Stage();
  const { inside, outside } = before.call();
  before.send(`${FAR_IP}:7`, outside);
  before.send(`${FAR_IP}:8`, rtcp(outside));
  const stage = restarted(before);
  assertEquals(stored(stage), stored(before));
  assertEquals(stage.send(`${FAR_IP}:9`, outside), undefined);
  assertEquals(stage.send(PHONE_RTP, inside), `${outside} > ${FAR_IP}:7`);
  assertEquals(stage.send(`${FAR_IP}:7`, outside), `${inside} > ${PHONE_RTP}`);
  assertEquals(stage.send(rtcp(PHONE_RTP), rtcp(inside)), `${rtcp(outside)} > ${FAR_IP}:8`);
  assertEquals(stage.send("192.0.2.1:5", outside), undefined);
  assertEquals(stage.send(`${FAR_IP}:9`, outside), undefined);
});

Deno.test("what a stream was before the restart is not known: nobody else continues it", () => {
  const before = new Stage();
  before.send(FAR_RTP, before.call().outside, rtp({ ssrc: 0, sequence: 1 }));
  const stage = restarted(before);
  const outside = addressIn(stage.say({ body: audio(PHONE_RTP) }));
  stage.pass(2_000);
  assertEquals(stage.send("192.0.2.66:5", outside, rtp({ ssrc: 0, sequence: 2 })), undefined);
});

Deno.test("a source that is served although the new address is unreachable is served on", () => {
  const before = new Stage();
  const { inside, outside } = before.call();
  before.send(FAR_RTP, outside);
  const exchange = "INVITE 2";
  before.say({ caller: false, exchange, request: true, body: audio("10.9.8.7:30000") });
  before.say({ exchange, dialog: "a", request: false, body: audio(PHONE_RTP) });
  const stage = restarted(before);
  assertEquals(stage.send(PHONE_RTP, inside), `${outside} > ${FAR_RTP}`);
  assertEquals(stage.send(FAR_RTP, outside), `${inside} > ${PHONE_RTP}`);
});

Deno.test("a source that only served on gives way after the restart as before it (L4)", () => {
  const server = "192.0.2.9:40000";
  const cases = [
    // An address that can be reached is spoken to at once, though nothing has come from it.
    {
      named: "198.51.100.77:30000",
      to: "198.51.100.77:30000",
      from: "198.51.100.77:30000",
      row: 1,
    },
    // One that cannot is learned from four packets in a row.
    { named: "10.9.8.7:30000", to: FAR_RTP, from: server, row: 4 },
  ];
  for (const { named, to, from, row } of cases) {
    const before = new Stage();
    const { inside, outside } = before.call();
    before.send(FAR_RTP, outside);
    const exchange = "INVITE 2";
    before.say({ caller: false, exchange, request: true, body: audio(named) });
    before.say({ exchange, dialog: "a", request: false, body: audio(PHONE_RTP) });
    const stage = restarted(restarted(before));
    assertEquals(stage.send(PHONE_RTP, inside), `${outside} > ${to}`);
    const sent = Array.from(
      { length: row },
      (_, index) => stage.send(from, outside, rtp({ ssrc: 5, sequence: index + 1 })),
    );
    assertEquals(sent.at(-1), `${inside} > ${PHONE_RTP}`);
    assertEquals(stage.send(PHONE_RTP, inside), `${outside} > ${from}`);
  }
});

Deno.test("who held by 0.0.0.0 before the restart and resumes after it is served where he was heard (L4)", () => {
  const hold = sdp("0.0.0.0", "m=audio 30000 RTP/AVP 0 101");
  for (const [resumed, to] of [[FAR_RTP, `${FAR_IP}:7`], [`${FAR_IP}:31000`, `${FAR_IP}:31000`]]) {
    const before = new Stage();
    const { inside, outside } = before.call();
    before.send(`${FAR_IP}:7`, outside);
    before.send(`${FAR_IP}:8`, rtcp(outside));
    before.say({ caller: false, exchange: "INVITE 2", request: true, body: hold });
    before.say({ exchange: "INVITE 2", dialog: "a", request: false, body: audio(PHONE_RTP) });
    const stage = restarted(restarted(before));
    assertEquals(stored(stage), stored(before));
    assertEquals(stage.send(PHONE_RTP, inside), `${outside} > ${FAR_IP}:7`);
    stage.say({ caller: false, exchange: "INVITE 3", request: true, body: audio(resumed!) });
    stage.say({ exchange: "INVITE 3", dialog: "a", request: false, body: audio(PHONE_RTP) });
    assertEquals(stage.send(PHONE_RTP, inside), `${outside} > ${to}`);
    const control = resumed === FAR_RTP ? `${FAR_IP}:8` : rtcp(resumed!);
    assertEquals(stage.send(rtcp(PHONE_RTP), rtcp(inside)), `${rtcp(outside)} > ${control}`);
  }
});

Deno.test("exactly its ports are bound, whether they are spare already or not", () => {
  const before = new Stage();
  const { inside, outside } = before.call();
  const record = before.media.record("call");
  const stage = new Stage({ spare: 0 });
  assert(stage.media.restore("call", record, { holder: ANYBODY, now: stage.now }));
  const asked = stage.effects.map((effect) =>
    effect.type === "media.bind" ? `${effect.pair.ip}:${effect.pair.port}` : ""
  );
  assertEquals(asked, [inside, outside]);
  const spare = new Stage({ spare: 100 });
  assert(spare.media.restore("call", record, { holder: ANYBODY, now: spare.now }));
  assertEquals(spare.effects, []);
  assertEquals(spare.send(PHONE_RTP, inside), `${outside} > ${FAR_RTP}`);
});

Deno.test("a port that another process still holds is tried again soon", () => {
  const before = new Stage();
  before.call();
  const stage = new Stage({ spare: 0 });
  stage.binds = false;
  assert(
    stage.media.restore("call", before.media.record("call"), { holder: ANYBODY, now: stage.now }),
  );
  const asked = stage.effects.splice(0);
  for (const effect of asked) {
    if (effect.type === "media.bind") stage.media.gone(effect.pair.pair, true, stage.now);
  }
  stage.pass(250);
  assertEquals(stage.effects, asked);
});

Deno.test("a ringing call's answer arrives after the restart", () => {
  const before = new Stage();
  const outside = addressIn(before.say({ body: audio(PHONE_RTP) }));
  const stage = restarted(before);
  const inside = addressIn(stage.say({ caller: false, body: audio(FAR_RTP) }));
  stage.media.confirmed("call", "a", stage.now);
  assertEquals(stage.send(PHONE_RTP, inside), `${outside} > ${FAR_RTP}`);
  assertEquals(stage.send(FAR_RTP, outside), `${inside} > ${PHONE_RTP}`);
});

Deno.test("the same body gives the same bytes before and after", () => {
  const before = new Stage();
  const body = audio(PHONE_RTP);
  const shown = before.say({ body });
  assertEquals(restarted(before).say({ body }), shown);
});

Deno.test("a re-INVITE that was open is refused or answered after the restart", () => {
  for (const answered of [true, false]) {
    const before = new Stage();
    const { inside, outside } = before.call();
    const exchange = "INVITE 2";
    before.say({ caller: false, exchange, request: true, body: audio("198.51.100.30:1") });
    const stage = restarted(before);
    if (answered) stage.say({ exchange, dialog: "a", request: false, body: audio(PHONE_RTP) });
    else stage.media.failed("call", exchange, stage.now);
    const target = answered ? "198.51.100.30:1" : FAR_RTP;
    assertEquals(stage.send(PHONE_RTP, inside), `${outside} > ${target}`);
  }
});

Deno.test("a dead call is found after the restart too", () => {
  const before = new Stage();
  before.call();
  const stage = restarted(before);
  stage.pass(299_999);
  assertEquals(stage.idle, []);
  stage.pass(1);
  assertEquals(stage.idle, ["call"]);
});

Deno.test("early forks are told apart after the restart", () => {
  const before = new Stage();
  const outside = addressIn(before.say({ body: audio(PHONE_RTP) }));
  for (const [dialog, far] of [["a", "198.51.100.21:1"], ["b", "198.51.100.22:2"]] as const) {
    before.say({ caller: false, dialog, early: true, body: audio(far) });
  }
  before.send("198.51.100.21:1", outside);
  const stage = restarted(before);
  const inside = addressIn(
    stage.say({ caller: false, dialog: "a", body: audio("198.51.100.21:1") }),
  );
  assertEquals(stage.send(PHONE_RTP, inside), `${outside} > 198.51.100.21:1`);
  stage.media.confirmed("call", "b", stage.now);
  assertEquals(stage.send(PHONE_RTP, inside), `${outside} > 198.51.100.22:2`);
});

Deno.test("joined calls are joined again, in whichever order they come back", () => {
  for (const order of [["out", "in"], ["in", "out"]]) {
    const before = new Stage();
    const second = {
      side: "inside" as const,
      local: INSIDE_LOCAL,
      shown: INSIDE_LOCAL,
      sipIp: "192.168.1.51",
    };
    const provider = {
      side: "outside" as const,
      local: OUTSIDE_LOCAL,
      shown: OUTSIDE_LOCAL,
      sipIp: "198.51.100.10",
    };
    const out = before.say({ session: "out", body: audio(PHONE_RTP) });
    const offered = before.say({ session: "in", from: provider, to: second, body: out });
    const answer = before.say({
      session: "in",
      caller: false,
      from: second,
      to: provider,
      body: audio("192.168.1.51:5000"),
    });
    const back = before.say({ session: "out", caller: false, body: answer });
    const stage = new Stage();
    for (const session of order) {
      assert(
        stage.media.restore(session, before.media.record(session), {
          holder: ANYBODY,
          now: stage.now,
        }),
      );
    }
    stage.settle();
    assertEquals(
      stage.send(PHONE_RTP, addressIn(back)),
      `${addressIn(offered)} > 192.168.1.51:5000`,
    );
  }
});

Deno.test("a session that lives is not overwritten, nor a port in use taken twice", () => {
  const stage = new Stage();
  stage.call();
  const record = stage.media.record("call");
  assertEquals(stage.media.restore("call", record, { holder: ANYBODY, now: stage.now }), false);
  assertEquals(stage.media.restore("other", record, { holder: ANYBODY, now: stage.now }), false);
  assertEquals([stage.media.has("other"), stage.media.record("nobody")], [false, undefined]);
});
