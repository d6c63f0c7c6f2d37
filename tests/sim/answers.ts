import { Violation } from "./violation.ts";

/** With no room to remember a request its refusal is not remembered either: a copy may find room (RULES V7). */
const TABLE_FULL = /^SIP\/2\.0 (?:480|500) Too busy, try again later\r\n/;

/** Remembers every final answer that left (RFC 3261 §16.7): a request gets one; an INVITE may get 2xx of several forks. */
export class Answers {
  /** Request → its final answers, as status and To tag. */
  readonly #finals = new Map<string, Set<string>>();
  /** Requests whose final was sent by an earlier life of the core. */
  #before = new Map<string, Set<string>>();
  /** INVITEs that had failed when the core started, and how. */
  #kept = new Map<string, string>();

  /** Looks at a message that leaves to `to`. */
  look(to: string, text: string): void {
    const status = Number(/^SIP\/2\.0 (\d{3})/.exec(text)?.[1] ?? 0);
    if (status < 200) return;
    const key = `${to} ${transaction(text)}`;
    const answer = finalOf(text);
    const known = this.#finals.get(key) ?? new Set();
    if (known.has(answer)) return;
    this.#judge(key, answer, known);
    if (TABLE_FULL.test(text)) return;
    const kept = this.#kept.get(transaction(text)) ?? answer;
    if (kept !== answer) {
      throw new Violation(
        "one answer",
        `${key} got ${answer} after a restart; ${kept} is on record`,
      );
    }
    this.#finals.set(key, known.add(answer));
  }

  /**
   * The core has been restarted. What no record holds it may answer anew (RULES X1): a transaction other than INVITE,
   * which is passed on again and gets what its server says now (481 to a BYE, 404 when the phone has gone), and a
   * failure whose ACK had come, or that of an INVITE that never left us, by another. That an INVITE succeeded or
   * failed is on record, unless the disk failed for its call, and which failure it was until its ACK.
   *
   * @param unsure Call-IDs of calls whose records are not what they should be.
   * @param failures The failures on record, as they were sent.
   */
  restarted(unsure: readonly string[], failures: readonly string[]): void {
    this.#remember();
    this.#kept = new Map(failures.map((text) => [transaction(text), finalOf(text)]));
    // A record that should have gone may bring an INVITE back that had failed, and its failure is too old by then.
    for (const known of [this.#before, this.#kept]) {
      for (const key of known.keys()) {
        if (unsure.some((id) => key.includes(` ${id} `))) known.delete(key);
      }
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

/** Names the request that a response answers. */
function transaction(text: string): string {
  return `${field(text, "Via")} ${field(text, "Call-ID")} ${field(text, "CSeq")}`;
}

/** Status and To tag of a response. */
function finalOf(text: string): string {
  const status = /^SIP\/2\.0 (\d{3})/.exec(text)?.[1];
  return `${status} ${/;tag=([^;,\s>]*)/.exec(field(text, "To"))?.[1] ?? ""}`;
}

function field(text: string, name: string): string {
  return new RegExp(`^${name}: *(.*)\r$`, "im").exec(text)?.[1] ?? "";
}
