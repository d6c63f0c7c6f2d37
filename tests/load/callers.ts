import { PACKET_MS, sleep } from "../../src/selftest/media_line.ts";
import { Scene } from "../../src/selftest/scene.ts";
import {
  type Experience,
  experienceOf,
  type Line,
  type Passing,
  type Tries,
} from "./life_judge.ts";
import { FIRST_SCENE, INSIDE, OUTSIDE } from "./places.ts";
import type { Program } from "./program.ts";

/** How many calls talk all the time. */
export const TALKING = 3;
/** From one attempt to the next, of a phone to register again, and of a call to come up. */
const AGAIN_MS = 1_000;
/** How long a call that comes and goes is up. */
const UP_MS = 300;

/**
 * Phones and their providers, each pair with addresses of its own: in some a call talks all the time while the phone
 * registers again and again, in one more calls come and go, from the phone and to it in turn.
 */
export class Callers {
  readonly #talking: readonly Scene[];
  readonly #passing: Scene;
  readonly #packets: number;

  constructor(program: Program, seconds: number) {
    const packets = Math.floor(seconds * 1_000 / PACKET_MS);
    this.#packets = packets;
    const scenes = Array.from({ length: TALKING + 1 }, (_, index) => {
      const host = FIRST_SCENE + index;
      return new Scene({
        phoneIp: `${INSIDE}.${host}`,
        providerIp: `${OUTSIDE}.${host}`,
        patienceMs: 4_000,
        secret: `${INSIDE}.`,
        packets,
      }, program.inside);
    });
    this.#talking = scenes.slice(0, TALKING);
    this.#passing = scenes[TALKING]!;
  }

  /** Registers every phone, and sets up the calls that talk; throws in words when that fails. */
  async begin(): Promise<void> {
    for (const scene of [...this.#talking, this.#passing]) {
      if (!await register(scene)) throw new Error("A phone could not register before any flood");
    }
    for (const scene of this.#talking) {
      const { phone, party } = scene;
      const called = await scene.call(phone, party, party.agent.aor);
      if (!called.ok) throw new Error(called.reason);
    }
  }

  /** Talks, registers and calls for some seconds. */
  async live(seconds: number): Promise<Experience> {
    const end = performance.now() + seconds * 1_000;
    const [passing, ...talking] = await Promise.all([
      callAgain(this.#passing, end),
      ...this.#talking.map(async (scene): Promise<Line> => {
        const [talk, registrations] = await Promise.all([scene.talk(), registerAgain(scene, end)]);
        return { talk, registrations };
      }),
    ]);
    const leaks = [...this.#talking, this.#passing].flatMap((scene) => scene.leaks.splice(0));
    return experienceOf({ talking, passing, leaks }, { seconds, packets: this.#packets });
  }

  /** Closes all sockets. */
  async close(): Promise<void> {
    await Promise.all([...this.#talking, this.#passing].map((scene) => scene.close()));
  }
}

async function register(scene: Scene): Promise<boolean> {
  const { phone } = scene;
  phone.happenings.clear();
  phone.socket.act((now) => phone.agent.register(3600, now));
  return (await scene.expect(phone, "registered")).ok;
}

async function registerAgain(scene: Scene, end: number): Promise<Tries> {
  const tries = { done: 0, tried: 0 };
  while (performance.now() < end) {
    tries.tried++;
    if (await register(scene)) tries.done++;
    await sleep(AGAIN_MS);
  }
  return tries;
}

/** Calls from the phone and to it in turn, and hangs up at either end. */
async function callAgain(scene: Scene, end: number): Promise<Passing> {
  const { phone, party } = scene;
  const result = { done: 0, tried: 0, problems: [] as string[] };
  while (performance.now() < end) {
    const startedAt = performance.now();
    const outward = result.tried++ % 2 === 0;
    const [caller, called] = outward ? [phone, party] : [party, phone];
    const up = await scene.call(caller, called, called.agent.aor);
    if (up.ok) await sleep(UP_MS);
    const over = up.ok ? await scene.hangUp(called, caller) : up;
    if (over.ok) result.done++;
    else {
      result.problems.push(`a call from the ${caller.name}: ${over.reason}`);
      for (const { agent } of [phone, party]) agent.drop();
    }
    await sleep(startedAt + AGAIN_MS - performance.now());
  }
  return result;
}
