import { assert } from "@std/assert";
import { LIMITS, type Limits } from "../../../src/base/limits.ts";
import { Core } from "../../../src/proxy/core.ts";
import type {
  CoreEffect,
  CoreEvent,
  Network,
  Owner,
  ServerAnswer,
  ServerQuery,
} from "../../../src/proxy/events.ts";
import type { CoreSettings } from "../../../src/proxy/settings.ts";
import type { SipRequest, SipResponse } from "../../../src/sip/message.ts";
import { answerText, audio, header, parsed, type RequestParts, requestText } from "./messages.ts";
import { ALICE, at, flow, NETWORK, PROVIDER, SECRET, SETTINGS } from "./world_fixture.ts";

/** One message that left the core. */
export interface Sent {
  readonly to: string;
  readonly side: string;
  readonly owner: Owner;
  readonly text: string;
  readonly committed: boolean;
}

/** Servers by name, as a resolver that answers at once gives them; undefined leaves the question open. */
export type Resolve = (query: ServerQuery) => ServerAnswer | undefined;

/** One server for each text. */
export function servers(...addresses: string[]): ServerAnswer {
  const found = addresses.map((address, priority) => ({
    transport: "udp" as const,
    address: at(address),
    priority,
    weight: 0,
  }));
  return { ok: true, servers: found };
}

/** What a stage is made with. */
export interface StageOptions {
  readonly network?: Network;
  readonly resolve?: Resolve;
  readonly records?: { key: readonly string[]; value: unknown }[];
  readonly wall?: number;
  readonly settings?: CoreSettings;
  readonly limits?: Partial<Limits>;
}

/** A core with a scripted network around it, in virtual time. */
export class Stage {
  readonly core: Core;
  now = 0;
  /** What was sent since the last `take`. */
  sent: Sent[] = [];
  readonly effects: CoreEffect[] = [];
  readonly #resolve: Resolve;

  constructor(options: StageOptions = {}) {
    let seed = 1;
    this.core = new Core({
      settings: options.settings ?? SETTINGS,
      secret: SECRET,
      random: () => (seed = seed * 48_271 % 2_147_483_647) / 2_147_483_647,
      wall: () => (options.wall ?? 0) + this.now,
      now: 0,
      records: options.records ?? [],
      ...(options.limits === undefined ? {} : { limits: { ...LIMITS, ...options.limits } }),
    });
    this.#resolve = options.resolve ?? (() => servers(PROVIDER));
    this.event({ type: "network.changed", network: options.network ?? NETWORK });
    this.#perform(this.core.start(0));
  }

  event(event: CoreEvent): void {
    this.#perform(this.core.handle(event, this.now));
  }

  inside(text: string, from = ALICE): void {
    this.event({ type: "sip.received", flow: flow("inside", from), text });
  }

  outside(text: string, from = PROVIDER): void {
    this.event({ type: "sip.received", flow: flow("outside", from), text });
  }

  /** Lets time pass, doing what falls due on the way. */
  pass(ms: number): void {
    const end = this.now + ms;
    for (let due = this.core.nextTimeout(); due !== undefined && due <= end;) {
      this.now = Math.max(this.now, due);
      this.#perform(this.core.handleTimeout(this.now));
      due = this.core.nextTimeout();
    }
    this.now = end;
  }

  /** What was sent since the last call; keep-alives left out. */
  take(): Sent[] {
    const taken = this.sent.filter(({ text }) => text !== "\r\n\r\n");
    this.sent = [];
    return taken;
  }

  /** The one request or answer that was sent since the last call and begins so. */
  one(begin: string): Sent {
    const taken = this.take().filter(({ text }) => text.startsWith(begin));
    assert(taken.length === 1, `${taken.length} messages begin with ${begin}`);
    return taken[0]!;
  }

  /** First words of what was sent, and where to. */
  lines(): string[] {
    return this.take().map(({ text, to }) => `${text.slice(0, text.indexOf("\r\n"))} > ${to}`);
  }

  /** Sentences for the log of a kind. */
  notes(kind: string): string[] {
    return this.effects.flatMap((effect) =>
      effect.type === "note" && effect.note.kind === kind ? [effect.note.text] : []
    );
  }

  /** Sizes of tables and counters. */
  get tables(): Record<string, number> {
    return (this.core.snapshot() as { tables: Record<string, number> }).tables;
  }

  get counters(): Record<string, number> {
    return (this.core.snapshot() as { counters: Record<string, number> }).counters;
  }

  /** Calls, as the snapshot shows them. */
  get calls(): { state: string; from: string; to: string; dialogs: number }[] {
    return this.core.snapshot().calls;
  }

  #perform(effects: readonly CoreEffect[]): void {
    for (const effect of effects) {
      this.effects.push(effect);
      if (effect.type === "sip.send") this.#send(effect);
      else if (effect.type === "media.bind") {
        this.event({ type: "media.bound", pair: effect.pair.pair });
      } else if (effect.type === "media.close") {
        this.event({ type: "media.closed", pair: effect.pair });
      } else if (effect.type === "dns.resolve") {
        const answer = this.#resolve(effect.query);
        if (answer === undefined) continue;
        this.event({ type: "dns.answer", ticket: effect.ticket, answer });
      }
    }
  }

  #send(effect: CoreEffect & { type: "sip.send" }): void {
    const { owner, text, committed } = effect;
    const target = this.core.destination(owner);
    assert(target !== undefined, `No destination: ${JSON.stringify(owner)}`);
    const { ip, port } = target.remote;
    this.sent.push({ to: `${ip}:${port}`, side: target.listener, owner, text, committed });
  }
}

/** The request in what was sent. */
export function sentRequest(sent: Sent): SipRequest {
  const message = parsed(sent.text);
  assert(message.kind === "request");
  return message;
}

/** The answer in what was sent. */
export function sentAnswer(sent: Sent): SipResponse {
  const message = parsed(sent.text);
  assert(message.kind === "response");
  return message;
}

/** Registers a phone for an hour and returns the masked URI the registrar has. */
export function register(stage: Stage, name = "alice", from = ALICE): string {
  const contact = `<sip:${name}@${from}>`;
  const address = `<sip:${name}@example.com>`;
  stage.inside(
    requestText({
      method: "REGISTER",
      uri: "sip:example.com",
      via: `SIP/2.0/UDP ${from};branch=z9hG4bK-register-${name}-${stage.now};rport`,
      from: `${address};tag=${name}`,
      to: address,
      call: `register-${name}`,
      contact,
    }),
    from,
  );
  const sent = sentRequest(stage.one("REGISTER"));
  const masked = header(sent, "contact");
  stage.outside(answerText(sent, 200, { headers: [["Contact", `${masked};expires=3600`]] }));
  stage.take();
  return masked.replace(/^<|>.*$/g, "");
}

/** So many other phones, each registered a while ago; their addresses. */
export function registerOthers(stage: Stage, count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const from = `192.168.1.${100 + index}:5060`;
    register(stage, `other${index}`, from);
    // Those that have no registration yet share half of each table (RULES V7).
    stage.pass(40_000);
    stage.take();
    return from;
  });
}

/** Fills the table of server transactions with one message of each of these phones. */
export function fillTransactions(stage: Stage, phones: readonly string[], limit: number): void {
  for (const from of phones) {
    if (stage.tables["serverTransactions"] === limit) break;
    stage.inside(requestText({ method: "MESSAGE", call: `message of ${from}` }), from);
  }
  assert(stage.tables["serverTransactions"] === limit, "the table is not full");
  stage.take();
}

/** A call from alice to the provider, answered and acknowledged; its INVITE as the provider got it. */
export function callOut(stage: Stage, parts: RequestParts = {}, from = ALICE): SipRequest {
  const contact = `<sip:alice@${from}>`;
  const offer = { contact, body: audio(at(from).ip), ...parts };
  stage.inside(requestText(offer), from);
  const invite = sentRequest(stage.one("INVITE"));
  const headers = [["Contact", `<sip:bob@${PROVIDER}>`]] as const;
  stage.outside(
    answerText(invite, 200, { tag: "bob", headers, body: audio("198.51.100.10") }),
  );
  stage.inside(
    requestText({
      ...parts,
      method: "ACK",
      uri: `sip:bob@${PROVIDER}`,
      to: "<sip:bob@example.com>;tag=bob",
      branch: "z9hG4bK-ack",
    }),
    from,
  );
  stage.take();
  return invite;
}

/** A call from the provider to a registered alice, answered and acknowledged; its INVITE as the phone got it. */
export function callIn(stage: Stage, masked: string): SipRequest {
  const via = `SIP/2.0/UDP ${PROVIDER};branch=z9hG4bK-in`;
  const party = {
    via,
    from: "<sip:carol@example.com>;tag=carol",
    to: "<sip:alice@example.com>",
    call: "call-in",
    contact: `<sip:carol@${PROVIDER}>`,
  };
  stage.outside(requestText({ ...party, uri: masked, body: audio("198.51.100.10") }));
  const invite = sentRequest(stage.one("INVITE"));
  const headers = [["Contact", `<sip:alice@${ALICE}>`]] as const;
  stage.inside(answerText(invite, 200, { tag: "alice", headers, body: audio("192.168.1.20") }));
  stage.outside(requestText({
    ...party,
    method: "ACK",
    uri: masked,
    to: "<sip:alice@example.com>;tag=alice",
    via: `SIP/2.0/UDP ${PROVIDER};branch=z9hG4bK-in-ack`,
  }));
  stage.take();
  return invite;
}

/** Another run that has what this one stored, as it is or damaged. */
export function restart(
  stage: Stage,
  damage = (text: string) => text,
  options: StageOptions = {},
): Stage {
  const kept = new Map<string, { key: readonly string[]; value: unknown }>();
  for (const effect of stage.effects) {
    if (effect.type !== "store.set") continue;
    const name = effect.key.join("/");
    if (effect.value === undefined) kept.delete(name);
    else {kept.set(
        name,
        JSON.parse(damage(JSON.stringify({ key: effect.key, value: effect.value }))),
      );}
  }
  return new Stage({ ...options, records: [...kept.values()] });
}
