import { assert } from "@std/assert";
import { type Address, type Flow, makeAddress } from "../../../src/base/address.ts";
import { type Cidr, parseCidr } from "../../../src/base/cidr.ts";
import { LIMITS, type Limits } from "../../../src/base/limits.ts";
import type { Binding } from "../../../src/proxy/bindings.ts";
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
import { World, type WorldUsers } from "../../../src/proxy/world.ts";
import { headerText, headerValues } from "../../../src/sip/headers.ts";
import type { SipMessage, SipRequest, SipResponse } from "../../../src/sip/message.ts";
import { parseMessage } from "../../../src/sip/parse.ts";
import { makeResponse, writeMessage } from "../../../src/sip/write.ts";

export const SETTINGS: CoreSettings = {
  inside: { refreshMaxMs: 300_000 },
  outside: { keepaliveMs: 25_000 },
  media: { ports: { low: 10_000, high: 10_199 }, idleMs: 300_000, holdMs: 7_200_000 },
  providers: [],
};

export const SECRET = "a secret of the tests";

export function at(text: string): Address {
  const colon = text.lastIndexOf(":");
  const address = makeAddress(text.slice(0, colon), Number(text.slice(colon + 1)));
  assert(address.ok, text);
  return address.value;
}

export function cidr(text: string): Cidr {
  const parsed = parseCidr(text);
  assert(parsed.ok, text);
  return parsed.value;
}

export const ALICE = "192.168.1.20:5060";
export const BOB = "192.168.1.21:5060";
export const PROVIDER = "198.51.100.10:5060";
export const STRANGER = "198.51.100.66:5060";

export const NETWORK: Network = {
  listeners: [
    {
      id: "inside",
      sides: ["inside"],
      transport: "udp",
      address: at("192.168.1.1:5060"),
      prefix: cidr("192.168.1.0/24"),
    },
    {
      id: "outside",
      sides: ["outside"],
      transport: "udp",
      address: at("203.0.113.5:5060"),
      prefix: cidr("203.0.113.0/24"),
    },
  ],
  advertised: "203.0.113.5",
  insideNetworks: [cidr("192.168.1.0/24")],
  outsideRoutes: [],
  gateway: "203.0.113.1",
  ownIps: ["127.0.0.1", "192.168.1.1", "203.0.113.5"],
};

/** A flow between a peer and the listener of a side. */
export function flow(side: "inside" | "outside", remote: string): Flow {
  const local = side === "inside" ? at("192.168.1.1:5060") : at("203.0.113.5:5060");
  return { listener: side, transport: "udp", local, remote: at(remote) };
}

const SILENT_USERS: WorldUsers = {
  server: { send: () => {}, unacknowledged: () => {}, terminated: () => {} },
  client: { send: () => {}, response: () => {}, timedOut: () => {}, terminated: () => {} },
  mediaIdle: () => {},
};

/** Tables without a core around them; `draws` is what randomness gives, in turn. */
export function makeWorld(
  options: { network?: Network; draws?: number[]; limits?: Partial<Limits> } = {},
): World {
  const draws = [...options.draws ?? []];
  const world = new World({
    settings: SETTINGS,
    secret: SECRET,
    random: () => draws.shift() ?? 0.5,
    wall: () => 0,
    now: 0,
    ...(options.limits === undefined ? {} : { limits: { ...LIMITS, ...options.limits } }),
  }, SILENT_USERS);
  world.network = options.network ?? NETWORK;
  return world;
}

let made = 0;

/** A binding of `name@example.com`, registered from `remote` at the provider. */
export function makeBinding(name: string, changes: Partial<Binding> = {}): Binding {
  const remote = changes.flow?.remote ?? at(ALICE);
  const uri = changes.uri ?? `sip:${name}@${remote.ip}:${remote.port}`;
  const token = changes.token ?? `token${String(++made).padStart(15, "0")}`;
  return {
    token,
    aor: `sip:${name}@example.com`,
    domain: "example.com",
    user: name,
    instance: "",
    registrationId: "",
    contact: `<${uri}>`,
    uri,
    maskedUser: name,
    masked: `sip:${name}@203.0.113.5:5060;line=${token}`,
    listed: true,
    flow: flow("inside", ALICE),
    registrar: at(PROVIDER),
    hop: "example.com",
    path: [],
    expiresAt: 3_600_000,
    ...changes,
  };
}

/** How a request differs from the usual one; `headers` come last, as they are. */
export interface RequestParts {
  readonly method?: string;
  readonly uri?: string;
  readonly via?: string;
  readonly branch?: string;
  readonly from?: string;
  readonly to?: string;
  readonly call?: string;
  readonly cseq?: number;
  /** Empty for none. */
  readonly contact?: string;
  readonly hops?: string;
  readonly headers?: readonly string[];
  readonly body?: string;
}

/** An INVITE, SUBSCRIBE or REFER has one (RFC 3261 §8.1.1.8): the place that its Via names. */
function usualContact(method: string, via: string): string {
  if (!["INVITE", "SUBSCRIBE", "REFER"].includes(method)) return "";
  return `<sip:${/^SIP\/2\.0\/\S+ ([^;,]+)/.exec(via)?.[1] ?? ALICE}>`;
}

/** Text of a request: an INVITE of alice to bob unless the parts say otherwise. */
export function requestText(parts: RequestParts = {}): string {
  const method = parts.method ?? "INVITE";
  const { cseq = 1, body = "" } = parts;
  const branch = parts.branch ?? `z9hG4bK-${parts.call ?? "call-1"}-${method}-${cseq}`;
  const via = parts.via ?? `SIP/2.0/UDP ${ALICE};branch=${branch};rport`;
  const contact = parts.contact ?? usualContact(method, via);
  return [
    `${method} ${parts.uri ?? "sip:bob@example.com"} SIP/2.0`,
    ...(via === "" ? [] : [`Via: ${via}`]),
    `Max-Forwards: ${parts.hops ?? "70"}`,
    `From: ${parts.from ?? "<sip:alice@example.com>;tag=alice"}`,
    `To: ${parts.to ?? "<sip:bob@example.com>"}`,
    `Call-ID: ${parts.call ?? "call-1"}`,
    `CSeq: ${cseq} ${method}`,
    ...(contact === "" ? [] : [`Contact: ${contact}`]),
    ...parts.headers ?? [],
    ...(body === "" ? [] : ["Content-Type: application/sdp"]),
    `Content-Length: ${body.length}`,
    "",
    body,
  ].join("\r\n");
}

export function parsed(text: string): SipMessage {
  const message = parseMessage(text);
  assert(message.ok, `Cannot parse: ${text}`);
  return message.value;
}

export function request(parts: RequestParts = {}): SipRequest {
  return parsed(requestText(parts)) as SipRequest;
}

/** How an answer differs from a bare one. */
export interface AnswerParts {
  readonly reason?: string;
  readonly tag?: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
}

/** Text of an answer to a request as it was sent. */
export function answerText(to: SipRequest, status: number, parts: AnswerParts = {}): string {
  const { tag = "answer", headers = [], body = "" } = parts;
  const type = body === "" ? [] : [["Content-Type", "application/sdp"] as const];
  const all = [...headers, ...type];
  const reason = parts.reason === undefined ? {} : { reason: parts.reason };
  return writeMessage(makeResponse(to, { status, toTag: tag, headers: all, body, ...reason }));
}

/** A description with one audio stream. */
export function audio(ip: string, port = 4000): string {
  return [
    "v=0",
    `o=- 1 1 IN IP4 ${ip}`,
    "s=-",
    `c=IN IP4 ${ip}`,
    "t=0 0",
    `m=audio ${port} RTP/AVP 0`,
    "",
  ].join("\r\n");
}

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
    return (this.core.snapshot() as { calls: [] }).calls;
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

export function header(message: SipMessage, key: string): string {
  return headerText(message, key) ?? "";
}

export { headerValues };

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

/** A call from alice to the provider, answered and acknowledged; its INVITE as the provider got it. */
export function callOut(stage: Stage, parts: RequestParts = {}): SipRequest {
  const contact = `<sip:alice@${ALICE}>`;
  const offer = { contact, body: audio("192.168.1.20"), ...parts };
  stage.inside(requestText(offer));
  const invite = sentRequest(stage.one("INVITE"));
  const headers = [["Contact", `<sip:bob@${PROVIDER}>`]] as const;
  stage.outside(
    answerText(invite, 200, { tag: "bob", headers, body: audio("198.51.100.10") }),
  );
  stage.inside(requestText({
    ...parts,
    method: "ACK",
    uri: `sip:bob@${PROVIDER}`,
    to: "<sip:bob@example.com>;tag=bob",
    branch: "z9hG4bK-ack",
  }));
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
