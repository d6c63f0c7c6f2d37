import type { Packet } from "../flow/stage.ts";

/**
 * RULES S3: nobody can make us send more to an address than was sent in its name. One sentence for answers
 * that are larger together than the request they answer; empty when all is well.
 */
export function reflected(request: string, answers: readonly string[]): string[] {
  const bytes = answers.reduce((sum, text) => sum + text.length, 0);
  if (bytes <= request.length) return [];
  return [`${bytes} bytes went outside for a stranger's ${request.length}`];
}

/** What of a packet matters here. */
type Sent = Pick<Packet, "to" | "text">;

/** A token as we write it into Contacts (RULES C1). */
const TOKEN = /;line=([a-z2-7]{20})/gi;

/**
 * Follows all strangers over a whole run (RULES S3), who are everybody outside but the provider: no datagram may
 * draw more than its own bytes at once, wherever they go, and in no Call-ID may a stranger ever have been sent more
 * than it has sent there itself, be it later, or again and again. Who shows a token of ours or rings a phone is no
 * stranger in that Call-ID any more (RULES C2): what is sent there later are a phone's words, or ours in a dialog.
 * And to whom an answer goes has spoken in its Call-ID (RULES V4): no Via steers it elsewhere.
 */
export class ReflectionWatch {
  /** Bytes heard and not yet answered, by Call-ID. */
  #left = new Map<string, number>();
  /** Call-IDs in which strangers are none. */
  #admitted = new Set<string>();
  /** What we wrote into Contacts, in lower case. */
  #tokens = new Set<string>();
  /** Outside IPs and Call-IDs in which a phone spoke to them first: it may call whom it likes. */
  #called = new Set<string>();
  /** Outside IPs that spoke, by Call-ID. */
  #spoke = new Map<string, Set<string>>();
  readonly #provider: string;

  /** @param provider Its `ip:port`. */
  constructor(provider: string) {
    this.#provider = ipOf(provider);
  }

  /** Looks at what was sent because of a datagram; throws when a stranger drew too much. */
  fed(from: string, request: string, sent: readonly Sent[]): void {
    const ip = ipOf(from);
    const call = callOf(request);
    if (isOutside(ip)) this.#noteSpeaker(call, ip);
    if (!this.#isStranger(ip, call)) return this.waited(sent);
    this.#left.set(call, (this.#left.get(call) ?? 0) + request.length);
    const drawn = sent.filter((one) => this.#isDrawn(request, one)).map(({ text }) => text);
    const [found] = reflected(request, drawn);
    if (found !== undefined) throw new Error(`${found}:\n${drawn.join("\n")}`);
    const shows = tokensIn(request).some((token) => this.#tokens.has(token));
    const rings = sent.some(({ to, text }) => !isOutside(to) && callOf(text) === call);
    if (shows || rings) this.#admitted.add(call);
    this.waited(sent);
  }

  /** Looks at what was sent while time passed; throws when a stranger got too much. */
  waited(sent: readonly Sent[]): void {
    for (const one of sent) {
      const { to, text } = one;
      for (const token of tokensIn(text)) this.#tokens.add(token);
      const ip = ipOf(to);
      const call = callOf(text);
      if (!this.#isStranger(ip, call)) continue;
      if (!this.#spoke.get(call)?.has(ip)) {
        if (isRequest(text)) {
          this.#called.add(`${ip} ${call}`);
          continue;
        }
        if (isAnswer(text)) {
          throw new Error(`An answer went to ${to}, which said nothing in that Call-ID:\n${text}`);
        }
      }
      if (!this.#admitted.has(call)) this.#charge(call, text);
    }
  }

  /** Forgets what was said: every transaction is over. Tokens of registrations go on. */
  clear(): void {
    this.#left.clear();
    this.#admitted.clear();
    this.#called.clear();
    this.#spoke.clear();
  }

  /** Forgets tokens too: every registration is over. */
  forget(): void {
    this.clear();
    this.#tokens.clear();
  }

  #charge(call: string, text: string): void {
    const left = (this.#left.get(call) ?? 0) - text.length;
    if (left < 0) throw new Error(`${-left} bytes too many for a stranger:\n${text}`);
    this.#left.set(call, left);
  }

  /** True for what a datagram draws unduly. An answer may go on to the provider or get an ACK: only we tell our branch. */
  #isDrawn(datagram: string, { to, text }: Sent): boolean {
    if (!isOutside(to)) return false;
    return !isAnswer(datagram) || ipOf(to) !== this.#provider && !text.startsWith("ACK ");
  }

  #isStranger(ip: string, call: string): boolean {
    return isOutside(ip) && ip !== this.#provider && !this.#called.has(`${ip} ${call}`);
  }

  #noteSpeaker(call: string, ip: string): void {
    const speakers = this.#spoke.get(call);
    if (speakers === undefined) this.#spoke.set(call, new Set([ip]));
    else speakers.add(ip);
  }
}

function isAnswer(text: string): boolean {
  return text.startsWith("SIP/2.0 ");
}

function isRequest(text: string): boolean {
  return /^\S+ \S+ SIP\/2\.0\r\n/.test(text);
}

function isOutside(place: string): boolean {
  return !place.startsWith("192.168.");
}

/** The Call-ID of a message that need not be sound; empty without one. */
function callOf(text: string): string {
  return /^(?:call-id|i)[ \t]*:[ \t]*([^\r\n]*)/im.exec(text)?.[1]?.trimEnd() ?? "";
}

function tokensIn(text: string): string[] {
  return [...text.matchAll(TOKEN)].map(([, token]) => token!.toLowerCase());
}

function ipOf(place: string): string {
  return place.slice(0, place.lastIndexOf(":"));
}
