import { reasonOf } from "../net/send.ts";
import { type Log, Repeats } from "../ops/repeats.ts";

/** Catches what nobody else caught: a fault of our own is logged, and the program goes on. */
export function installGuards(log: Log): void {
  const repeats = new Repeats({ log, now: () => performance.now() });
  const told = (what: string, error: unknown) => {
    const text = `A fault of sipmasq itself, please report it: ${what}: ${stackOf(error)}`;
    repeats.note({ level: "error", kind: "fault", text });
  };
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    told("unhandled rejection", event.reason);
  });
  globalThis.addEventListener("error", (event) => {
    event.preventDefault();
    told("uncaught error", event.error);
  });
}

/** An error with the first lines of its stack, in one line. */
export function stackOf(error: unknown): string {
  const stack = error instanceof Error ? error.stack : undefined;
  return (stack ?? reasonOf(error)).split("\n").slice(0, 6).map((line) => line.trim()).join(" | ");
}
