import type { Address } from "../../src/base/address.ts";
import { formatAddress, sameAddress } from "../../src/base/address.ts";
import type { Phone } from "./phone.ts";
import { Violation } from "./violation.ts";

/** What the simulator knows of one call. */
export interface CallEntry {
  readonly id: string;
  /** Stands in its media packets. */
  readonly number: number;
  readonly caller: Phone;
  readonly parties: Set<Phone>;
  /** Why nobody can be blamed if the two sides differ; undefined when somebody can. */
  excuse: string | undefined;
  /** When an INVITE of it first left us for another target, in virtual ms. */
  attemptAt: number;
  readonly attempts: Set<string>;
  /** The core ends it, since no audio came (RULES X2). */
  dead: boolean;
  /** True when its parties soon say nothing any more. */
  silent: boolean;
  /** When each party was heard last where another one listens now, in virtual ms. */
  readonly heard: Readonly<Record<Part, Map<Phone, number>>>;
}

/** Audio, or what is said about it: RTP and RTCP. */
export type Part = "audio" | "control";

/** The excuse of calls that lived when the disk had failed and a restart came. */
export const DISK_FAILED = "the disk failed before the restart";
/** Parties per call that an SSRC can tell apart. */
const PARTIES = 64;
/** SSRCs of strangers begin here. */
const STRANGER_SSRC = 0x8000_0000;

/** True while somebody takes part in it. */
export function isLive({ id, parties }: CallEntry): boolean {
  return [...parties].some((party) => party.stateOf(id) !== "none");
}

/** True when both sides of a call are in it. */
export function isUp({ id, caller, parties }: CallEntry): boolean {
  const up = [...parties].filter((party) => party.stateOf(id) === "up");
  return up.length === 2 && up.includes(caller);
}

/** All calls of a simulation, by Call-ID. */
export class CallBook {
  readonly #calls = new Map<string, CallEntry>();
  readonly #byNumber: CallEntry[] = [];

  /** All calls. */
  values(): readonly CallEntry[] {
    return this.#byNumber;
  }

  /** Calls that nobody is to blame for, by the reason. */
  excuses(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { excuse } of this.#byNumber) {
      if (excuse !== undefined) counts.set(excuse, (counts.get(excuse) ?? 0) + 1);
    }
    return counts;
  }

  /** A phone begins a call. */
  begin(id: string, caller: Phone): CallEntry {
    const number = this.#byNumber.length;
    const entry: CallEntry = {
      id,
      number,
      caller,
      parties: new Set([caller]),
      excuse: undefined,
      attemptAt: -Infinity,
      attempts: new Set<string>(),
      dead: false,
      silent: false,
      heard: { audio: new Map(), control: new Map() },
    };
    this.#calls.set(id, entry);
    this.#byNumber.push(entry);
    return entry;
  }

  /** A phone rings. */
  join(id: string, phone: Phone): CallEntry | undefined {
    const entry = this.#calls.get(id);
    entry?.parties.add(phone);
    return entry;
  }

  /** A call by its Call-ID. */
  get(id: string): CallEntry | undefined {
    return this.#calls.get(id);
  }

  /** The SSRC of a phone's packets in a call. */
  ssrc(entry: CallEntry, phone: Phone): number {
    return entry.number * PARTIES + phone.index;
  }

  /** A media packet goes to `to`: that must be a party of its call. */
  checkMedia(bytes: Uint8Array, to: Address): void {
    const { entry } = this.#spokenIn(bytes);
    if (entry === undefined) {
      throw new Violation("media", `a stranger's packet goes to ${formatAddress(to)}`);
    }
    for (const party of entry.parties) if (party.hearsAt(to)) return;
    throw new Violation("media", `a packet of call ${entry.id} goes to ${formatAddress(to)}`);
  }

  /** A media packet has come to `at`. */
  noteHeard(bytes: Uint8Array, at: Address, now: number): void {
    const { entry, index } = this.#spokenIn(bytes);
    if (entry === undefined) return;
    const part: Part = isControl(bytes) ? "control" : "audio";
    let speaker: Phone | undefined;
    let arrived = false;
    for (const party of entry.parties) {
      if (party.index === index) speaker = party;
      // Lines of one PBX listen at one place.
      else arrived ||= sameAddress(party.listensAt(entry.id, part), at);
    }
    if (speaker !== undefined && arrived) entry.heard[part].set(speaker, now);
  }

  /** The call of a media packet, and the number of the phone that speaks. */
  #spokenIn(bytes: Uint8Array): { entry: CallEntry | undefined; index: number } {
    const ssrc = new DataView(bytes.buffer, bytes.byteOffset).getUint32(isControl(bytes) ? 4 : 8);
    const entry = ssrc >= STRANGER_SSRC ? undefined : this.#byNumber[Math.floor(ssrc / PARTIES)];
    return { entry, index: ssrc % PARTIES };
  }

  /** Calls that are being set up: somebody waits for an answer or for its ACK. */
  settingUp(): CallEntry[] {
    return this.#byNumber.filter((entry) =>
      [...entry.parties].some((party) => {
        const state = party.stateOf(entry.id);
        return state === "calling" || state === "invited" || state === "unacknowledged";
      })
    );
  }

  /** Notes an INVITE that leaves; its branch, but undefined when the same one is sent again, which is no new attempt. */
  noteAttempt(text: string, now: number): string | undefined {
    if (!text.startsWith("INVITE ")) return undefined;
    const entry = this.#calls.get(/^Call-ID: *(\S+)\r$/im.exec(text)?.[1] ?? "");
    const branch = /^Via: *\S+ [^\r]*;branch=([^;,\s]*)/im.exec(text)?.[1] ?? "";
    if (entry === undefined || entry.attempts.has(branch)) return undefined;
    entry.attempts.add(branch);
    entry.attemptAt = now;
    return branch;
  }

  /** Notes a BYE of the core's own: it ends a call of which nothing was heard, or that it could not carry (RULES X2, V7). */
  noteEnd(text: string): void {
    if (!text.startsWith("BYE ") || !/\r\nReason: SIP;cause=/.test(text)) return;
    const entry = this.#calls.get(/^Call-ID: *(\S+)\r$/im.exec(text)?.[1] ?? "");
    if (entry !== undefined) entry.dead = true;
  }

  /** A phone was told that there is no such call: nobody may be in it who has not begun to leave. */
  checkGone(entry: CallEntry, phone: Phone): void {
    if (entry.excuse !== undefined || entry.dead || phone.offers.ending.has(entry.id)) return;
    for (const other of entry.parties) {
      const stays = other !== phone && other.stateOf(entry.id) === "up" &&
        !other.offers.ending.has(entry.id);
      if (stays) {
        throw new Violation("hold", `a re-INVITE of call ${entry.id}, which is up, got 481`);
      }
    }
  }

  /** No call is up on one side only, or still on its way. */
  checkAgreement(entries: readonly CallEntry[], when: string): void {
    for (const entry of entries) {
      if (entry.excuse !== undefined) continue;
      const caller = entry.caller.stateOf(entry.id);
      let called = [...entry.parties].filter((party) => party !== entry.caller)
        .map((party) => party.stateOf(entry.id)).filter((state) => state !== "none");
      // A second phone that had answered too gives up by itself: its caller acknowledges one.
      if (called.includes("up")) called = called.filter((state) => state !== "unacknowledged");
      const ended = caller === "none" && called.length === 0;
      const up = caller === "up" && called.length === 1 && called[0] === "up";
      if (ended || up) continue;
      throw new Violation(
        "agreement",
        `call ${entry.id} ${when}: caller ${caller}, called ${called.join(" and ") || "none"}`,
      );
    }
  }
}

function isControl(bytes: Uint8Array): boolean {
  return bytes[1] === 201;
}
