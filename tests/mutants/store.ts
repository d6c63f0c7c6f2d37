import type { Mutant } from "./trial.ts";

/** Faults in what outlives a restart, and in the tables under everything. */
export const STORE: readonly Mutant[] = [
  {
    what: "try a record that is too large again for ever",
    file: "store/store.ts",
    from: "else refused.push(one.reason);",
    to: "else reasons.push(one.reason);",
    tests: ["unit/store/store_test.ts"],
  },
  {
    what: "let one bad record take its whole batch with it",
    file: "store/store.ts",
    from: "if (batch.length > 1 && blamesFile(error)) return await this.#writeSingly(batch);",
    to: "",
    tests: ["unit/store/store_test.ts"],
  },
  {
    what: "make a new secret at every start",
    file: "store/secret.ts",
    from: "if (known.text !== undefined) return { text: known.text };",
    to: "",
    tests: ["unit/store/secret_test.ts"],
  },
  {
    what: "let others read the secret",
    file: "store/secret.ts",
    from: "mode: 0o600",
    to: "mode: 0o644",
    tests: ["unit/store/secret_test.ts"],
  },
  {
    what: "read records that a newer program wrote",
    file: "store/schema.ts",
    from: "if (from > options.to) return refuse(`a newer version wrote it: schema ${from}`);",
    to: "",
    tests: ["unit/store/schema_test.ts"],
  },
  {
    what: "load a file again that the last start died of",
    file: "store/open.ts",
    from:
      'if (exists(marker(this.#path))) return this.#discard("the last start ended while reading it");',
    to: "",
    tests: ["unit/store/open_test.ts"],
  },
  {
    what: "let registrations expire because the clock says 1970",
    file: "base/stored_time.ts",
    from: "nowWallMs >= buildWallMs && absence >= 0",
    to: "absence >= 0",
    tests: ["unit/base/stored_time_test.ts"],
  },
  {
    what: "let a table grow over its limit",
    file: "base/bounded_map.ts",
    from: "if (!this.#map.has(key) && this.full) {",
    to: "if (this.#map.has(key) && this.full) {",
    tests: ["unit/base/bounded_map_test.ts"],
  },
  {
    what: "run a deadline that was cancelled",
    file: "base/deadline_heap.ts",
    from: "deadline.done = true;\n    this.#cancelled++;",
    to: "this.#cancelled++;",
    tests: ["unit/base/deadline_heap_test.ts"],
  },
  {
    what: "run equal deadlines in any order",
    file: "base/deadline_heap.ts",
    from: " || (left.at === right.at && left.order < right.order)",
    to: "",
    tests: ["unit/base/deadline_heap_test.ts"],
  },
  {
    what: "let records wait on each other's commit",
    file: "store/store.ts",
    from: "this.#tail = done;",
    to: "",
    tests: ["unit/store/store_test.ts"],
  },
  {
    what: "keep every damaged copy",
    file: "store/set_aside.ts",
    from: "  prune(path, target);\n",
    to: "",
    tests: ["unit/store/set_aside_test.ts"],
  },
  {
    what: "send to port 0",
    file: "net/send.ts",
    from: "!(to.port >= 1 && to.port <= 65535)",
    to: "to.port > 65535",
    tests: ["unit/net/send_test.ts"],
  },
];
