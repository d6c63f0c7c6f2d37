import type { Outcome } from "./outcome.ts";

/** What a thread tells of a world: of an error only its text gets through. */
export type Told = Omit<Outcome, "violation"> & { readonly violation: Error | undefined };

/** Seeds that wait for a thread, so that none has to wait for us. */
const AHEAD = 4;

/** Runs the worlds of so many seeds on all cores; what became of each is told as it ends. */
export async function simulateAll(
  seeds: readonly number[],
  take: (outcome: Told) => void,
): Promise<void> {
  const waiting = [...seeds];
  const threads = Array.from(
    { length: Math.min(navigator.hardwareConcurrency, seeds.length) },
    () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }),
  );
  let left = seeds.length;
  const over = Promise.withResolvers<void>();
  for (const thread of threads) {
    const give = () => {
      const seed = waiting.shift();
      if (seed !== undefined) thread.postMessage(seed);
    };
    thread.onmessage = ({ data }: MessageEvent<Told>) => {
      give();
      take(data);
      if (--left === 0) over.resolve();
    };
    thread.onerror = ({ message }) => over.reject(new Error(message));
    for (let ahead = 0; ahead < AHEAD; ahead++) give();
  }
  await over.promise.finally(() => threads.forEach((thread) => thread.terminate()));
}
