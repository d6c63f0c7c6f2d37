import { assertEquals } from "@std/assert";
import type { CorePort } from "../../src/app/core_port.ts";
import type { Flow } from "../../src/base/address.ts";
import type { CoreEffect, Owner } from "../../src/proxy/events.ts";
import { LIMITS } from "../../src/base/limits.ts";
import { type Fault, faulty } from "./faulty_core.ts";
import { judgedTooFew, noCounts, type WorldKind } from "./outcome.ts";
import { simulate } from "./simulation.ts";
import { STRANGER } from "./stranger.ts";
import { TABLE_NAMES, unfilled } from "./table_limits.ts";
import type { Check } from "./violation.ts";
import { addressAt } from "./wire.ts";

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
    route: (...packet) => {
      const hop = relay.route(...packet);
      return hop && { ...hop, ip: "192.168.1.99" };
    },
  };
}

/** A success of a re-INVITE as a failure: CSeq 1 and, challenged, 2 are those of calls' own INVITEs. */
function refusesChange(text: string): string {
  return /^SIP\/2\.0 200 [\s\S]*?\r\nCSeq: *(?:[3-9]|\d\d) INVITE\r/.test(text)
    ? text.replace("200 OK", "481 Call Does Not Exist")
    : text;
}

/** A relay that sends what is for a phone to the port that such a phone offers later, in a re-INVITE. */
function sendsToRefused(relay: CorePort["relay"]): CorePort["relay"] {
  return {
    news: relay.news,
    route: (...packet) => {
      const hop = relay.route(...packet);
      return hop && { ...hop, port: hop.port === 7_000 ? 7_204 : hop.port };
    },
  };
}

/** Takes up no call, and takes out what the store says of it. */
function forgetsCalls(): Fault {
  const isCall = ({ key }: { key: readonly string[] }) => key[1] === "call";
  let found: CoreEffect[] = [];
  return {
    options: (options) => {
      const records = options.records ?? [];
      found = records.filter(isCall).map(({ key }) => (
        { type: "store.set", key, value: undefined, when: "soon" }
      ));
      return { ...options, records: records.filter((record) => !isCall(record)) };
    },
    effects: (effects) => [...found.splice(0), ...effects],
  };
}

/** What each fault must be found by. */
const FAULTS: readonly [what: string, check: Check, fault: Fault, kind?: WorldKind][] = [
  [
    "names a phone's address outside",
    "leak",
    sends((text) => text.replace(/^(From: [^@]*@)[^>;]*/m, "$1192.168.1.10")),
  ],
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
    { sizes: (sizes) => ({ ...sizes, dialogs: LIMITS.dialogs + 1 }) },
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
    sends((text) => refusesChange(text)),
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
    "keeps the record of a call that is over",
    "left over",
    {
      effects: (effects) =>
        effects.filter((effect) =>
          effect.type !== "store.set" || effect.key[1] !== "call" || effect.value !== undefined
        ),
    },
  ],
  [
    "forgets calls at a restart",
    "agreement",
    forgetsCalls(),
    // Where nothing happens within calls, or a re-INVITE would find it first.
    { busy: false },
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
    { relay: ({ news }) => ({ news, route: () => undefined }) },
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

/** Seeds in which a fault must have shown. */
const SEEDS = 40;

for (const [what, check, fault, kind] of FAULTS) {
  Deno.test(`a core that ${what} is found by the check "${check}"`, () => {
    const found = new Set<string>();
    for (let seed = 1; seed <= SEEDS && found.size === 0; seed++) {
      const { violation } = simulate(seed, faulty(fault), kind);
      if (violation !== undefined) found.add(violation.check);
    }
    assertEquals([...found], [check]);
  });
}

Deno.test("a core without a fault passes where the others fail", () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    assertEquals(simulate(seed, faulty({})).violation, undefined);
  }
});

Deno.test("tables that no world has filled are named, once there were worlds enough", () => {
  const filled = new Map(TABLE_NAMES.map((name) => [name, name === "calls" ? 0 : 1]));
  assertEquals([unfilled(filled, 999), unfilled(filled, 1_000)], [[], ["calls"]]);
});

Deno.test("worlds that excuse more calls than they judge are named, once there were worlds enough", () => {
  const judged = (count: number) => ({ ...noCounts(), affected: 10, judged: count });
  assertEquals(
    [judgedTooFew(judged(5), 100), judgedTooFew(judged(4), 100), judgedTooFew(judged(4), 99)],
    [false, true, false],
  );
});
