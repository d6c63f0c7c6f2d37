import { FarEnd, type Hearing, type Leg, type Role } from "./far_end.ts";
import { PORT_SILENCE_MS } from "./learning.ts";
import { type Change, Negotiation, type NegotiationRecord } from "./offer_answer.ts";
import type { MediaEnvironment } from "./reach.ts";
import type { SessionRecord } from "./record.ts";
import { isHeld } from "./stream.ts";
import { TwoWayTime } from "./two_way_time.ts";

/** Far ends of one stream by dialog; null where that dialog's description refuses the stream. */
type Ends = Map<string | undefined, FarEnd | null>;

/** What is needed to apply a change. */
export interface ApplyOptions {
  readonly environment: MediaEnvironment;
  readonly now: number;
}

/** The media of one call: its legs, its far ends by dialog, and who is heard (RULES P3). */
export class Session implements Hearing {
  readonly legs: Leg[] = [];
  readonly negotiation: Negotiation;
  /** Confirmed dialogs, in order. */
  readonly confirmed: string[] = [];
  heard: string | undefined = undefined;
  settled = false;
  heardAt = -Infinity;
  /** When descriptions last changed what may be sent: silence counts from then (RULES X2). */
  changedAt = -Infinity;
  /** True once it was reported as dead. */
  dead = false;
  /** True once it was taken up after a restart: earlier packets are not counted. */
  resumed = false;
  readonly told = new Set<"unheard" | "unsent">();
  /** Time in which a confirmed dialog let both parties send. */
  readonly twoWay = new TwoWayTime();
  readonly #streams: Record<Role, Ends>[] = [];

  constructor(readonly id: string, record?: NegotiationRecord) {
    this.negotiation = new Negotiation(record);
  }

  /** When a packet last crossed any of its streams (RULES X2). */
  get crossedAt(): number {
    let at = -Infinity;
    for (const { tally: { crossings: [rtp, rtcp] } } of this.legs) {
      at = Math.max(at, rtp.at, rtcp.at);
    }
    return at;
  }

  /** The leg of a stream that faces a party on one of our addresses. */
  leg(stream: number, role: Role, local: string): Leg | undefined {
    return this.legs.find((leg) =>
      leg.stream === stream && leg.role === role && leg.local === local
    );
  }

  /** Indexes of its streams. */
  streamNumbers(): number[] {
    return [...this.#streams.keys()];
  }

  /** All far ends. */
  ends(): FarEnd[] {
    const all: FarEnd[] = [];
    for (const { caller, called } of this.#streams) {
      for (const end of caller.values()) if (end !== null) all.push(end);
      for (const end of called.values()) if (end !== null) all.push(end);
    }
    return all;
  }

  /** A far end. */
  end(stream: number, role: Role, dialog: string | undefined): FarEnd | undefined {
    return this.#streams[stream]?.[role].get(dialog) ?? undefined;
  }

  /** Lets descriptions take effect on the far ends. */
  apply(changes: readonly Change[], options: ApplyOptions): void {
    for (const change of changes) this.#applyChange(change, options);
    if (changes.length > 0) this.changedAt = options.now;
    this.wire();
    this.#countTwoWay(options.now);
  }

  /** An answer was passed on: the ten seconds of RULES L2 begin, and a new dialog is heard if nobody sends. */
  answered(dialog: string, now: number): void {
    this.#openWindows(dialog, now);
    if (!this.settled && now - this.heardAt >= PORT_SILENCE_MS) this.hear(dialog);
  }

  /** A dialog is confirmed by a 2xx; true when it was not before. */
  confirm(dialog: string, now: number): boolean {
    if (this.confirmed.includes(dialog)) return false;
    this.confirmed.push(dialog);
    this.changedAt = now;
    this.answered(dialog, now);
    this.wire();
    this.#countTwoWay(now);
    return true;
  }

  /** Goes on after a restart: what was described, accepted and heard. */
  resume(record: SessionRecord, options: ApplyOptions): void {
    this.resumed = true;
    this.confirmed.push(...record.confirmed);
    this.heard = record.heard;
    this.apply(this.negotiation.applied(), options);
    for (const { stream, role, dialog, part, ip, port } of record.held) {
      const end = this.end(stream, role, dialog);
      end?.tracks[part].signal(ip, port);
      end?.look(options.environment);
    }
    for (const { stream, role, dialog } of record.joined) {
      this.end(stream, role, dialog)?.stayOurs(options.environment);
    }
    for (const source of record.sources) {
      const end = this.end(source.stream, source.role, source.dialog);
      const track = end?.tracks[source.part];
      if (track === undefined) continue;
      if (source.former) {
        track.serve(source.ip, source.port);
        continue;
      }
      track.accept(source.ip, source.port);
      // Silence counts from now on: what was sent while we were away is not known.
      track.lastAt = options.now;
    }
    // Who was about to be learned may still be.
    for (const dialog of this.negotiation.dialogs) this.#openWindows(dialog, options.now);
    this.wire();
  }

  /** Forgets a fork that is over. */
  forget(dialog: string): void {
    this.negotiation.forget(dialog);
    const index = this.confirmed.indexOf(dialog);
    if (index >= 0) this.confirmed.splice(index, 1);
    for (const stream of this.#streams) {
      stream.caller.delete(dialog);
      stream.called.delete(dialog);
    }
    this.wire();
  }

  /** Hears another dialog. */
  hear(dialog: string): void {
    this.heard = dialog;
    this.heardAt = -Infinity;
    this.wire();
  }

  /** How the streams of the dialog that is heard stand: is there one at all, and one that nobody holds. */
  activity(): { live: boolean; flows: boolean } {
    const state = { live: false, flows: false };
    if (this.heard === undefined) return state;
    for (const stream of this.#streams) {
      const called = stream.called.get(this.heard);
      const caller = callerEnd(stream, this.heard);
      if (called === undefined || called === null || caller === undefined) continue;
      state.live = true;
      if (!isHeld(called.stream) && !isHeld(caller.stream)) state.flows = true;
    }
    return state;
  }

  /** Connects each far end with the one its packets go to; called after every change. */
  wire(): void {
    this.#chooseHeard();
    for (const stream of this.#streams) wireStream(stream, this.heard);
    const all = this.ends();
    for (const leg of this.legs) {
      // Heard ones first: a source that two dialogs share belongs to the one that is heard.
      const heard: FarEnd[] = [];
      const others: FarEnd[] = [];
      for (const end of all) {
        if (end.leg !== leg) continue;
        if (end.peer !== undefined) heard.push(end);
        else if (!this.settled) others.push(end);
      }
      leg.ends = others.length === 0 ? heard : [...heard, ...others.reverse()];
    }
  }

  #countTwoWay(now: number): void {
    this.twoWay.set(this.settled && this.activity().flows, now);
  }

  #openWindows(dialog: string, now: number): void {
    for (const stream of this.#streams) {
      stream.called.get(dialog)?.openWindow(now);
      callerEnd(stream, dialog)?.openWindow(now);
    }
  }

  #chooseHeard(): void {
    const dialogs = [...new Set(this.#streams.flatMap((stream) => [...stream.called.keys()]))];
    const confirmed = this.confirmed.find((dialog) => dialogs.includes(dialog));
    this.settled = confirmed !== undefined;
    if (confirmed !== undefined) this.heard = confirmed;
    else if (!dialogs.includes(this.heard)) this.heard = dialogs.at(-1);
  }

  #applyChange(change: Change, options: ApplyOptions): void {
    const { role, dialog, statement } = change;
    const streams = statement?.streams ?? [];
    while (this.#streams.length < streams.length) {
      this.#streams.push({ caller: new Map(), called: new Map() });
    }
    for (const [index, ends] of this.#streams.entries()) {
      const stream = streams[index];
      if (statement === undefined) ends[role].delete(dialog);
      else if (stream === undefined || !stream.live) ends[role].set(dialog, null);
      else this.#signal(index, change, options);
    }
  }

  #signal(index: number, change: Change, options: ApplyOptions): void {
    const { role, dialog } = change;
    const { party, streams } = change.statement!;
    const leg = this.leg(index, role, party.local);
    if (leg === undefined) return;
    const signal = {
      stream: streams[index]!,
      sipIp: party.sipIp,
      learns: party.learns ?? false,
      environment: options.environment,
    };
    const ends = this.#streams[index]![role];
    const known = ends.get(dialog);
    if (known !== undefined && known !== null) {
      known.leg = leg;
      known.signal(signal);
      return;
    }
    const end = new FarEnd(leg, dialog, signal);
    const base = role === "caller" ? ends.get(undefined) : undefined;
    if (base !== undefined && base !== null) {
      end.inherit(base);
      end.signal(signal);
    }
    ends.set(dialog, end);
  }
}

/** The caller's far end in a dialog: its own there, else that of the first INVITE. */
function callerEnd(stream: Record<Role, Ends>, dialog: string): FarEnd | undefined {
  const own = stream.caller.get(dialog);
  return (own === undefined ? stream.caller.get(undefined) : own) ?? undefined;
}

function wireStream(stream: Record<Role, Ends>, heard: string | undefined): void {
  for (const ends of [stream.caller, stream.called]) {
    for (const end of ends.values()) if (end !== null) prepare(end);
  }
  for (const [dialog, called] of stream.called) {
    const caller = callerEnd(stream, dialog!);
    if (called === null || caller === undefined) continue;
    pair(called, caller);
    if (dialog !== heard) continue;
    called.peer = caller;
    caller.peer = called;
    // What a party may do in the dialog that is heard counts, whatever others say.
    caller.maySend = caller.stream.sends && called.stream.receives;
  }
}

function prepare(end: FarEnd): void {
  end.peer = undefined;
  end.types = new Set(end.stream.types);
  end.maySend = end.stream.sends;
}

function pair(called: FarEnd, caller: FarEnd): void {
  called.types = new Set([...called.types, ...caller.stream.types]);
  caller.types = new Set([...caller.types, ...called.stream.types]);
  called.maySend = called.stream.sends && caller.stream.receives;
}
