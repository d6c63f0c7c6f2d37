import type { Agent } from "./agent.ts";
import { forwardedRequest, forwardedResponse, lastReceived } from "./agent_forward.ts";
import { compare } from "./compare.ts";
import { compose, sdpOf } from "./compose.ts";
import { fill, matches } from "./pattern.ts";
import type { Run } from "./runner.ts";
import type { Step } from "./script.ts";
import { addressOf } from "./stage_network.ts";
import type { Packet } from "./stage.ts";
import { methodOf, readText, statusOf } from "./text_message.ts";

/** The steps in which an agent sends, answers or gets a SIP message. */
export class SipSteps {
  /** The packet the current step looked at, for its report. */
  lastTaken: string | undefined;
  #seen: Packet[] = [];

  constructor(readonly run: Run) {}

  /** Performs `AGENT sends|answers|forwards|repeats|gets …`. */
  perform(step: Step): void {
    const [name = "", verb, ...words] = step.text.split(/\s+/);
    const agent = this.run.cast.get(name);
    switch (verb) {
      case "sends":
        return this.#sends(agent, step, words);
      case "answers":
        return this.#answers(agent, step, words);
      case "forwards":
        return this.#forwards(agent, step, words);
      case "repeats":
        return this.#transmit(agent, this.#lastOf(agent, words[0]), undefined);
      case "gets":
        return this.#gets(agent, step, words);
      default:
        throw new Error(`An agent sends, answers, repeats or gets, it does not ${verb}`);
    }
  }

  /** Nothing may be left that no step has looked at; a 100 for an INVITE is no news. */
  expectNothing(): void {
    const { packets } = this.run.stage;
    const left = packets.filter((packet) => !packet.text.startsWith("SIP/2.0 100 "));
    if (left.length > 0) {
      const words = left.map((packet) => `to ${packet.to}:\n${packet.text}`);
      throw new Error(`unexpected packet ${words.join("\nand ")}`);
    }
    this.#seen.push(...packets.splice(0));
  }

  /** Drops packets that were sent to the same place before, byte for byte. */
  ignoreRepeats(): void {
    const { packets } = this.run.stage;
    const known = new Set(this.#seen.map((packet) => `${packet.to} ${packet.text}`));
    const fresh = packets.filter((packet) => {
      const key = `${packet.to} ${packet.text}`;
      return !known.has(key) && known.add(key);
    });
    packets.splice(0, packets.length, ...fresh);
  }

  /** `A sends INVITE sip:bob@provider.example with sdp`, `A sends raw`, `P sends INVITE to A`. */
  #sends(agent: Agent, step: Step, words: readonly string[]): void {
    const { bindings } = this.run;
    const block = step.block.map((line) => fill(line, bindings));
    const options = readOptions(words);
    const method = words[0] ?? "";
    if (method === "raw") {
      const text = rawText(block);
      return this.#transmit(agent, text, options.from);
    }
    if (method === "bytes") {
      const bytes = unescape(block.join("\r\n"));
      return this.#transmit(agent, bytes, options.from);
    }
    const phone = options.to === undefined ? undefined : this.run.cast.get(options.to);
    const contact = phone && this.run.cast.contactOf(phone);
    const word = words[1];
    const uri = word !== undefined && /^[a-z*]+:/i.test(word) ? fill(word, bindings) : contact;
    if (phone !== undefined && uri === undefined) {
      throw new Error(`${options.to} is not registered`);
    }
    const usual = agent.request({ method, uri, dialog: options.dialog, to: phone?.options.uri });
    const text = compose(usual, { block, sdp: this.#sdp(agent, options.sdp) });
    this.#transmit(agent, text, options.from);
  }

  /** `P answers 200 OK to INVITE with sdp`. */
  #answers(agent: Agent, step: Step, words: readonly string[]): void {
    const { bindings } = this.run;
    const options = readOptions(words);
    const status = Number(words[0]);
    const phrase = /^answers \d{3} ([A-Z][^]*?)(?= (?:to|with|tag|from)\b|$)/.exec(
      step.text.slice(step.text.indexOf(" ") + 1),
    )?.[1];
    const reason = phrase ?? (status < 200 ? "Progress" : status < 300 ? "OK" : "Refused");
    const usual = agent.answer(status, reason, { method: options.to, tag: options.tag });
    const block = step.block.map((line) => fill(line, bindings));
    const text = compose(usual, { block, sdp: this.#sdp(agent, options.sdp) });
    this.#transmit(agent, text, options.from);
  }

  /** `P forwards INVITE to B`, `P forwards 200`: what it got last of that kind, as a proxy passes it on. */
  #forwards(agent: Agent, step: Step, words: readonly string[]): void {
    const what = words[0] ?? "";
    const { to } = readOptions(words);
    const phone = to === undefined || to.includes(":") ? undefined : this.run.cast.get(to);
    const message = lastReceived(agent.received, what);
    if (message === undefined) throw new Error(`There is no ${what} to forward`);
    const usual = statusOf(message) === undefined
      ? forwardedRequest(message, {
        address: agent.options.address,
        branch: agent.newBranch(),
        uri: phone === undefined
          ? to && fill(to, this.run.bindings)
          : this.run.cast.contactOf(phone),
      })
      : forwardedResponse(message);
    const block = step.block.map((line) => fill(line, this.run.bindings));
    this.#transmit(agent, compose(usual, { block, sdp: message.body }), undefined);
  }

  #sdp(agent: Agent, place: string | undefined): string | undefined {
    if (place === undefined) return undefined;
    const ip = agent.options.address.replace(/:\d+$/, "");
    const port = agent.options.side === "inside" ? 4000 : 30_000;
    return sdpOf(place === "" ? `${ip}:${port}` : fill(place, this.run.bindings));
  }

  #lastOf(agent: Agent, what: string | undefined): string {
    if (what === undefined) return agent.lastText;
    const message = agent.sent.findLast((one) => one.startLine.includes(what));
    if (message === undefined) throw new Error(`No ${what} was sent`);
    return [message.startLine, ...message.lines].join("\r\n") + `\r\n\r\n${message.body}`;
  }

  #transmit(agent: Agent, text: string, from: string | undefined): void {
    const { side, address, sendsFrom } = agent.options;
    agent.noteSent(text);
    this.run.stage.receive(side, from ?? sendsFrom ?? address, text);
  }

  /** `P gets INVITE sip:… with sdp 203.0.113.5:{port}`, `A gets 200`, `A gets again`, `A gets nothing`. */
  #gets(agent: Agent, step: Step, words: readonly string[]): void {
    const { packets } = this.run.stage;
    const options = readOptions(words);
    const wanted = words[0] ?? "";
    const mine = packets.filter((packet) => this.#isFor(packet, agent, options.at));
    if (wanted === "nothing") return this.#getsNothing(mine);
    const trying = wanted !== "100" && wanted !== "again";
    const packet = mine.find((one) => !(trying && one.text.startsWith("SIP/2.0 100 ")));
    if (packet === undefined) {
      const others = packets.map((one) => `${one.to}: ${one.text.split("\r\n")[0]}`);
      throw new Error(
        `missing: ${wanted} at ${step.text.split(" ")[0]}; there is ${
          others.join(", ") || "nothing"
        }`,
      );
    }
    packets.splice(packets.indexOf(packet), 1);
    this.lastTaken = packet.text;
    if (wanted === "again") return this.#again(packet);
    this.#seen.push(packet);
    const problem = this.#startProblem(packet.text, step, words) ??
      compare(packet.text, { block: step.block, sdp: options.sdp }, this.run.bindings);
    const strange = /^[A-Z]|^SIP/.test(packet.text)
      ? agent.noteReceived(readText(packet.text))
      : "";
    if (problem !== undefined) throw new Error(problem);
    if (strange) throw new Error(strange);
  }

  #isFor(packet: Packet, agent: Agent, at: string | undefined): boolean {
    if (at !== undefined) return packet.to === at;
    return this.run.cast.isFor(packet, agent);
  }

  #getsNothing(mine: readonly Packet[]): void {
    const first = mine[0];
    if (first !== undefined) throw new Error(`expected nothing, got:\n${first.text}`);
  }

  #again(packet: Packet): void {
    const same = this.#seen.some((one) => one.to === packet.to && one.text === packet.text);
    if (!same) throw new Error(`not sent before:\n${packet.text}`);
  }

  #startProblem(text: string, step: Step, words: readonly string[]): string | undefined {
    const { bindings } = this.run;
    const message = readText(text);
    const [wanted = "", second] = words;
    if (wanted === "keepalive") {
      return text === "\r\n\r\n" ? undefined : `expected a keep-alive, got ${message.startLine}`;
    }
    if (wanted === "stun") return text.startsWith("\x01\x01") ? undefined : "not an answer of STUN";
    const status = statusOf(message);
    if (/^\d{3}$/.test(wanted)) {
      const method = readOptions(words).to;
      const quoted = /"([^"]*)"/.exec(step.text)?.[1];
      const reason = quoted === undefined || message.startLine.endsWith(` ${quoted}`);
      const right = String(status) === wanted && reason &&
        (method === undefined || methodOf(message) === method);
      return right ? undefined : `expected ${words.join(" ")}, got ${message.startLine}`;
    }
    const uri = second !== undefined && /^(\{|[a-z]+:|…)/i.test(second) ? second : "…";
    const pattern = `${wanted} ${uri} SIP/2.0`;
    return matches(pattern, message.startLine, bindings)
      ? undefined
      : `expected ${pattern}, got ${message.startLine}`;
  }
}

interface Options {
  /** `with sdp [ip:port]`: "" for the agent's usual place. */
  readonly sdp: string | undefined;
  /** `to A` or `to INVITE`. */
  readonly to: string | undefined;
  readonly dialog: string | undefined;
  readonly tag: string | undefined;
  readonly from: string | undefined;
  readonly at: string | undefined;
}

function readOptions(step: readonly string[]): Options {
  // A reason phrase in quotes may hold any word.
  const words = step.join(" ").replace(/"[^"]*"/g, '""').split(" ");
  const after = (name: string) => {
    const index = words.indexOf(name);
    return index < 0 ? undefined : words[index + 1];
  };
  const place = after("sdp");
  const sdp = words.includes("sdp") ? (place?.includes(":") ? place : "") : undefined;
  const from = after("from");
  if (from !== undefined) addressOf(from);
  return { sdp, to: after("to"), dialog: after("in"), tag: after("tag"), from, at: after("at") };
}

/** A message as written: header lines verbatim, body lines behind bars. */
function rawText(block: readonly string[]): string {
  const body = block.filter((line) => line.startsWith("|")).map((line) =>
    line.replace(/^\| ?/, "")
  );
  const head = block.filter((line) => !line.startsWith("|"));
  return `${head.map((line) => `${line}\r\n`).join("")}\r\n${
    body.map((line) => `${line}\r\n`).join("")
  }`;
}

/** `\r`, `\n` and `\x00` in `bytes` blocks. */
function unescape(text: string): string {
  return text.replaceAll(/\\(r|n|x[0-9a-f]{2})/gi, (_all, code: string) => {
    if (code === "r") return "\r";
    return code === "n" ? "\n" : String.fromCharCode(parseInt(code.slice(1), 16));
  });
}
