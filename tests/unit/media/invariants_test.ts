import { assert, assertEquals } from "@std/assert";
import { anyContains, isSpecial } from "../../../src/base/cidr.ts";
import type { MediaParty } from "../../../src/media/party.ts";
import { Session } from "../../../src/media/session.ts";
import {
  ENVIRONMENT,
  FAR_IP,
  INSIDE_LOCAL,
  OUTSIDE_LOCAL,
  PHONE,
  PHONE_IP,
  PROVIDER,
  PROXY_IP,
  rtp,
  sdp,
  Stage,
} from "./stage.ts";
import { ANYBODY } from "../base/anybody.ts";

const SECOND_PHONE: MediaParty = { ...PHONE, sipIp: "192.168.1.51" };
const SESSIONS = ["one", "two", "three"];
const TAGS = ["a", "b"];
const PORTS = [4000, 4002, 30_000, 30_001, 10_010];
const IPS = [
  PHONE_IP,
  "192.168.1.51",
  FAR_IP,
  PROXY_IP,
  "198.51.100.99",
  "192.0.2.66",
  "10.9.8.7",
  "0.0.0.0",
  OUTSIDE_LOCAL,
  INSIDE_LOCAL,
  "far.example.org",
];
const EXTRAS = ["a=sendonly", "a=inactive", "a=rtcp:4501", "a=rtcp-mux", "a=ptime:20"];
const KINDS = ["m=audio P RTP/AVP 0 101", "m=video P RTP/AVP 0", "m=image P udptl t38"];

/** One random life of a few sessions, with what an observer knows about it. */
class Life {
  stage = new Stage();
  /** `session ip:port` of all that was ever described. */
  readonly signalled = new Set<string>();
  /** `our address < ip:port` of all that was reported as accepted. */
  readonly accepted = new Set<string>();
  routed = 0;
  #state: number;
  #last: (() => string) | undefined;

  constructor(seed: number) {
    this.#state = seed;
  }

  step(): void {
    const acts: (() => void)[] = [
      () => this.#describe(),
      () => this.#call(),
      () => this.#again(),
      ...new Array(10).fill(() => this.#packets()),
      () => this.stage.pass(this.#upTo(6_000)),
      () => this.stage.media.confirmed(this.#of(SESSIONS), this.#of(TAGS), this.stage.now),
      () => this.stage.media.failed(this.#of(SESSIONS), this.#exchange(), this.stage.now),
      () => this.stage.media.forkEnded(this.#of(SESSIONS), this.#of(TAGS)),
      () => this.#rarely(() => this.#end(this.#of(SESSIONS))),
      () => this.#rarely(() => this.#restart()),
    ];
    this.#of(acts)();
    this.stage.settle();
  }

  /** Ends all sessions; every pair must be free or spare again. */
  finish(): void {
    for (const session of SESSIONS) this.#end(session);
    const { pools, sessions } = this.stage.media.snapshot() as {
      pools: { ip: string; spare: number; taken: number; free: number }[];
      sessions: unknown[];
    };
    assertEquals(sessions, []);
    for (const pool of pools) {
      assertEquals([pool.taken, pool.spare + pool.free], [0, 100], JSON.stringify(pool));
    }
  }

  /** Anything, in any order. */
  #describe(): void {
    const session = this.#of(SESSIONS);
    const caller = this.#upTo(2) === 0;
    const first = caller && this.#upTo(2) === 0;
    const pair = this.#of([[PHONE, PROVIDER], [PROVIDER, SECOND_PHONE]] as const);
    const dialog = first ? undefined : this.#of(TAGS);
    this.#say({ session, caller, exchange: this.#exchange(), dialog, pair, ip: this.#of(IPS) });
  }

  /** An offer and its answer, as phones do it. */
  #call(): void {
    const session = this.#of(SESSIONS);
    const pair = session === "one" ? [PHONE, PROVIDER] as const : [PROVIDER, SECOND_PHONE] as const;
    const [near, far] = [this.#of(IPS.slice(0, 2)), this.#of(IPS.slice(2))];
    const both = pair[0] === PHONE ? [near, far] as const : [far, near] as const;
    const exchange = this.#exchange();
    this.#say({ session, caller: true, exchange, dialog: undefined, pair, ip: both[0] });
    this.#say({ session, caller: false, exchange, dialog: this.#of(TAGS), pair, ip: both[1] });
  }

  #say(options: {
    session: string;
    caller: boolean;
    exchange: string;
    dialog: string | undefined;
    pair: readonly [MediaParty, MediaParty];
    ip: string;
  }): void {
    const { session, caller, exchange, dialog, pair, ip } = options;
    const [left, right] = pair;
    const lines = Array.from({ length: 1 + this.#upTo(2) }, () => [
      this.#of(KINDS).replace("P", String(this.#of([0, ...PORTS, ...PORTS]))),
      ...(this.#upTo(2) === 0 ? [this.#of(EXTRAS)] : []),
    ]).flat();
    const body = sdp(ip, ...lines);
    for (const [, port] of body.matchAll(/^m=\S+ (\d+)/gm)) {
      for (const add of [0, 1]) this.signalled.add(`${session} ${ip}:${Number(port) + add}`);
    }
    this.signalled.add(`${session} ${ip}:4501`);
    const saying = {
      session,
      caller,
      exchange,
      dialog,
      from: caller ? left : right,
      to: caller ? right : left,
      request: this.#of([true, false]),
      body,
    };
    this.#last = () => this.stage.say(saying);
    this.#last();
    this.#again();
  }

  /** The same body once more: the same bytes, and nothing changed. */
  #again(): void {
    if (this.#last === undefined) return;
    const first = this.#last();
    const before = JSON.stringify(this.stage.media.snapshot());
    assertEquals(this.#last(), first);
    assertEquals(JSON.stringify(this.stage.media.snapshot()), before);
  }

  #packets(): void {
    const { table } = this.stage.media;
    const open = Array.from({ length: 400 }, (_, number) => number)
      .filter((number) => table.legOf(number) !== undefined);
    if (open.length === 0) return;
    const socket = this.#of(open);
    const { ip, port } = this.#source(socket);
    const first = this.#upTo(65_536);
    const ssrc = this.#upTo(3);
    for (let index = 0; index < 1 + this.#upTo(6); index++) {
      const bytes = this.#upTo(6) === 0
        ? new Uint8Array(5)
        : rtp({ sequence: first + index, ssrc });
      const hop = this.stage.media.table.route(socket, ip, port, bytes, this.stage.now);
      const target = hop === undefined ? undefined : { ...hop };
      this.#readNews();
      if (target !== undefined) this.#judge({ socket, ip, port }, target);
    }
  }

  /** Mostly somebody the leg has heard of, else anybody. */
  #source(socket: number): { ip: string; port: number } {
    const end = this.stage.media.table.legOf(socket)!.ends[0];
    const track = end?.tracks[socket & 1 ? 1 : 0];
    if (track?.signalledIp !== undefined && this.#upTo(3) > 0) {
      return { ip: track.signalledIp, port: track.signalledPort + this.#of([0, 0, 0, 1]) };
    }
    const ips = IPS.filter((text) => text !== "0.0.0.0" && !text.startsWith("far"));
    return { ip: this.#of(ips), port: this.#of(PORTS) };
  }

  #judge(
    source: { socket: number; ip: string; port: number },
    target: { socket: number; ip: string; port: number },
  ): void {
    this.routed++;
    const table = this.stage.media.table;
    const [from, to] = [table.legOf(source.socket)!, table.legOf(target.socket)!];
    const cameFrom = `${from.local}:${
      from.port + (source.socket & 1)
    } < ${source.ip}:${source.port}`;
    assert(this.accepted.has(cameFrom), `never accepted: ${cameFrom}`);
    const goesTo = `${to.local}:${to.port + (target.socket & 1)} < ${target.ip}:${target.port}`;
    assert(to.hearing instanceof Session);
    const said = this.signalled.has(`${to.hearing.id} ${target.ip}:${target.port}`);
    assert(said || this.accepted.has(goesTo), `neither signalled nor accepted: ${goesTo}`);
    for (const [leg, ip] of [[from, source.ip], [to, target.ip]] as const) {
      const inside = anyContains(ENVIRONMENT.insideNetworks, ip);
      assertEquals(leg.side === "inside", inside, `${leg.side} ${ip}`);
      assert(!isSpecial(ip) && ip !== OUTSIDE_LOCAL, ip);
    }
    assertEquals(source.socket & 1, target.socket & 1);
  }

  #readNews(): void {
    for (const { kind, socket, ip, port } of this.stage.media.table.news.splice(0)) {
      if (kind === "refused") continue;
      const leg = this.stage.media.table.legOf(socket)!;
      this.accepted.add(`${leg.local}:${leg.port + (socket & 1)} < ${ip}:${port}`);
    }
  }

  #end(session: string): void {
    this.stage.media.end(session, this.stage.now);
    this.stage.settle();
    this.#last = undefined;
    for (const entry of this.signalled) {
      if (entry.startsWith(`${session} `)) this.signalled.delete(entry);
    }
  }

  /** A crash: what was recorded comes back in another order, on the same ports. */
  #restart(): void {
    const stage = new Stage();
    stage.now = this.stage.now + 10_000;
    for (const session of [...SESSIONS].reverse()) {
      const record = this.stage.media.record(session);
      if (record === undefined) continue;
      const stored = JSON.parse(JSON.stringify(record));
      assert(stage.media.restore(session, stored, { holder: ANYBODY, now: stage.now }), session);
      assertEquals(JSON.parse(JSON.stringify(stage.media.record(session))), stored);
    }
    stage.settle();
    this.stage = stage;
    this.#last = undefined;
  }

  #exchange(): string {
    return this.#of(["INVITE 1", "INVITE 2", "UPDATE 3", "PRACK 4"]);
  }

  #rarely(act: () => void): void {
    if (this.#upTo(8) === 0) act();
  }

  #of<T>(list: readonly T[]): T {
    return list[this.#upTo(list.length)]!;
  }

  #upTo(limit: number): number {
    this.#state = (this.#state * 48_271) % 2_147_483_647;
    return Math.floor(this.#state / 2_147_483_647 * limit);
  }
}

Deno.test("whatever happens, packets pass only between signalled and accepted addresses, and ports return", () => {
  let routed = 0;
  for (let seed = 1; seed <= 40; seed++) {
    const life = new Life(seed * 7_919);
    for (let step = 0; step < 250; step++) life.step();
    life.finish();
    routed += life.routed;
  }
  // A life in which nothing is ever relayed would prove nothing.
  assert(routed > 1_000, `only ${routed} packets were relayed`);
});
