import type { CorePort } from "../../src/app/core_port.ts";
import type { Flow } from "../../src/base/address.ts";
import { LIMITS } from "../../src/base/limits.ts";
import type { CoreEffect, CoreEvent, Owner } from "../../src/proxy/events.ts";
import type { ShareRow } from "../../src/proxy/snapshot.ts";
import type { StoredRecord } from "../../src/proxy/records.ts";
import type { Fault } from "./faulty_core.ts";
import { TOLD_NAMES } from "./identities.ts";
import type { WorldKind } from "./outcome.ts";
import { STRANGER } from "./stranger.ts";
import type { Check } from "./violation.ts";
import { addressAt } from "./wire.ts";

/** A fault of a core: what it does, the check that must find it, and worlds that show it. */
export type Found = readonly [what: string, check: Check, fault: Fault, kind?: WorldKind];

type Send = Extract<CoreEffect, { type: "sip.send" }>;

/** Changes the text of what is sent. */
function sends(change: (text: string) => string): Fault {
  const changed = (effect: CoreEffect): CoreEffect =>
    effect.type === "sip.send" ? { ...effect, text: change(effect.text) } : effect;
  return { effects: (effects) => effects.map(changed) };
}

/** Sends something after each message of a kind. */
function sendsAfter(pattern: RegExp, next: (effect: Send) => Send): Fault {
  return {
    effects: (effects) =>
      effects.flatMap((effect) =>
        effect.type === "sip.send" && pattern.test(effect.text) ? [effect, next(effect)] : [effect]
      ),
  };
}

/** Never sends requests of a method. */
function swallows(method: string): Fault {
  return {
    effects: (effects) =>
      effects.filter((effect) =>
        effect.type !== "sip.send" || !effect.text.startsWith(`${method} `)
      ),
  };
}

/** Says something else of how tables are divided. */
function divides(change: (row: ShareRow) => Partial<ShareRow>): Fault {
  return {
    snapshot: (snapshot) => {
      const { shares, ...rest } = snapshot as { shares: readonly ShareRow[] };
      return { ...rest, shares: shares.map((row) => ({ ...row, ...change(row) })) };
    },
  };
}

function answersStrangers(): Fault {
  const owner: Owner = { kind: "reply", id: -1 };
  let flow: Flow | undefined;
  return {
    effects: (effects, event) => {
      if (event?.type !== "sip.received" || event.flow.remote.ip !== STRANGER) return effects;
      flow = event.flow;
      return [...effects, {
        type: "sip.send",
        owner,
        text: "SIP/2.0 404 Not Found\r\n\r\n",
        committed: false,
      }];
    },
    destination: (known, one) => one.kind === "reply" && one.id === -1 ? flow : known,
  };
}

/** A relay that passes what the true one refuses to wherever it sent last. */
function passesAll(relay: CorePort["relay"]): CorePort["relay"] {
  let last: ReturnType<typeof relay.route>;
  return {
    news: relay.news,
    failed: (...packet) => relay.failed(...packet),
    route: (...packet) => {
      const hop = relay.route(...packet);
      if (hop !== undefined) last = { ...hop };
      return hop ?? last;
    },
  };
}

/** A relay that sends everything to one phone. */
function sendsToOne(relay: CorePort["relay"]): CorePort["relay"] {
  return {
    news: relay.news,
    failed: (...packet) => relay.failed(...packet),
    route: (...packet) => {
      const hop = relay.route(...packet);
      return hop && { ...hop, ip: "192.168.1.99" };
    },
  };
}

/** A re-INVITE in a call that nobody knows. */
function strayed(event: CoreEvent): CoreEvent {
  if (event.type !== "sip.received" || !event.text.startsWith("INVITE ")) return event;
  return { ...event, text: event.text.replace(/^(To: .*;tag=)/m, "$1x") };
}

/** A relay that sends what is for a phone to the port that such a phone offers later, in a re-INVITE. */
function sendsToRefused(relay: CorePort["relay"]): CorePort["relay"] {
  return {
    news: relay.news,
    failed: (...packet) => relay.failed(...packet),
    route: (...packet) => {
      const hop = relay.route(...packet);
      return hop && { ...hop, port: hop.port === 7_000 ? 7_204 : hop.port };
    },
  };
}

/** Takes up no record of a kind, and takes out what the store says of it. */
export function forgets(kind: "call" | "binding", which = (_value: unknown) => true): Fault {
  const isForgotten = ({ key, value }: StoredRecord) => key[1] === kind && which(value);
  let found: CoreEffect[] = [];
  return {
    options: (options) => {
      const records = options.records ?? [];
      found = records.filter(isForgotten).map(({ key }) => (
        { type: "store.set", key, value: undefined, when: "soon" }
      ));
      return { ...options, records: records.filter((record) => !isForgotten(record)) };
    },
    effects: (effects) => [...found.splice(0), ...effects],
  };
}

/** Leaves an inside address in a header that phones tell of themselves. */
function leaves(name: string): Found {
  const address = new RegExp(`^(${name}: [^\\r]*?(?:@|//|399 ))[^:;>/"\\s]+`, "m");
  return [
    `names a phone's address outside in ${name}`,
    "leak",
    sends((text) => text.replace(address, "$1192.168.1.10")),
  ];
}

/** Faults in what a core says, and whom it lets speak. */
export const FAULTS: readonly Found[] = [
  [
    "names a phone's address outside",
    "leak",
    sends((text) => text.replace(/^(From: [^@]*@)[^>;]*/m, "$1192.168.1.10")),
  ],
  ...TOLD_NAMES.map((name) => leaves(name)),
  [
    "calls itself outside by an address that is not ours",
    "contact",
    sends((text) => text.replace(/^(Contact: <sip:[^@>]*@)203\.0\.113\.5:/m, "$1203.0.113.77:")),
  ],
  [
    "answers a request twice",
    "one answer",
    sendsAfter(/^SIP\/2\.0 486 /, (effect) => ({
      ...effect,
      text: effect.text.replace("486 Busy Here", "603 Decline"),
    })),
  ],
  [
    "sends for an owner that is gone",
    "owner",
    { destination: (flow, owner) => owner.kind === "dialog" ? undefined : flow },
  ],
  [
    "sends to an address of nobody",
    "owner",
    {
      destination: (flow, { kind }) =>
        kind === "client" && flow ? { ...flow, remote: addressAt("203.0.113.99", 5060) } : flow,
    },
  ],
  ["answers a stranger", "stranger", answersStrangers()],
  [
    "lets a table grow beyond its limit",
    "limits",
    { sizes: (sizes) => ({ ...sizes, dialogs: LIMITS.dialogs + LIMITS.emergencies + 1 }) },
  ],
  [
    "gives one holder more than his share",
    "limits",
    divides((row) => ({ his: row.limit })),
  ],
  [
    "gives guests the half that is kept for registered phones",
    "limits",
    divides((row) => ({ guests: row.limit })),
  ],
  [
    "does not give a place back",
    "limits",
    divides((row) => ({ held: row.held + 1 })),
  ],
  [
    "says outside that it is out of service when a table is full",
    "refusal",
    sends((text) => text.replace(/^SIP\/2\.0 480 Too/, "SIP/2.0 503 Too")),
  ],
  [
    "says 500 to a provider when a table is full",
    "refusal",
    sends((text) => text.replace(/^SIP\/2\.0 480 Too/, "SIP/2.0 500 Too")),
  ],
  [
    "forgets the limit that it was given",
    "limits",
    { options: (options) => ({ ...options, limits: LIMITS }) },
  ],
  [
    "knows nothing of a call that is to be changed",
    "hold",
    { hears: strayed },
  ],
  [
    "does not pass on what a subscription brings",
    "notify",
    { loses: (event) => event.type === "sip.received" && event.text.startsWith("NOTIFY ") },
  ],
  ["sends audio to the port of an offer that was refused", "media", { relay: sendsToRefused }],
  [
    "does not take registrations",
    "registration",
    { loses: (event) => event.type === "sip.received" && event.text.startsWith("REGISTER ") },
    { limits: LIMITS },
  ],
  [
    "sends no keep-alive any more, as if it knew no way",
    "owner",
    { destination: (flow, owner) => owner.kind === "binding" ? undefined : flow },
  ],
  ["loses a port", "limits", { loses: ({ type }) => type === "media.closed" }],
  [
    "keeps the record of a registration that is over",
    "left over",
    {
      effects: (effects) =>
        effects.filter((effect) =>
          effect.type !== "store.set" || effect.key[1] !== "binding" || effect.value !== undefined
        ),
    },
  ],
  ["relays for strangers", "media", { relay: passesAll }],
  ["relays to somebody else", "media", { relay: sendsToOne }],
  [
    "sends an INVITE before its record is on the disk",
    "order",
    {
      effects: (effects) =>
        effects.map((effect) =>
          effect.type === "sip.send" ? { ...effect, committed: false } : effect
        ),
    },
  ],
  ["swallows INVITE", "reach", swallows("INVITE"), { limits: LIMITS }],
  ["swallows BYE", "agreement", swallows("BYE")],
  ["swallows CANCEL", "agreement", swallows("CANCEL"), { limits: LIMITS }],
  ["swallows ACK", "agreement", swallows("ACK"), { limits: LIMITS, busy: false }],
  ["swallows REGISTER", "registration", swallows("REGISTER"), { limits: LIMITS, busy: false }],
  [
    "relays nothing",
    "silence",
    { relay: ({ news }) => ({ news, route: () => undefined, failed: () => {} }) },
    { limits: LIMITS },
  ],
  [
    "throws",
    "fault",
    {
      loses: (event) => {
        if (event.type === "sip.received" && event.text.startsWith("ACK")) throw new Error("oh");
        return false;
      },
    },
  ],
];
