import { Tally } from "../../../src/media/tally.ts";
import { assert, assertEquals } from "@std/assert";
import { MEDIA_LIMITS } from "../../../src/base/limits.ts";
import { FarEnd, type Leg } from "../../../src/media/far_end.ts";
import { Negotiation, type Sdp } from "../../../src/media/offer_answer.ts";
import { RelayTable } from "../../../src/media/relay_table.ts";
import { streamOf } from "../../../src/media/stream.ts";
import { parseDescription } from "../../../src/sdp/description.ts";
import {
  audio,
  ENVIRONMENT,
  FAR_IP,
  INSIDE_LOCAL,
  OUTSIDE_LOCAL,
  PHONE_IP,
  rtp,
  Stage,
} from "../media/stage.ts";
import { ANYBODY } from "./anybody.ts";

/** An answer of the called party. */
function answer(dialog: string, exchange: string): Sdp {
  const party = { side: "outside" as const, local: "192.0.2.9", sipIp: "192.0.2.1" };
  const statement = { party, streams: [] };
  return { role: "called", exchange, dialog, request: false, mark: exchange, statement };
}

/** An offer of the caller within a dialog. */
function offer(dialog: string, exchange: string): Sdp {
  return { ...answer(dialog, exchange), role: "caller", request: true };
}

/** A leg of ours with one far end that named this address. */
function legTo(pair: number, side: "inside" | "outside", names: string): FarEnd {
  const [local, sipIp] = side === "inside" ? [INSIDE_LOCAL, PHONE_IP] : [OUTSIDE_LOCAL, FAR_IP];
  const hearing = {
    id: "call",
    heard: "a",
    settled: true,
    heardAt: 0,
    told: new Set<never>(),
    hear: () => {},
  };
  const leg: Leg = {
    ...{ stream: 0, role: "caller", side, local, pair, port: 10_000 + 2 * pair },
    ...{ hearing, shown: new Set(), ends: [], tally: new Tally() },
  };
  const read = parseDescription(audio(names));
  assert(read.ok);
  const stream = streamOf(read.value.media[0]!);
  const end = new FarEnd(leg, "a", { stream, sipIp, environment: ENVIRONMENT });
  leg.ends = [end];
  return end;
}

/** Audio of a phone that passes from one call of ours to the next so many times; where it comes out. */
function chain(joins: number): string | undefined {
  const table = new RelayTable();
  const ours = (pair: number) => `${OUTSIDE_LOCAL}:${10_000 + 2 * pair}`;
  const phone = legTo(0, "inside", `${PHONE_IP}:4000`);
  const ends = [phone];
  // Legs 1 and 2, 3 and 4, and so on name each other.
  for (let join = 0; join < joins; join++) {
    const [near, far] = [2 * join + 1, 2 * join + 2];
    ends.push(legTo(near, "outside", ours(far)), legTo(far, "outside", ours(near)));
  }
  ends.push(legTo(2 * joins + 1, "inside", "192.168.1.51:5000"));
  for (const end of ends) table.open(end.leg);
  for (let index = 0; index < ends.length; index += 2) ends[index]!.peer = ends[index + 1]!;
  const hop = table.route(0, PHONE_IP, 4000, rtp(), 1);
  return hop && `${hop.ip}:${hop.port}`;
}

/** Sends a row of four packets from a source that nobody signalled, with others' packets after the first three. */
function rowAmong(others: number): boolean {
  const stage = new Stage();
  const { outside } = stage.call();
  const send = (port: number, sequence: number) =>
    stage.send(`198.51.100.66:${port}`, outside, rtp({ sequence })) !== undefined;
  for (const sequence of [1, 2, 3]) send(1, sequence);
  for (let port = 2; port < 2 + others; port++) {
    for (const sequence of [1, 2, 3]) send(port, sequence);
  }
  return send(1, 4);
}

/** For every limit of media: reaches it, and shows what is done at the limit and what beyond it. */
export const MEDIA_REACHED: Record<keyof typeof MEDIA_LIMITS, () => void> = {
  emergencyPairs: () => {
    const stage = new Stage();
    const call = (name: string, urgent = false) => {
      const holder = { ...ANYBODY, name, urgent };
      const body = audio(`${PHONE_IP}:4000`);
      return stage.say({ session: name, holder, body }) === "ports";
    };
    // The range has 100 pairs on each side.
    const ordinary = 100 - MEDIA_LIMITS.emergencyPairs;
    for (let count = 0; count < ordinary; count++) assertEquals(call(`${count}`), false);
    assertEquals(call("more"), true);
    for (let count = 0; count < MEDIA_LIMITS.emergencyPairs; count++) {
      assertEquals(call(`help ${count}`, true), false);
    }
    assertEquals(call("one more", true), true);
  },
  leastPairs: () => {
    const stage = new Stage({ ports: { low: 10_000, high: 10_013 } });
    const holder = { name: "one", part: 1 / 16, guest: false };
    const calls = Array.from(
      { length: MEDIA_LIMITS.leastPairs + 1 },
      (_, count) =>
        stage.say({ session: `${count}`, holder, body: audio(`${PHONE_IP}:4000`) }) === "share",
    );
    assertEquals(calls, [...Array<boolean>(MEDIA_LIMITS.leastPairs).fill(false), true]);
  },
  dialogs: () => {
    const negotiation = new Negotiation();
    for (let index = 0; index < MEDIA_LIMITS.dialogs; index++) {
      assertEquals(negotiation.admits(`tag${index}`), true);
      negotiation.take(answer(`tag${index}`, "1"));
    }
    assertEquals([negotiation.admits("more"), negotiation.admits("tag0")], [false, true]);
  },
  answers: () => {
    for (const [more, known] of [[0, true], [1, false]] as const) {
      const negotiation = new Negotiation();
      for (let exchange = 0; exchange < MEDIA_LIMITS.answers + more; exchange++) {
        negotiation.take(offer("a", `${exchange}`));
        negotiation.take(answer("a", `${exchange}`));
      }
      const { dialogs } = negotiation.record();
      assertEquals(dialogs[0]![1].answers.called.includes("0"), known);
    }
  },
  joins: () => {
    assertEquals(chain(MEDIA_LIMITS.joins), "192.168.1.51:5000");
    assertEquals(chain(MEDIA_LIMITS.joins + 1), undefined);
  },
  candidates: () => {
    assertEquals(rowAmong(MEDIA_LIMITS.candidates - 1), true);
    assertEquals(rowAmong(MEDIA_LIMITS.candidates), false);
  },
  refusals: () => {
    const stage = new Stage();
    const { outside } = stage.call();
    const knock = (port: number) =>
      void stage.send(`192.0.2.66:${port}`, outside, new Uint8Array(4));
    for (let port = 1; port <= MEDIA_LIMITS.refusals + 1; port++) knock(port);
    assertEquals(stage.news().length, MEDIA_LIMITS.refusals);
    stage.pass(1_000);
    knock(9_999);
    assertEquals(stage.news(), ["refused 192.0.2.66:9999"]);
  },
  news: () => {
    const stage = new Stage();
    const { outside } = stage.call();
    for (let port = 1; port <= MEDIA_LIMITS.news + 1; port++) {
      if (port % 100 === 0) stage.pass(1_000);
      stage.send(`192.0.2.66:${port}`, outside, new Uint8Array(4));
    }
    assertEquals(stage.media.table.news.length, MEDIA_LIMITS.news);
    stage.send(`${FAR_IP}:30000`, outside);
    assertEquals(stage.news().at(-1), `first ${FAR_IP}:30000`);
  },
};
