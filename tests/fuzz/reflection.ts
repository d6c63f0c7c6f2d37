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
 * Follows a stranger over a whole run (RULES S3): no datagram may draw more than its own bytes at once, and in no
 * Call-ID may it ever have been sent more than it has sent there itself, be it later, or again and again. Who shows
 * a token of ours or rings a phone is no stranger in that Call-ID any more (RULES C2): what is sent there later
 * are a phone's words, or ours in a dialog.
 */
export class ReflectionWatch {
  /** Bytes heard and not yet answered, by Call-ID. */
  #left = new Map<string, number>();
  /** Call-IDs in which it is no stranger. */
  #admitted = new Set<string>();
  /** What we wrote into Contacts, in lower case. */
  #tokens = new Set<string>();
  readonly #ip: string;

  /** @param stranger Its `ip:port`; answers may go to another port. */
  constructor(stranger: string) {
    this.#ip = ipOf(stranger);
  }

  /** Looks at what was sent because of a datagram; throws when the stranger got too much. */
  fed(from: string, request: string, sent: readonly Sent[]): void {
    if (ipOf(from) !== this.#ip) return this.waited(sent);
    const call = callOf(request);
    this.#left.set(call, (this.#left.get(call) ?? 0) + request.length);
    const answers = sent.filter(({ to }) => ipOf(to) === this.#ip).map(({ text }) => text);
    const [found] = reflected(request, answers);
    if (found !== undefined) throw new Error(`${found}:\n${answers.join("\n")}`);
    const shows = tokensIn(request).some((token) => this.#tokens.has(token));
    const rings = sent.some(({ to, text }) => to.startsWith("192.168.") && callOf(text) === call);
    if (shows || rings) this.#admitted.add(call);
    this.waited(sent);
  }

  /** Looks at what was sent while time passed; throws when the stranger got too much. */
  waited(sent: readonly Sent[]): void {
    for (const { to, text } of sent) {
      for (const token of tokensIn(text)) this.#tokens.add(token);
      const call = callOf(text);
      if (ipOf(to) !== this.#ip || this.#admitted.has(call)) continue;
      const left = (this.#left.get(call) ?? 0) - text.length;
      if (left < 0) throw new Error(`${-left} bytes too many for a stranger:\n${text}`);
      this.#left.set(call, left);
    }
  }

  /** Forgets what was said: every transaction is over. Tokens of registrations go on. */
  clear(): void {
    this.#left.clear();
    this.#admitted.clear();
  }
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
