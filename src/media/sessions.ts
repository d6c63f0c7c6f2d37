import { sha256Hex } from "../base/hash.ts";
import { ok, refuse, type Result } from "../base/result.ts";
import type { Holder } from "../base/shares.ts";
import { isLive, type SessionDescription } from "../sdp/description.ts";
import { readSdpBody } from "../sdp/body.ts";
import type { Leg, Role } from "./far_end.ts";
import { IdleWatch } from "./idle_watch.ts";
import { otherRole } from "./offer_answer.ts";
import type { MediaOptions } from "./options.ts";
import { type Described, type Description, partyOf, requestOf, type Shown } from "./party.ts";
import type { NoPorts } from "./local_pool.ts";
import { PortPool } from "./port_pool.ts";
import { type MediaEnvironment, NOWHERE, servesOneSide } from "./reach.ts";
import { readRecord, writeRecord } from "./record.ts";
import { type RelayNews, RelayTable } from "./relay_table.ts";
import { Session } from "./session.ts";
import { type MediaSnapshot, snapshotOf } from "./snapshot.ts";
import { streamOf } from "./stream.ts";
import { type MediaTotals, Tally, totalsOf } from "./tally.ts";
import { missingLegs, type WantedLegs } from "./wanted_legs.ts";
import { written } from "./written.ts";

export type { MediaOptions } from "./options.ts";
export type { MediaEffect } from "./port_pool.ts";
export type { MediaPair, NoPorts } from "./local_pool.ts";
export type { Described, Description, MediaParty, Shown } from "./party.ts";
export type { MediaEnvironment, Viewpoint } from "./reach.ts";
export type { MediaTotals } from "./tally.ts";

const SPARE_PAIRS = 16;

/** The media of all calls: descriptions in and out, port pairs, and the relay table (RULES P, L, X2–X4). */
export class MediaSessions {
  /** What the receive loop asks. */
  readonly table: RelayTable;
  readonly #sessions = new Map<string, Session>();
  readonly #pool: PortPool;
  readonly #watch: IdleWatch;
  readonly #dirty = new Set<string>();
  #environment: MediaEnvironment = NOWHERE;

  constructor(options: MediaOptions) {
    this.table = new RelayTable(options.ports);
    const isOneSided = (ip: string) => servesOneSide(this.#environment, ip);
    this.#pool = new PortPool({ ...options, spare: options.spare ?? SPARE_PAIRS, isOneSided });
    this.#watch = new IdleWatch(options);
  }

  /** Says what is known of addresses and routes; spare pairs follow it. */
  setEnvironment(environment: MediaEnvironment, _now: number): void {
    this.#environment = environment;
    this.table.setEnvironment(environment);
    this.#pool.setLocals([...new Set(environment.locals.map((local) => local.ip))]);
    for (const session of this.#sessions.values()) {
      for (const end of session.ends()) end.look(environment);
    }
  }

  /** The shell has bound a pair. */
  bound(pair: number, _now: number): void {
    this.#pool.bound(pair);
  }

  /** A pair could not be bound, perhaps since another program uses its port, or broke. */
  gone(pair: number, inUse: boolean, now: number): void {
    this.#pool.gone(pair, now, inUse);
  }

  /** A pair is closed: its receive loops have ended. */
  closed(pair: number, _now: number): void {
    this.#pool.closed(pair);
  }

  /** Marks the sessions whose accepted sources changed. */
  news(items: readonly RelayNews[], _now: number): void {
    for (const item of items) {
      if (item.kind !== "first" && item.kind !== "moved") continue;
      const id = this.table.legOf(item.socket)?.hearing.id;
      if (id !== undefined) this.#dirty.add(id);
    }
  }

  /**
   * Passes a body on with our addresses and ports. It is an answer if the other party has an offer open
   * in that dialog, else an offer (RFC 3264); bodies without a session description stay as they are.
   */
  describe(description: Description): Result<Described, NoPorts | "malformed"> {
    const { contentType, to } = description;
    const body = readSdpBody(contentType, description.body);
    if (!body.ok) return refuse("malformed");
    const [first] = body.value.descriptions;
    if (first === undefined) return ok({ body: description.body, contentType, media: false });
    const known = this.#sessions.get(description.session);
    const legs = this.#take(known ?? new Session(description.session), description, first);
    if (!Array.isArray(legs)) return refuse(legs);
    return ok(written(body.value, { contentType, shown: to.shown, legs }));
  }

  /**
   * Shows a body with the ports the session has, and port 0 where it has none, without taking it for an
   * offer or answer: answers to OPTIONS and INFO (RULES P1).
   */
  show(options: Shown): Result<Described, "malformed"> {
    const { session, to, contentType } = options;
    const body = readSdpBody(contentType, options.body);
    if (!body.ok) return refuse("malformed");
    const found = session === undefined ? undefined : this.#sessions.get(session);
    const role: Role = options.caller ? "called" : "caller";
    const media = body.value.descriptions[0]?.media ?? [];
    const legs = media.map((one, index) =>
      isLive(one) ? found?.leg(index, role, to.local) : undefined
    );
    return ok(written(body.value, { contentType, shown: to.shown, legs }));
  }

  /** A 2xx to the INVITE of a dialog. */
  confirmed(session: string, dialog: string, now: number): void {
    const found = this.#sessions.get(session);
    if (found === undefined || !found.confirm(dialog, now)) return;
    this.#changed(found);
  }

  /** A fork is over while the session goes on. */
  forkEnded(session: string, dialog: string): void {
    const found = this.#sessions.get(session);
    if (found === undefined) return;
    found.forget(dialog);
    this.#changed(found);
  }

  /** A final answer other than 2xx: the exchange changes nothing (RULES P3), or ends the session if it began it. */
  failed(session: string, exchange: string, now: number): void {
    const found = this.#sessions.get(session);
    if (found === undefined) return;
    if (found.negotiation.isFirst(exchange) && found.confirmed.length === 0) {
      return this.end(session, now);
    }
    found.apply(found.negotiation.failed(exchange), { environment: this.#environment, now });
    this.#changed(found);
  }

  /** Ends a session (RULES X3). */
  end(session: string, _now: number): void {
    const found = this.#sessions.get(session);
    if (found === undefined) return;
    this.#sessions.delete(session);
    this.#dirty.delete(session);
    this.#watch.forget(found);
    for (const leg of found.legs) {
      this.table.close(leg);
      this.#pool.release(leg.pair);
    }
  }

  /** True while the end of a session's media would be noticed. */
  watched(session: string): boolean {
    const found = this.#sessions.get(session);
    return found !== undefined && this.#watch.watches(found);
  }

  /** True while the session occupies ports. */
  holdsPorts(session: string): boolean {
    return (this.#sessions.get(session)?.legs.length ?? 0) > 0;
  }

  /** True while the session lives. */
  has(session: string): boolean {
    return this.#sessions.has(session);
  }

  /** True when a packet crossed any of its streams after `since`. */
  flowing(session: string, since: number): boolean {
    return (this.#sessions.get(session)?.crossedAt ?? -Infinity) > since;
  }

  /** What became of its packets; asked before {@linkcode end}. */
  totals(session: string, now: number): MediaTotals | undefined {
    const found = this.#sessions.get(session);
    return found && totalsOf(found, now);
  }

  /** What must be kept for the session to go on after a restart; plain data. */
  record(session: string): unknown | undefined {
    const found = this.#sessions.get(session);
    return found === undefined ? undefined : writeRecord(found);
  }

  /** Brings a session back, on exactly its ports; false when the record cannot be read. */
  restore(
    session: string,
    record: unknown,
    { holder, now }: { holder: Holder; now: number },
  ): boolean {
    const read = readRecord(record);
    if (read === undefined || this.#sessions.has(session)) return false;
    const restored = new Session(session, read.negotiation);
    for (const leg of read.legs) {
      const pair = this.#pool.claim(leg.local, leg.port, holder);
      if (pair === undefined) {
        for (const open of restored.legs) this.#pool.release(open.pair);
        return false;
      }
      restored.legs.push({
        ...leg,
        pair: pair.pair,
        hearing: restored,
        ends: [],
        tally: new Tally(),
      });
    }
    for (const leg of restored.legs) this.#open(leg, [...leg.shown]);
    this.#sessions.set(session, restored);
    restored.resume(read, { environment: this.#environment, now });
    this.#watch.look(restored);
    return true;
  }

  /** Sessions that changed since the last call. */
  dirty(): string[] {
    const dirty = [...this.#dirty];
    this.#dirty.clear();
    return dirty;
  }

  /** How the port pairs of each local IP are divided (RULES V7). */
  shares(): ReturnType<PortPool["shares"]> {
    return this.#pool.shares();
  }

  /** All of it as plain data. */
  snapshot(): MediaSnapshot {
    return {
      pools: this.#pool.snapshot(),
      sessions: [...this.#sessions.values()].map(snapshotOf),
    };
  }

  /** Lets a description take effect; the legs its m-lines are shown on, undefined for those that are not live. */
  #take(
    session: Session,
    description: Description,
    parsed: SessionDescription,
  ): (Leg | undefined)[] | NoPorts {
    const { caller, from, to, now, holder } = description;
    const role: Role = caller ? "caller" : "called";
    const dialog = description.dialog ?? (caller ? undefined : "");
    const streams = parsed.media.map(streamOf);
    const live = streams.map((stream) => stream.live);
    if (!session.negotiation.admits(dialog)) return { why: "full", held: 0, limit: 0 };
    const refused = this.#takeLegs(session, { live, from, to, role, holder });
    if (refused !== undefined) return refused;
    this.#sessions.set(session.id, session);
    const outcome = session.negotiation.take({
      role,
      dialog,
      exchange: description.exchange,
      request: requestOf(description),
      mark: sha256Hex(`${description.exchange}\n${description.body}`),
      statement: { party: partyOf(from), streams },
    });
    session.apply(outcome.changes, { environment: this.#environment, now });
    if (outcome.answered && dialog !== undefined) session.answered(dialog, now);
    this.#changed(session);
    return streams.map((stream, index) => {
      const leg = stream.live ? session.leg(index, otherRole(role), to.local) : undefined;
      if (leg !== undefined) this.table.show(leg, to.shown);
      return leg;
    });
  }

  /** One pair on each side for each live m-line, or none at all (RULES P3, P4). */
  #takeLegs(session: Session, wanted: WantedLegs): NoPorts | undefined {
    const { holder } = wanted;
    const missing = missingLegs(session, wanted);
    for (const local of new Set(missing.map((face) => face.local))) {
      const count = missing.filter((face) => face.local === local).length;
      const refused = this.#pool.refusal(local, { holder, count });
      if (refused !== undefined) return refused;
    }
    for (const face of missing) {
      const { pair, port } = this.#pool.take(face.local, holder)!;
      const shown = new Set<string>();
      const parts = { ...face, pair, port, shown };
      const leg: Leg = { ...parts, hearing: session, ends: [], tally: new Tally() };
      session.legs.push(leg);
      this.#open(leg, []);
    }
    return undefined;
  }

  #open(leg: Leg, shown: readonly string[]): void {
    this.table.open(leg);
    for (const ip of shown) this.table.show(leg, ip);
  }

  #changed(session: Session): void {
    this.#dirty.add(session.id);
    this.#watch.look(session);
  }
}
