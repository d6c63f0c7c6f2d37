/** The signals that mean something; never USR1, which belongs to the runtime's inspector. */
export type SignalName = "SIGTERM" | "SIGINT" | "SIGHUP" | "SIGUSR2";

/** Where signals come from. */
export interface Signals {
  /** Calls `handler` for each signal of that name; returns what ends it. */
  on(name: SignalName, handler: () => void): () => void;
}

/** The process's own signals. */
export const SYSTEM_SIGNALS: Signals = {
  on(name, handler) {
    Deno.addSignalListener(name, handler);
    return () => Deno.removeSignalListener(name, handler);
  },
};
