import { makeAddress } from "../../src/base/address.ts";
import { Scene } from "../../src/selftest/scene.ts";
import { expectOutcome, expectThat } from "./cases.ts";
import type { Program, Running } from "./program.ts";

const INSIDE = "127.0.4.1";
const OUTSIDE = "127.0.5.1";
/** The last words of a start: from here on it serves. */
const STARTED = "calls with audio";
const PATIENCE_MS = 5000;
const TALK_PACKETS = 75;

/** A configuration on loopback with free ports and a state file of its own. */
export interface Place {
  readonly env: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  readonly inside: string;
  readonly outside: string;
  /** Path of the state file. */
  readonly state: string;
  /** How many files the program may have open there. */
  readonly files?: number;
}

/** How a place differs from the usual one. */
export interface PlaceOptions {
  /** Where the state lies; in a fresh folder unless told. */
  readonly folder?: string | undefined;
  /** How many files the program may have open. */
  readonly files?: number | undefined;
  /** `[media] idle`; its default unless told. */
  readonly idle?: string | undefined;
}

/** Makes a place. */
export async function makePlace(
  program: Program,
  { folder, files, idle }: PlaceOptions = {},
): Promise<Place> {
  const env = await program.env();
  const inside = `${INSIDE}:${freePort(INSIDE)}`;
  const outside = `${OUTSIDE}:${freePort(OUTSIDE)}`;
  const state = `${folder ?? env.HOME}/state/state.kv`;
  const file = await program.configuration(`
[inside]
interface = "${INSIDE}/24"
listen = ["udp:${inside.split(":")[1]}"]
[outside]
interface = "${OUTSIDE}/24"
listen = ["udp:${outside.split(":")[1]}"]
advertise = "${OUTSIDE}"
[media]
ports = "21000-21199"
${idle === undefined ? "" : `idle = "${idle}"`}
[state]
path = "${state}"
`);
  const place = { env, args: ["run", "--config", file], inside, outside, state };
  return files === undefined ? place : { ...place, files };
}

/** A port of this IP that nobody has. */
function freePort(ip: string): number {
  const socket = Deno.listenDatagram({ transport: "udp", hostname: ip, port: 0 });
  const { port } = socket.addr as Deno.NetAddr;
  socket.close();
  return port;
}

/** Starts the program at a place and waits until it serves; `env` adds to the place's own. */
export async function startAt(
  program: Program,
  place: Place,
  env: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const { args, files } = place;
  const caller = { env: { ...place.env, ...env } };
  const running = program.start(args, files === undefined ? caller : { ...caller, files });
  await running.says(STARTED);
  return running;
}

/** Kills it as a power cut would. */
export async function killAt(running: Running): Promise<void> {
  running.kill("SIGKILL");
  await running.outcome;
}

/** Ends it in order. */
export async function endAt(running: Running): Promise<void> {
  running.kill("SIGTERM");
  expectOutcome(await running.outcome, 0);
}

/** Lines that are errors or warnings. */
export function complaints(output: string): string[] {
  return output.split("\n").filter((line) => /^\S+ (error|warn) /.test(line));
}

/** Throws unless there is one complaint for each text, holding it, and no other. */
export function expectComplaints(running: Running, texts: readonly string[]): void {
  const found = complaints(running.output);
  const fits = found.length === texts.length &&
    texts.every((text) => found.some((line) => line.includes(text)));
  const expected = texts.length === 0
    ? "no complaint"
    : texts.map((text) => `"${text}"`).join(", ");
  expectThat(fits, `Expected ${expected} and nothing else, came:\n${running.output}`);
}

/** Runs the self-test, and throws with its report unless it passes. */
export async function passSelftest(
  program: Program,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const outcome = await program.run(["selftest"], { env });
  expectOutcome(outcome, 0, ["steps passed"]);
  expectThat(!outcome.output.includes("FAIL"), `A step failed:\n${outcome.output}`);
}

/** A phone and a provider around the program at a place. */
export async function withScene(place: Place, act: (scene: Scene) => Promise<void>): Promise<void> {
  const [ip, port] = place.inside.split(":");
  const inside = makeAddress(ip!, Number(port));
  if (!inside.ok) throw new Error(`Cannot reach ${place.inside}: ${inside.reason}`);
  const scene = new Scene({
    phoneIp: "127.0.4.2",
    providerIp: "127.0.5.2",
    patienceMs: PATIENCE_MS,
    secret: "127.0.4.",
    packets: TALK_PACKETS,
  }, inside.value);
  try {
    await act(scene);
    expectThat(scene.leaks.length === 0, `The inside was seen outside: ${scene.leaks[0]}`);
  } finally {
    await scene.close();
  }
}

/** Registers the scene's phone. */
export async function register(scene: Scene): Promise<void> {
  scene.phone.socket.act((now) => scene.phone.agent.register(300, now));
  const registered = await scene.expect(scene.phone, "registered");
  if (!registered.ok) throw new Error(`Cannot register: ${registered.reason}`);
}

/** Calls the scene's phone by its number; it answers. */
export async function callIn(scene: Scene): Promise<void> {
  await must(scene.call(scene.party, scene.phone, scene.phone.agent.aor));
}

/** Hangs up at the phone or at the provider's party. */
export async function hangUp(scene: Scene, first: "phone" | "party"): Promise<void> {
  await must(scene.hangUp(scene[first], scene[first === "phone" ? "party" : "phone"]));
}

/** Throws the reason of what a scene refused. */
export async function must(
  outcome: Promise<{ ok: true; value: string } | { ok: false; reason: string }>,
): Promise<void> {
  const result = await outcome;
  if (!result.ok) throw new Error(result.reason);
}
