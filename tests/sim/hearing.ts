import { type CallEntry, isUp, type Part } from "./call_book.ts";
import type { Counts } from "./outcome.ts";
import type { Phone } from "./phone.ts";
import type { Timeline } from "./timeline.ts";
import { Violation } from "./violation.ts";
import type { Weather } from "./weather.ts";

/** Between two packets that are listened for. */
const AGAIN_MS = 100;
/** A packet has arrived long before, where nothing is lost. */
const HEARD_MS = 300;
/** When the other one has been listened for. */
const LAST_MS = 500;
const PARTS: readonly Part[] = ["audio", "control"];

/** What the judge of audio needs to know. */
export interface HearingOptions {
  readonly timeline: Timeline;
  readonly weather: Weather;
  readonly counts: Counts;
  /** False while the program is down. */
  readonly running: () => boolean;
}

/** Lets parties of calls speak, and demands that each is heard where the other listens now. */
export class Hearing {
  constructor(readonly options: HearingOptions) {}

  /**
   * Demands it of a call that is up, when the weather stays fine long enough to blame somebody.
   *
   * @param last Who speaks when the other one has been listened for: its packets would show the way to it.
   */
  demand(entry: CallEntry, last: Phone | undefined): void {
    const { timeline, weather, counts, running } = this.options;
    if (
      !running() || weather.calmUntil < timeline.now + LAST_MS + HEARD_MS || !isSound(entry)
    ) return;
    const { restarts } = counts;
    for (const party of talking(entry)) {
      const later = party === last ? LAST_MS : 0;
      for (const ms of [later, later + AGAIN_MS]) timeline.in(ms, () => party.voice.say(entry));
      const since = timeline.now + later;
      const parts = PARTS.filter((part) => canReach(entry, party, part));
      timeline.in(later + HEARD_MS, () => {
        if (counts.restarts === restarts && isSound(entry)) {
          this.#judge(entry, { party, since, parts });
        }
      });
    }
  }

  #judge(
    entry: CallEntry,
    { party, since, parts }: { party: Phone; since: number; parts: readonly Part[] },
  ): void {
    this.options.counts.listened++;
    for (const part of parts) {
      if ((entry.heard[part].get(party) ?? -Infinity) >= since) continue;
      throw new Violation("silence", `nobody hears ${party.aor} in ${entry.id}: no ${part}`);
    }
  }
}

/** Who in a call lives behind a NAT inside, and can be found only since it has spoken. */
export function hiddenIn(entry: CallEntry): Phone | undefined {
  return talking(entry).find(({ options: { media }, place }) => place.wire.seen(media) !== media);
}

/** True when it is known where what a party says has to go. */
function canReach(entry: CallEntry, speaker: Phone, part: Part): boolean {
  const hidden = hiddenIn(entry);
  return hidden === undefined || hidden === speaker || entry.heard[part].has(hidden);
}

/** Those who are in a call. */
function talking({ id, parties }: CallEntry): Phone[] {
  return [...parties].filter((party) => party.stateOf(id) === "up");
}

/** True when both sides are in it, agree on its media, and nobody would be excused. */
function isSound(entry: CallEntry): boolean {
  const { id, excuse, dead, attempts } = entry;
  // What never passed us does not concern us.
  return excuse === undefined && !dead && attempts.size > 0 && isUp(entry) &&
    talking(entry).every(({ offers }) => offers.settled(id) && !offers.ending.has(id));
}
