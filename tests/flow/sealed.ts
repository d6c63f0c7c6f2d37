function forbidden(name: string): () => never {
  return () => {
    throw new Error(
      `The core used ${name}: time, randomness and the world are handed in (DESIGN §2)`,
    );
  };
}

const throwing = (name: string): object =>
  new Proxy(forbidden(name), {
    get: (_target, key) => forbidden(`${name}.${String(key)}`)(),
  });

type Replacement = readonly [holder: object, key: string, value: unknown];

const REPLACED: readonly Replacement[] = [
  [Date, "now", forbidden("Date.now")],
  [Math, "random", forbidden("Math.random")],
  [performance, "now", forbidden("performance.now")],
  ...["setTimeout", "setInterval", "queueMicrotask", "fetch"].map((key): Replacement => [
    globalThis,
    key,
    forbidden(key),
  ]),
  [globalThis, "Deno", throwing("Deno")],
];

/** Runs something while clocks, timers, randomness and Deno throw. */
export function sealed<T>(run: () => T): T {
  const kept = REPLACED.map(([holder, key]) => Object.getOwnPropertyDescriptor(holder, key));
  try {
    for (const [holder, key, value] of REPLACED) {
      Object.defineProperty(holder, key, { value, configurable: true, writable: true });
    }
    return run();
  } finally {
    for (const [index, [holder, key]] of REPLACED.entries()) {
      const before = kept[index];
      if (before === undefined) Reflect.deleteProperty(holder, key);
      else Object.defineProperty(holder, key, before);
    }
  }
}
