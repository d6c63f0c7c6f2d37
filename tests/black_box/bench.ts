import type { Scene } from "../../src/selftest/scene.ts";
import {
  endAt,
  expectComplaints,
  killAt,
  makePlace,
  type Place,
  type PlaceOptions,
  register,
  startAt,
  withScene,
} from "./place.ts";
import type { Program, Running } from "./program.ts";

type Env = Readonly<Record<string, string>>;

/** A registered phone and a provider, with the program between them, which is killed and started again at will. */
export class Bench {
  #running: Running | undefined;

  constructor(readonly program: Program, readonly place: Place, readonly scene: Scene) {}

  /** The program as it runs now, or ran last. */
  get running(): Running {
    if (this.#running === undefined) throw new Error("Nothing has been started");
    return this.#running;
  }

  /** Starts it. */
  async start(env: Env = {}): Promise<void> {
    this.#running = await startAt(this.program, this.place, env);
  }

  /** Kills it as a power cut would. */
  async kill(): Promise<void> {
    await killAt(this.running);
  }

  /** A power cut, and a start about which there is nothing to complain. */
  async crash(): Promise<void> {
    await this.kill();
    await this.start();
    expectComplaints(this.running, []);
  }

  /** Ends it in order. */
  async end(): Promise<void> {
    await endAt(this.running);
  }

  /** Ends it whatever its state. */
  async drop(): Promise<void> {
    if (this.#running !== undefined) await this.kill();
  }
}

/** Where and how the program of a bench is started first. */
export interface BenchOptions extends PlaceOptions {
  /** What is set for the first start. */
  readonly env?: Env;
}

/** Starts the program, registers a phone, acts, and ends it whatever came of that. */
export async function onBench(
  program: Program,
  act: (bench: Bench) => Promise<void>,
  { env, ...options }: BenchOptions = {},
): Promise<void> {
  const place = await makePlace(program, options);
  await withScene(place, async (scene) => {
    const bench = new Bench(program, place, scene);
    try {
      await bench.start(env);
      await register(scene);
      await act(bench);
    } finally {
      await bench.drop();
    }
  });
}
