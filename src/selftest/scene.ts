import type { Address } from "../base/address.ts";
import { ok, refuse, type Result } from "../base/result.ts";
import type { AgentEvent } from "./agent.ts";
import type { Account } from "./credentials.ts";
import type { Endpoint } from "./endpoint.ts";
import { Happenings } from "./happenings.ts";
import { MediaLine, PACKET_MS, sleep, type Talk } from "./media_line.ts";
import { Provider } from "./provider.ts";
import { SipSocket } from "./sip_socket.ts";
import { judgeInterrupted, judgeTalk, type Listener } from "./talk.ts";
import { UserAgent } from "./user_agent.ts";

/** Number of the provider's own answering party. */
export const PARTY_USER = "200";
const PHONE_USER = "100";
const TALK_PACKETS = 50;

/** A user agent with its sockets, its tone and what happened to it. */
export interface Post {
  readonly name: string;
  readonly agent: UserAgent;
  readonly socket: SipSocket;
  readonly line: MediaLine;
  /** Its tone in hertz. */
  readonly frequency: number;
  readonly happenings: Happenings<AgentEvent>;
  /** Where the other end of its call wants RTP, once it is known. */
  farMedia?: Address;
}

/** What a scene is made of. */
export interface SceneOptions {
  readonly phoneIp: string;
  readonly providerIp: string;
  /** How long a step waits for what it expects, in ms. */
  readonly patienceMs: number;
  /** Text that may not be seen outside. */
  readonly secret: string;
  /** Packets in each talk, 20 ms each (50). */
  readonly packets?: number;
}

/** The self-test's surroundings on real sockets: a phone inside, a provider and its party outside. */
export class Scene {
  readonly phone: Post;
  readonly party: Post;
  readonly provider: Provider;
  /** Lines seen outside that name the inside. */
  readonly leaks: string[] = [];
  readonly #options: SceneOptions;
  readonly #providerSocket: SipSocket;

  /** Opens all sockets; `outboundProxy` is where the phone sends everything, without one straight to the provider. */
  constructor(options: SceneOptions, outboundProxy?: Address) {
    this.#options = options;
    this.#providerSocket = SipSocket.open(options.providerIp);
    const { ip, port } = this.#providerSocket.address;
    const account = { user: PHONE_USER, domain: `${ip}:${port}`, password: "open sesame" };
    this.phone = openPost("phone", {
      ip: options.phoneIp,
      account,
      frequency: 400,
      ...(outboundProxy === undefined ? {} : { outboundProxy }),
      guard: (endpoint) => endpoint,
    });
    const guard = (endpoint: Endpoint): Endpoint => this.#watched(endpoint);
    this.party = openPost("provider's party", {
      ip: options.providerIp,
      account: { ...account, user: PARTY_USER },
      frequency: 700,
      guard,
    });
    this.provider = new Provider({
      local: this.#providerSocket.address,
      accounts: [account],
      parties: new Map([[PARTY_USER, this.party.socket.address]]),
      send: this.#providerSocket.send,
    });
    this.#providerSocket.attach(guard(this.provider));
  }

  /** The domain of all numbers. */
  get domain(): string {
    const { ip, port } = this.#providerSocket.address;
    return `${ip}:${port}`;
  }

  /** The Contact URI under which the provider knows the phone. */
  get registeredContact(): string | undefined {
    return this.provider.contactOf(PHONE_USER, performance.now());
  }

  /** Waits for an event of one kind; a failure told meanwhile, or silence, refuses. */
  async expect<K extends AgentEvent["kind"]>(
    post: Post,
    kind: K,
  ): Promise<Result<Extract<AgentEvent, { kind: K }>>> {
    type Wanted = Extract<AgentEvent, { kind: K | "failed" }>;
    const { patienceMs } = this.#options;
    const event = await post.happenings.take(
      (candidate): candidate is Wanted => candidate.kind === kind || candidate.kind === "failed",
      patienceMs,
    );
    const expected = `expected the ${post.name} to be ${kind} within ${patienceMs / 1000} s`;
    if (event === undefined) return refuse(`${expected}, came nothing`);
    if (event.kind === kind) return ok(event as Extract<AgentEvent, { kind: K }>);
    return refuse(`${expected}, came ${failureText(event)}`);
  }

  /** Calls from one post to the other, which answers. */
  async call(caller: Post, called: Post, uri: string): Promise<Result<string>> {
    const rung = await this.ring(caller, called, uri);
    if (!rung.ok) return rung;
    const answered = await this.answer(caller, called);
    return answered.ok ? ok("rang, answered, acknowledged") : answered;
  }

  /** Calls from one post to the other, which rings. */
  async ring(caller: Post, called: Post, uri: string): Promise<Result<string>> {
    for (const post of [caller, called]) post.happenings.clear();
    caller.socket.act((now) => caller.agent.call(uri, now));
    const [ringing, invited] = await Promise.all([
      this.expect(caller, "ringing"),
      this.expect(called, "invited"),
    ]);
    if (!ringing.ok) return ringing;
    return invited.ok ? ok(`the ${called.name} rings, the ${caller.name} hears it`) : invited;
  }

  /** Lets a post that rings answer. */
  async answer(caller: Post, called: Post): Promise<Result<string>> {
    const call = called.agent.calls[0];
    if (call === undefined) return refuse(`expected a call at the ${called.name}, there is none`);
    called.socket.act((now) => called.agent.accept(call.callId, now));
    const answered = await this.expect(caller, "answered");
    if (!answered.ok) return answered;
    const established = await this.expect(called, "established");
    if (!established.ok) return established;
    caller.farMedia = answered.value.farMedia;
    called.farMedia = established.value.farMedia;
    return ok("the answer passed through, acknowledged");
  }

  /** Lets the caller give up while the other post rings. */
  async cancel(caller: Post, called: Post): Promise<Result<string>> {
    const call = caller.agent.calls[0];
    if (call === undefined) return refuse(`expected a call at the ${caller.name}, there is none`);
    caller.socket.act((now) => caller.agent.hangUp(call.callId, now));
    const ended = await this.expect(called, "ended");
    if (!ended.ok) return ended;
    const failed = await this.expect(caller, "failed");
    if (!failed.ok) return failed;
    const { status, reason } = failed.value;
    if (status !== 487) {
      return refuse(`expected 487 at the ${caller.name}, came ${status} ${reason}`);
    }
    return ok("CANCEL passed through, the INVITE ended with 487");
  }

  /** Lets both ends talk, and judges what each heard. */
  async talk(): Promise<Result<string>> {
    const packets = this.#options.packets ?? TALK_PACKETS;
    const [atPhone, atParty] = await this.#talks(packets);
    return together([
      judgeTalk(atPhone, this.#listener("phone", packets)),
      judgeTalk(atParty, this.#listener("party", packets)),
    ]);
  }

  /** Lets both ends talk for twice as long, breaks in when a quarter of it is over, and judges what each heard. */
  async talkOver(breakIn: () => Promise<unknown>): Promise<Result<string>> {
    const packets = 2 * (this.#options.packets ?? TALK_PACKETS);
    const [[atPhone, atParty]] = await Promise.all([
      this.#talks(packets),
      sleep(packets * PACKET_MS / 4).then(breakIn),
    ]);
    return together([
      judgeInterrupted(atPhone, this.#listener("phone", packets)),
      judgeInterrupted(atParty, this.#listener("party", packets)),
    ]);
  }

  /** Hangs up at one end, and waits until both have ended. */
  async hangUp(first: Post, second: Post): Promise<Result<string>> {
    const call = first.agent.calls[0];
    if (call === undefined) return refuse(`expected a call at the ${first.name}, there is none`);
    first.socket.act((now) => first.agent.hangUp(call.callId, now));
    for (const post of [second, first]) {
      const ended = await this.expect(post, "ended");
      if (!ended.ok) return ended;
    }
    return ok("BYE passed through, answered with 200");
  }

  /** Closes all sockets. */
  async close(): Promise<void> {
    const sockets = [this.phone.socket, this.party.socket, this.#providerSocket];
    const lines = [this.phone.line, this.party.line];
    await Promise.all([...sockets, ...lines].map((each) => each.close()));
  }

  #talks(packets: number): Promise<[Talk, Talk]> {
    return Promise.all([talkOf(this.phone, packets), talkOf(this.party, packets)]);
  }

  #listener(who: "phone" | "party", packets: number): Listener {
    const { name, frequency: own } = this[who];
    const { frequency: expected } = this[who === "phone" ? "party" : "phone"];
    return { name, own, expected, packets };
  }

  /** Notes every line that comes in from sipmasq and names the inside. */
  #watched(endpoint: Endpoint): Endpoint {
    return {
      receive: (text, from, now) => {
        const lines = text.split("\r\n").filter((line) => line.includes(this.#options.secret));
        this.leaks.push(...lines);
        endpoint.receive(text, from, now);
      },
      nextTimeout: () => endpoint.nextTimeout(),
      handleTimeout: (now) => endpoint.handleTimeout(now),
    };
  }
}

function openPost(name: string, options: {
  readonly ip: string;
  readonly account: Account;
  readonly frequency: number;
  readonly outboundProxy?: Address;
  readonly guard: (endpoint: Endpoint) => Endpoint;
}): Post {
  const { ip, account, frequency, outboundProxy, guard } = options;
  const socket = SipSocket.open(ip);
  const line = MediaLine.open(ip);
  const happenings = new Happenings<AgentEvent>();
  const agent = new UserAgent({
    account,
    local: socket.address,
    media: line.address,
    ...(outboundProxy === undefined ? {} : { outboundProxy }),
    send: socket.send,
    random: Math.random,
    event: (event) => happenings.add(event),
  });
  socket.attach(guard(agent));
  return { name, agent, socket, line, frequency, happenings };
}

function talkOf({ line, frequency, farMedia: far = line.address }: Post, packets: number) {
  return line.talk({ far, frequency, packets });
}

/** Both must have passed; their words in one. */
function together(verdicts: readonly Result<string>[]): Result<string> {
  const bad = verdicts.filter((verdict) => !verdict.ok);
  if (bad.length > 0) return refuse(bad.map((verdict) => verdict.reason).join("; "));
  return ok(verdicts.map((verdict) => verdict.ok ? verdict.value : "").join("; "));
}

function failureText(event: AgentEvent): string {
  if (event.kind !== "failed") return event.kind;
  const answer = event.status === 0 ? event.reason : `${event.status} ${event.reason}`;
  return `${answer} to its ${event.method}`;
}
