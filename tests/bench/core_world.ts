import type { Address, Flow } from "../../src/base/address.ts";
import { type Cidr, parseCidr } from "../../src/base/cidr.ts";
import { Core } from "../../src/proxy/core.ts";
import type { CoreEffect, CoreEvent, Listener, Network } from "../../src/proxy/events.ts";
import type { AgentEvent, AgentOptions } from "../../src/selftest/agent.ts";
import { UserAgent } from "../../src/selftest/user_agent.ts";
import { headerValues } from "../../src/sip/headers.ts";
import { parseMessage } from "../../src/sip/parse.ts";
import { makeResponse, writeMessage } from "../../src/sip/write.ts";

const INSIDE: Address = { family: 4, ip: "192.168.1.1", port: 5060 };
const OUTSIDE: Address = { family: 4, ip: "203.0.113.7", port: 5060 };
const PARTY: Address = { family: 4, ip: "198.51.100.20", port: 5060 };
const INSIDE_LISTENER: Listener = {
  id: "udp/inside",
  sides: ["inside"],
  transport: "udp",
  address: INSIDE,
  prefix: prefix("192.168.0.0/16"),
};
const OUTSIDE_LISTENER: Listener = {
  id: "udp/outside",
  sides: ["outside"],
  transport: "udp",
  address: OUTSIDE,
  prefix: prefix("203.0.113.0/24"),
};
const NETWORK: Network = {
  listeners: [INSIDE_LISTENER, OUTSIDE_LISTENER],
  advertised: OUTSIDE.ip,
  insideNetworks: [INSIDE_LISTENER.prefix],
  outsideRoutes: [],
  gateway: "203.0.113.1",
  ownIps: [INSIDE.ip, OUTSIDE.ip],
  prefixes: [INSIDE_LISTENER.prefix, OUTSIDE_LISTENER.prefix],
};
/** Virtual time between two calls: 200 a second. */
const STEP_MS = 5;
const CALLERS = 10;

/** One thing that happened to a core; without an event its timers were due. */
export interface TraceStep {
  readonly event: CoreEvent | undefined;
  readonly now: number;
}

/**
 * A core with phones inside and a party outside, all in memory and in virtual time. What happens to the core is
 * noted: {@linkcode replay} lets it happen again to a fresh one, and nothing but decisions is measured.
 */
export class CoreWorld {
  readonly trace: TraceStep[] = [];
  readonly #core = newCore();
  readonly #agents = new Map<string, UserAgent>();
  readonly #phones: UserAgent[] = [];
  readonly #party: UserAgent;
  readonly #events: CoreEvent[] = [];
  #now = 0;
  #ended = 0;

  constructor() {
    this.#party = this.#openParty();
    for (const effect of begin(this.#core)) this.#bindMedia(effect);
    this.#settle();
  }

  /** Registers phones until there are so many. */
  register(bindings: number): void {
    while (this.#phones.length < bindings) {
      const phone = this.#phone(this.#phones.length);
      this.#phones.push(phone);
      phone.register(3600, this.#now);
      this.#settle();
    }
  }

  /** Refreshes a registration and makes a call, answered and hung up at once, again and again; gives the calls that ended well. */
  call(calls: number): number {
    const before = this.#ended;
    for (let call = 0; call < calls; call++) {
      this.#phones[Math.floor(call * this.#phones.length / calls)]!.register(3600, this.#now);
      this.#phones[call % CALLERS]!.call(`sip:200@${PARTY.ip}`, this.#now);
      this.#settle();
      this.#advance();
    }
    return this.#ended - before;
  }

  #phone(index: number): UserAgent {
    const ip = `192.168.${2 + (index >> 8)}.${index & 255}`;
    const local: Address = { family: 4, ip, port: 5060 };
    const account = { user: `u${index}`, domain: PARTY.ip, password: "" };
    const options = { local, account, outboundProxy: INSIDE };
    const phone: UserAgent = this.#agent(options, (event, now) => {
      if (event.kind === "answered") phone.hangUp(event.callId, now);
      if (event.kind === "ended") this.#ended++;
    });
    return phone;
  }

  #openParty(): UserAgent {
    const account = { user: "200", domain: PARTY.ip, password: "" };
    const party: UserAgent = this.#agent({ local: PARTY, account }, (event, now) => {
      if (event.kind === "invited") party.accept(event.callId, now);
    });
    return party;
  }

  #agent(
    options: Pick<AgentOptions, "local" | "account" | "outboundProxy">,
    event: (event: AgentEvent, now: number) => void,
  ): UserAgent {
    const { local } = options;
    const send = (to: Address, text: string): void => {
      const flow = to.ip === INSIDE.ip ? INSIDE_LISTENER : OUTSIDE_LISTENER;
      this.#events.push({ type: "sip.received", flow: flowOf(flow, local), text });
    };
    const media = { ...local, port: 4000 };
    const agent = new UserAgent({ ...options, media, send, random: Math.random, event });
    this.#agents.set(local.ip, agent);
    return agent;
  }

  /** Lets everything that was sent arrive, and what follows from it. */
  #settle(): void {
    for (let event = this.#events.shift(); event; event = this.#events.shift()) this.#step(event);
  }

  #advance(): void {
    this.#now += STEP_MS;
    const due = this.#core.nextTimeout();
    if (due !== undefined && due <= this.#now) this.#step(undefined);
    this.#party.handleTimeout(this.#now);
    for (const phone of this.#phones.slice(0, CALLERS)) phone.handleTimeout(this.#now);
    this.#settle();
  }

  #step(event: CoreEvent | undefined): void {
    const step = { event, now: this.#now };
    this.trace.push(step);
    for (const effect of take(this.#core, step)) {
      this.#bindMedia(effect);
      const flow = effect.type === "sip.send" ? this.#core.destination(effect.owner) : undefined;
      if (effect.type === "sip.send" && flow !== undefined) this.#arrive(flow.remote, effect.text);
    }
  }

  #bindMedia(effect: CoreEffect): void {
    if (effect.type === "media.bind") {
      this.#events.push({ type: "media.bound", pair: effect.pair.pair });
    } else if (effect.type === "media.close") {
      this.#events.push({ type: "media.closed", pair: effect.pair });
    }
  }

  #arrive(to: Address, text: string): void {
    const listener = to.ip === PARTY.ip ? OUTSIDE_LISTENER : INSIDE_LISTENER;
    if (text.startsWith("REGISTER ")) return this.#grant(text);
    this.#agents.get(to.ip)?.receive(text, listener.address, this.#now);
  }

  /** The party's registrar: every Contact for an hour. */
  #grant(text: string): void {
    const request = parseMessage(text);
    if (!request.ok || request.value.kind !== "request") return;
    const headers = headerValues(request.value, "contact")
      .map((value): [string, string] => ["Contact", `${value};expires=3600`]);
    const answer = makeResponse(request.value, { status: 200, toTag: "registrar", headers });
    const flow = flowOf(OUTSIDE_LISTENER, PARTY);
    this.#events.push({ type: "sip.received", flow, text: writeMessage(answer) });
  }
}

/** Lets what was noted happen again to a fresh core. */
export class Replay {
  readonly #core = newCore();
  #next = 0;

  constructor(readonly trace: readonly TraceStep[]) {
    begin(this.#core);
  }

  /** Goes on to a step of the trace, as the shell would: with the destination of all that is sent. */
  to(end: number): void {
    for (; this.#next < end; this.#next++) {
      for (const effect of take(this.#core, this.trace[this.#next]!)) {
        if (effect.type === "sip.send") this.#core.destination(effect.owner);
      }
    }
  }
}

function newCore(): Core {
  return new Core({
    settings: {
      log: { level: "info" },
      providers: [],
      inside: { refreshMaxMs: 3_600_000 },
      outside: { keepaliveMs: 3_600_000 },
      media: { ports: { low: 10_000, high: 29_999 }, idleMs: 300_000, holdMs: 7_200_000 },
    },
    secret: "bench",
    random: seededRandom(),
    wall: () => 0,
    records: [],
    now: 0,
  });
}

/** The same numbers for each core, so that what happens to one means the same to the next. */
function seededRandom(): () => number {
  let state = 1;
  return () => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    return state / 0x80000000;
  };
}

function begin(core: Core): readonly CoreEffect[] {
  const event = { type: "network.changed", network: NETWORK } as const;
  return [...core.handle(event, 0), ...core.start(0)];
}

function take(core: Core, { event, now }: TraceStep): readonly CoreEffect[] {
  return event === undefined ? core.handleTimeout(now) : core.handle(event, now);
}

function flowOf({ id, transport, address }: Listener, remote: Address): Flow {
  return { listener: id, transport, local: address, remote };
}

function prefix(text: string): Cidr {
  const parsed = parseCidr(text);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.value;
}
