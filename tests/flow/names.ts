import type { ServerAnswer, ServerQuery, ServerRecord } from "../../src/proxy/events.ts";
import { addressOf } from "./stage_network.ts";

/** What `dns NAME -> …` says of a name. */
export type Answer = "silent" | { readonly fails: string } | readonly Server[];

interface Server {
  readonly ip: string;
  readonly port: number | undefined;
  readonly priority: number;
  readonly weight: number;
}

/** Reads `203.0.113.10, 203.0.113.11:5070 priority 20 weight 5`, `silent` or `fails why`. */
export function readAnswer(text: string): Answer {
  if (text === "silent") return "silent";
  if (text.startsWith("fails")) return { fails: text.slice(6) || "no such name" };
  return text.split(/\s*,\s*/).map((entry) => {
    const [place = "", ...words] = entry.split(/\s+/);
    const [ip = "", port] = place.split(":");
    return {
      ip,
      port: port === undefined ? undefined : Number(port),
      priority: numberAfter(words, "priority"),
      weight: numberAfter(words, "weight"),
    };
  });
}

function numberAfter(words: readonly string[], name: string): number {
  const at = words.indexOf(name);
  return at < 0 ? 0 : Number(words[at + 1]);
}

/** The scripted answers of a flow; names are asked without regard to case. */
export class Names {
  #answers = new Map<string, Answer>([["provider.example", readAnswer("203.0.113.10")]]);

  /** Says what a name leads to from now on. */
  set(name: string, answer: Answer): void {
    this.#answers.set(name.toLowerCase(), answer);
  }

  /** The answer to a query; undefined while the server is silent. */
  answer(query: ServerQuery): ServerAnswer | undefined {
    const answer = this.#answers.get(query.host.toLowerCase());
    if (answer === "silent") return undefined;
    if (answer === undefined) return { ok: false, reason: "no such name" };
    if ("fails" in answer) return { ok: false, reason: answer.fails };
    return { ok: true, servers: answer.map((server) => toRecord(server, query)) };
  }
}

function toRecord(server: Server, query: ServerQuery): ServerRecord {
  const port = query.port ?? server.port ?? 5060;
  const address = addressOf(`${server.ip}:${port}`);
  return { transport: "udp", address, priority: server.priority, weight: server.weight };
}
