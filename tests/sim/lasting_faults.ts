import { LIMITS } from "../../src/base/limits.ts";
import type { CoreEffect } from "../../src/proxy/events.ts";
import { forgets, type Found } from "./faults.ts";
import type { Fault } from "./faulty_core.ts";

/** Changes what a start finds in the store. */
function reads(change: (value: unknown) => unknown): Fault {
  return {
    options: (options) => ({
      ...options,
      records: options.records?.map(({ key, value }) => ({ key, value: change(value) })) ?? [],
    }),
  };
}

/** Relays nothing once it has been restarted. */
function fallsSilent(): Fault {
  let restarted = false;
  return {
    options: (options) => {
      restarted = (options.records ?? []).length > 0;
      return options;
    },
    relay: (relay) =>
      restarted ? { news: relay.news, route: () => undefined, failed: () => {} } : relay,
  };
}

/** Effects without some messages. */
function keepsBack(dropped: (text: string) => boolean): Fault {
  return {
    effects: (effects) =>
      effects.filter((effect) => effect.type !== "sip.send" || !dropped(effect.text)),
  };
}

function lazily(effect: CoreEffect): CoreEffect {
  const binding = effect.type === "store.set" && effect.key[1] === "binding";
  return binding && effect.value !== undefined ? { ...effect, when: "lazy" } : effect;
}

/** Faults in what must outlive a restart, or go on for as long as a call or a registration. */
export const LASTING_FAULTS: readonly Found[] = [
  ["relays nothing after a restart", "silence", fallsSilent()],
  [
    "forgets after a restart where audio comes from",
    "silence",
    reads((value) => JSON.parse(JSON.stringify(value), (key, of) => key === "sources" ? [] : of)),
    { limits: LIMITS },
  ],
  [
    "passes no control packets",
    "silence",
    {
      relay: (relay) => ({
        news: relay.news,
        failed: (...packet) => relay.failed(...packet),
        route: (socket, ...packet) => socket % 2 ? undefined : relay.route(socket, ...packet),
      }),
    },
  ],
  [
    "goes on sending to the port that a phone has left",
    "silence",
    {
      relay: (relay) => ({
        news: relay.news,
        failed: (...packet) => relay.failed(...packet),
        route: (...packet) => {
          const hop = relay.route(...packet);
          return hop &&
            (hop.port > 7_200 && hop.port < 7_400 ? { ...hop, port: 7_000 + hop.port % 2 } : hop);
        },
      }),
    },
  ],
  ["forgets calls at a restart", "silence", forgets("call"), { limits: LIMITS }],
  [
    "forgets calls that ring at a restart",
    "agreement",
    forgets("call", (value) => (value as { answeredAgoMs: number }).answeredAgoMs < 0),
    // Where nothing happens within calls.
    { busy: false },
  ],
  [
    "says another failure after a restart than the one on record",
    "one answer",
    reads((value) => {
      const { response } = value as { response?: string };
      if (response === undefined) return value;
      return { ...value as object, response: response.replace(/^\S+ \d+/, "SIP/2.0 480") };
    }),
    { limits: LIMITS },
  ],
  [
    "says that an INVITE has failed before that is on the disk",
    "order",
    {
      effects: (effects) =>
        effects.map((effect) =>
          effect.type === "sip.send" && /^SIP\/2\.0 [3-6]/.test(effect.text)
            ? { ...effect, committed: false }
            : effect
        ),
    },
  ],
  ["forgets registrations at a restart", "reach", forgets("binding"), { busy: false }],
  [
    "puts registrations on the disk when there is time",
    "reach",
    { effects: (effects) => effects.map(lazily) },
    { limits: LIMITS },
  ],
  ["sends no keep-alive", "keep-alive", keepsBack((text) => text === "\r\n\r\n")],
  [
    "tells only who is outside that a call is dead",
    "agreement",
    keepsBack((text) => /^BYE \S*192\.168\..*\r\n[^]*"No media"/.test(text)),
    { limits: LIMITS },
  ],
];
