import { type Signals, SYSTEM_SIGNALS } from "../app/signals.ts";
import type { startApp } from "../app/start.ts";
import { type Address, formatAddress } from "../base/address.ts";
import { ok, refuse, type Result } from "../base/result.ts";
import type { Side } from "../base/side.ts";
import { PARTY_USER, Scene } from "./scene.ts";
import { uriAddress } from "./endpoint.ts";
import { runSteps, type Step } from "./steps.ts";

const INSIDE = "127.0.1.1";
const OUTSIDE = "127.0.2.1";
const PHONE = "127.0.1.2";
const PROVIDER = "127.0.2.2";
const INSIDE_PREFIX = "127.0.1.";
const PATIENCE_MS = 5000;
const LOG_LINES = 20;

type Settings = Parameters<typeof startApp>[0];
type Log = Parameters<typeof startApp>[1]["log"];

/** What the self-test uses of the running application. */
export interface SelftestApp {
  readonly listeners: readonly { readonly sides: readonly Side[]; readonly address: Address }[];
  /** Ends in order. */
  stop(): Promise<void>;
  /** Ends at once, as a crash would. */
  drop(): Promise<void>;
}

/** What the self-test needs. */
export interface SelftestOptions {
  /** Takes one line of the report. */
  readonly print: (line: string) => void;
  /** Starts the application: the very function that `run` uses. */
  readonly startApp: (
    settings: Settings,
    options: { readonly log: Log; readonly statePath: string },
  ) => Promise<SelftestApp>;
  /** How long a step waits for what it expects, in ms (5 s). */
  readonly patienceMs?: number;
  /** Where signals come from; the process's own unless told. */
  readonly signals?: Signals;
  /** Ends the process at once. */
  readonly exit?: (code: number) => void;
  /** Makes a fresh folder for the state; in the system's temporary one unless told. */
  readonly makeFolder?: () => string;
}

/**
 * Runs a whole day of a phone in seconds: real sockets on loopback, a real state file, a phone and a provider of its
 * own. One line per step; returns the exit code.
 */
export async function runSelftest(options: SelftestOptions): Promise<number> {
  const made = stateFolder(options);
  if (!made.ok) {
    options.print(`FAIL     Cannot make a folder for the state: ${made.reason}`);
    options.print("          look at: TMPDIR, which must be a folder that you may write to");
    return 1;
  }
  const folder = made.value;
  const unheard = onInterruption(folder, options);
  const test = new Selftest(options, `${folder}/state.kv`);
  const passed = await runSteps(test.steps(), options.print);
  await test.close();
  if (!passed) { for (const line of test.log.slice(-LOG_LINES)) options.print(`    ${line}`); }
  await Deno.remove(folder, { recursive: true });
  unheard();
  return passed ? 0 : 1;
}

function stateFolder({ makeFolder }: SelftestOptions): Result<string> {
  const make = makeFolder ?? (() => Deno.makeTempDirSync({ prefix: "sipmasq-selftest-" }));
  try {
    return ok(make());
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

/** Ctrl-C in the middle leaves no folder behind; returns what ends the listening. */
function onInterruption(folder: string, options: SelftestOptions): () => void {
  const { signals = SYSTEM_SIGNALS, exit = (code) => Deno.exit(code) } = options;
  const ends = (["SIGINT", "SIGTERM"] as const).map((name) =>
    signals.on(name, () => {
      Deno.removeSync(folder, { recursive: true });
      exit(1);
    })
  );
  return () => ends.forEach((end) => end());
}

class Selftest {
  readonly log: string[] = [];
  readonly #options: SelftestOptions;
  readonly #statePath: string;
  #app: SelftestApp | undefined;
  #scene: Scene | undefined;

  constructor(options: SelftestOptions, statePath: string) {
    this.#options = options;
    this.#statePath = statePath;
  }

  /** All steps in order; each takes what the ones before it left. */
  steps(): Step[] {
    const log = "the log below";
    const register = "the log below; the provider is at 127.0.2.2, is UDP on loopback filtered?";
    const sdp = "the addresses and ports in the INVITE and its answer, and the log below";
    return [
      step("start", log, () => this.#start()),
      step("register, challenged", register, () => this.#challenged()),
      step("register, accepted", register, () => this.#registered()),
      step("call out", log, () => this.#callOut()),
      step("call out, audio both ways", sdp, () => this.#needScene().talk()),
      step("call out, hung up by the phone", log, () => this.#hangUp("phone")),
      step("call in", log, () => this.#callIn()),
      step("call in, audio both ways", sdp, () => this.#needScene().talk()),
      step("call in, hung up by the provider's side", log, () => this.#hangUp("party")),
      step("restart after a crash", log, () => this.#restart()),
      step("call in, phone not registered again", log, () => this.#callIn()),
      step("call in, audio goes on over a crash", sdp, () => this.#talkOverRestart()),
      step("call in, hung up by the phone", log, () => this.#hangUp("phone")),
      step("call out", log, () => this.#callOut()),
      step("call out, crash and restart in the call", log, () => this.#restart()),
      step("call out, hung up by the provider's side", log, () => this.#hangUp("party")),
      step("call in, rings", log, () => this.#ring("party")),
      step("call in, crash and restart while it rings", log, () => this.#restart()),
      step("call in, answered after the restart", log, () => this.#answer("party")),
      step("call in, hung up by the phone", log, () => this.#hangUp("phone")),
      step("call out, rings", log, () => this.#ring("phone")),
      step("call out, crash and restart while it rings", log, () => this.#restart()),
      step("call out, cancelled after the restart", log, () => this.#cancel()),
      step("privacy", "the lines named here", () => this.#privacy()),
    ];
  }

  /** Ends everything that was started. */
  async close(): Promise<void> {
    await this.#app?.stop();
    await this.#scene?.close();
  }

  async #start(): Promise<Result<string>> {
    this.#app = await this.#startApp(selftestSettings({ inside: 0, outside: 0 }));
    const patienceMs = this.#options.patienceMs ?? PATIENCE_MS;
    const { inside, outside } = this.#ports();
    this.#scene = new Scene({
      phoneIp: PHONE,
      providerIp: PROVIDER,
      patienceMs,
      secret: INSIDE_PREFIX,
    }, inside);
    return ok(`inside ${formatAddress(inside)}, outside ${formatAddress(outside)}`);
  }

  async #challenged(): Promise<Result<string>> {
    const scene = this.#needScene();
    scene.phone.socket.act((now) => scene.phone.agent.register(300, now));
    const event = await scene.expect(scene.phone, "challenged");
    return event.ok ? ok(`the provider's ${event.value.status} reached the phone`) : event;
  }

  async #registered(): Promise<Result<string>> {
    const scene = this.#needScene();
    const event = await scene.expect(scene.phone, "registered");
    if (!event.ok) return event;
    const contact = scene.registeredContact ?? "nothing";
    const address = uriAddress(contact);
    const expected = formatAddress(this.#ports().outside);
    if (!address.ok || formatAddress(address.value) !== expected) {
      return refuse(`expected a Contact at ${expected} with the provider, came ${contact}`);
    }
    const own = formatAddress(scene.phone.socket.address);
    if (!event.value.contacts.some((value) => value.includes(`@${own}`))) {
      const came = event.value.contacts.join(", ") || "none";
      return refuse(`expected the phone's own Contact ${own} in its answer, came ${came}`);
    }
    return ok(`${event.value.expires} s, the provider calls ${contact}`);
  }

  async #callOut(): Promise<Result<string>> {
    const scene = this.#needScene();
    return await scene.call(scene.phone, scene.party, this.#numberOf("party"));
  }

  async #callIn(): Promise<Result<string>> {
    const scene = this.#needScene();
    return await scene.call(scene.party, scene.phone, this.#numberOf("phone"));
  }

  async #ring(caller: "phone" | "party"): Promise<Result<string>> {
    const scene = this.#needScene();
    const called = caller === "phone" ? "party" : "phone";
    return await scene.ring(scene[caller], scene[called], this.#numberOf(called));
  }

  async #answer(caller: "phone" | "party"): Promise<Result<string>> {
    const scene = this.#needScene();
    return await scene.answer(scene[caller], scene[caller === "phone" ? "party" : "phone"]);
  }

  async #cancel(): Promise<Result<string>> {
    const scene = this.#needScene();
    return await scene.cancel(scene.phone, scene.party);
  }

  #numberOf(who: "phone" | "party"): string {
    const scene = this.#needScene();
    return who === "phone" ? scene.phone.agent.aor : `sip:${PARTY_USER}@${scene.domain}`;
  }

  #hangUp(first: "phone" | "party"): Promise<Result<string>> {
    const scene = this.#needScene();
    return scene.hangUp(scene[first], scene[first === "phone" ? "party" : "phone"]);
  }

  async #restart(): Promise<Result<string>> {
    const before = this.#ports();
    await this.#app?.drop();
    this.#app = undefined;
    this.log.push("(dropped, started again)");
    this.#app = await this.#startApp(
      selftestSettings({ inside: before.inside.port, outside: before.outside.port }),
    );
    return ok("dropped without an orderly end, started again from the state file");
  }

  async #talkOverRestart(): Promise<Result<string>> {
    return await this.#needScene().talkOver(() => this.#restart());
  }

  #privacy(): Promise<Result<string>> {
    const [leak] = this.#needScene().leaks;
    return Promise.resolve(
      leak === undefined
        ? ok("no inside address was seen outside")
        : refuse(`expected no inside address outside, came "${leak}"`),
    );
  }

  #startApp(settings: Settings): Promise<SelftestApp> {
    const log: Log = (level, sentence, detail) => {
      const lines = detail?.split(/\r?\n/) ?? [];
      this.log.push(`${level}: ${sentence}`, ...lines.map((line) => `    ${line}`));
    };
    return this.#options.startApp(settings, { log, statePath: this.#statePath });
  }

  #needScene(): Scene {
    if (this.#scene === undefined) throw new Error("The application has not been started");
    return this.#scene;
  }

  #ports(): Record<Side, Address> {
    return { inside: this.#listener("inside"), outside: this.#listener("outside") };
  }

  #listener(side: Side): Address {
    const found = this.#app?.listeners.find((listener) => listener.sides.includes(side));
    if (found === undefined) throw new Error(`Expected a listener on the ${side}, there is none`);
    return found.address;
  }
}

function step(title: string, hint: string, run: () => Promise<Result<string>>): Step {
  return { title, hint, run };
}

/** Two interfaces on loopback and a private range of media ports; listen port 0 is given by the kernel. */
function selftestSettings(ports: Record<Side, number>): Settings {
  return {
    inside: {
      interface: `${INSIDE}/24`,
      listen: [{ transport: "udp", port: ports.inside }],
      networks: [],
      refreshMaxMs: 300_000,
    },
    outside: {
      interface: `${OUTSIDE}/24`,
      listen: [{ transport: "udp", port: ports.outside }],
      advertise: { kind: "ip", ip: OUTSIDE },
      keepaliveMs: 25_000,
    },
    media: { ports: { low: 20_000, high: 20_999 }, idleMs: 300_000, holdMs: 7_200_000 },
    state: { path: "auto" },
    providers: [],
    log: { level: "debug" },
  };
}
