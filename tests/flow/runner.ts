import type { Note } from "../../src/proxy/events.ts";
import type { SendFault } from "../../src/base/send_fault.ts";
import { Cast } from "./cast.ts";
import { rewritten } from "./compare.ts";
import { MediaSteps } from "./media_steps.ts";
import { type Bindings, fill } from "./pattern.ts";
import type { Script, Step } from "./script.ts";
import { Stage } from "./stage.ts";
import { addProvider, durationOf, setSetting } from "./stage_settings.ts";
import { readAnswer } from "./names.ts";
import { SipSteps } from "./sip_steps.ts";
import { finalProblems } from "./whole.ts";

/** How a flow is run. */
export interface RunOptions {
  /** Called with the new block when an expectation differs: it is rewritten instead of failing. */
  readonly rewrite?: (step: Step, block: readonly string[]) => void;
  /** Changes what the core sends, as a fault in it would: for the tests of the checks. */
  readonly fault?: (text: string) => string;
}

/** Everything that one run of a flow holds. */
export interface Run {
  readonly stage: Stage;
  readonly cast: Cast;
  readonly bindings: Bindings;
}

/** Runs a flow against a fresh core; throws at the first step that is not as written. */
export function runFlow(script: Script, options: RunOptions = {}): void {
  const run: Run = { stage: new Stage(options.fault), cast: new Cast(), bindings: new Map() };
  const sip = new SipSteps(run);
  const media = new MediaSteps(run);
  for (const step of script.steps) {
    const problem = attempt(() => perform(run, { step, sip, media }));
    if (problem === undefined) continue;
    const text = sip.lastTaken;
    if (options.rewrite === undefined || text === undefined || !/ gets /.test(step.text)) {
      throw new Error(`${step.where}: ${step.text}\n${problem}${text ? `\n\n${text}` : ""}`);
    }
    options.rewrite(step, rewritten(text, step.block, run.bindings));
  }
  const problems = attempt(() => {
    sip.expectNothing();
    media.expectNothing();
    const left = finalProblems(run.stage);
    if (left.length > 0) throw new Error(left.join("\n"));
  });
  if (problems !== undefined) throw new Error(`${script.path}: at the end\n${problems}`);
}

function attempt(action: () => void): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

interface Steps {
  readonly step: Step;
  readonly sip: SipSteps;
  readonly media: MediaSteps;
}

/** One step: by an agent's name, else by its first word. */
function perform(run: Run, { step, sip, media }: Steps): void {
  sip.lastTaken = undefined;
  const [first = "", ...words] = step.text.split(/\s+/);
  if (/\b(rtc?p|udptl|stun packet)\b/.test(step.text)) return media.perform(step);
  const passes = ["wait", "restart", "network", "dns"].includes(first);
  if (passes || / (sends|answers|forwards|repeats)\b/.test(step.text)) {
    sip.expectNothing();
    media.expectNothing();
  }
  if (run.cast.has(first)) return sip.perform(step);
  const { stage } = run;
  switch (first) {
    case "phone":
    case "outside":
      return addAgent(run, first, words);
    case "setting":
      return setSetting(stage.settings, words[0] ?? "", words[1] ?? "");
    case "provider":
      return addProvider(stage.settings, words);
    case "reload":
      // What `setting` and `provider` said since the start holds from now on.
      return stage.run({ type: "settings.changed", settings: stage.settings });
    case "network":
      return stage.changeNetwork(words[0] ?? "", words.slice(1));
    case "dns":
      return dns(stage, words);
    case "taken":
      return void stage.taken.add(words[0]!);
    case "free":
      return void stage.taken.delete(words[0]!);
    case "unreachable":
      return void stage.unreachable.set(words[0]!, readFault(words[1] ?? "unreachable"));
    case "reachable":
      return void stage.unreachable.delete(words[0]!);
    case "wait":
      stage.wait(durationOf(words[0] ?? ""));
      return words[1] === "ignoring" ? sip.ignoreRepeats() : undefined;
    case "restart":
      if (words.join(" ") === "without state") stage.store.clear();
      return stage.restart();
    case "clock":
      stage.wallShift += durationOf(words[0] ?? "");
      return;
    case "expect":
      return expectation(run, step, sip);
    default:
      throw new Error(`Nobody is called ${first}, and there is no such step`);
  }
}

/** What `unreachable IP:PORT [forbidden|too-long]` means to a send. */
function readFault(kind: string): SendFault {
  switch (kind) {
    case "unreachable":
      return { kind, reason: "network is unreachable" };
    case "forbidden":
      return { kind, reason: "operation not permitted (a firewall rule?)" };
    case "too-long":
      return { kind, reason: "message too long" };
    default:
      throw new Error(`A send cannot be ${kind}: write unreachable IP:PORT [forbidden|too-long]`);
  }
}

/** `phone C 192.168.1.22:5060 sip:carol@provider.example from 49152`. */
function addAgent(run: Run, kind: "phone" | "outside", words: readonly string[]): void {
  const [name = "", address = "", uri = "", from, port] = words;
  const ip = address.replace(/:\d+$/, "");
  const sendsFrom = from === "from" ? `${ip}:${port}` : undefined;
  const side = kind === "phone" ? "inside" : "outside";
  run.cast.add({ name, side, address, uri, sendsFrom });
}

/** `dns NAME -> answer`; `dns answers` lets a silent server speak. */
function dns(stage: Stage, words: readonly string[]): void {
  if (words[0] === "answers") return stage.answerNames();
  if (words[1] !== "->") throw new Error("Write: dns NAME -> 203.0.113.10");
  stage.names.set(words[0]!, readAnswer(words.slice(2).join(" ")));
}

/** `expect different {a} {b}`: what was bound is not the same twice. */
function different(run: Run, words: readonly string[]): void {
  const values = words.map((word) => fill(word, run.bindings));
  if (new Set(values).size !== values.length) throw new Error(`the same twice: ${values}`);
}

/** `expect nothing`, `expect [no] log "…"`, `expect count KIND N`, `expect notes KIND N`, `expect phones N`, `expect calls N`. */
function expectation(run: Run, step: Step, sip: SipSteps): void {
  const words = step.text.split(/\s+/).slice(1);
  const { stage } = run;
  const quoted = /"([^]*)"$/.exec(step.text)?.[1];
  if (words[0] === "nothing") return sip.expectNothing();
  if (words[0] === "different") return different(run, words.slice(1));
  if (quoted !== undefined) return logExpectation(stage, quoted, words[0] === "no");
  const snapshot = stage.core.snapshot() as Record<string, unknown>;
  const wanted = Number(words.at(-1));
  if (words[0] === "notes") {
    const notes = stage.notes.filter(({ kind }) => kind === words[1]);
    if (notes.length === wanted) return;
    throw new Error(`expected ${wanted}, got ${notes.length}: ${JSON.stringify(notes)}`);
  }
  const actual = words[0] === "count"
    ? (snapshot["counters"] as Record<string, number>)[words.slice(1, -1).join(" ")] ?? 0
    : (snapshot[words[0] ?? ""] as readonly unknown[] | undefined)?.length;
  if (actual !== wanted) {
    const counters = JSON.stringify(snapshot["counters"]);
    throw new Error(`expected ${wanted}, got ${actual}; counters ${counters}`);
  }
}

function logExpectation(stage: Stage, part: string, absent: boolean): void {
  const found = stage.notes.some((note) => noteText(note).includes(part));
  if (found !== absent) return;
  const said = stage.notes.map(noteText).join("\n");
  throw new Error(`${absent ? "The log has" : "The log lacks"} "${part}":\n${said}`);
}

function noteText({ level, text, detail }: Note): string {
  return `${level}: ${text}${detail === undefined ? "" : `\n${detail}`}`;
}
