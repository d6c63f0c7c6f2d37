import { Violation } from "./violation.ts";

/** With no room to remember a request its refusal is not remembered either: a copy may find room (RULES V7). */
const TABLE_FULL = /^SIP\/2\.0 (?:480|500) Too busy, try again later\r\n/;

/** Remembers every final answer that left (RFC 3261 §16.7): a request gets one; an INVITE may get 2xx of several forks. */
export class Answers {
  /** Request → its final answers, as status and To tag. */
  readonly #finals = new Map<string, Set<string>>();
  /** Requests whose final was sent by an earlier life of the core. */
  #before = new Map<string, Set<string>>();

  /** Looks at a message that leaves to `to`. */
  look(to: string, text: string): void {
    const status = Number(/^SIP\/2\.0 (\d{3})/.exec(text)?.[1] ?? 0);
    if (status < 200) return;
    const key = `${to} ${field(text, "Via")} ${field(text, "Call-ID")} ${field(text, "CSeq")}`;
    const answer = `${status} ${/;tag=([^;,\s>]*)/.exec(field(text, "To"))?.[1] ?? ""}`;
    const known = this.#finals.get(key) ?? new Set();
    if (known.has(answer)) return;
    this.#judge(key, answer, known);
    if (TABLE_FULL.test(text)) return;
    this.#finals.set(key, known.add(answer));
  }

  /**
   * The core has been restarted. What it forgot it may answer anew: a transaction other than INVITE, and one failure
   * by another. That an INVITE succeeded or failed is on record (RULES X1), unless the disk failed for its call.
   *
   * @param unsure Call-IDs of calls whose records are not what they should be.
   */
  restarted(unsure: readonly string[]): void {
    this.#remember();
    for (const key of this.#before.keys()) {
      if (unsure.some((id) => key.includes(` ${id} `))) this.#before.delete(key);
    }
    this.#finals.clear();
  }

  #remember(): void {
    for (const [key, finals] of this.#finals) {
      this.#before.set(key, new Set([...this.#before.get(key) ?? [], ...finals]));
    }
  }

  #judge(key: string, answer: string, known: ReadonlySet<string>): void {
    const mayFork = (one: string) => key.endsWith(" INVITE") && one.startsWith("2");
    const others = [...known].filter((one) => !(mayFork(one) && mayFork(answer)));
    if (others.length > 0) {
      throw new Violation("one answer", `${key} got ${others.join(", ")} and then ${answer}`);
    }
    // A success is on record, and a failure until its ACK (RULES X1).
    const earlier = !key.endsWith(" INVITE") ? [] : [...this.#before.get(key) ?? []]
      .filter((one) => mayFork(one) !== mayFork(answer));
    if (earlier.length > 0) {
      throw new Violation(
        "one answer",
        `${key} got ${earlier.join(", ")} before the restart, then ${answer}`,
      );
    }
  }
}

function field(text: string, name: string): string {
  return new RegExp(`^${name}: *(.*)\r$`, "im").exec(text)?.[1] ?? "";
}
