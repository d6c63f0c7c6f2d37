/** How much of a room another room may import: everything, types only, or files whose path in the room matches. */
export type Access = "all" | "types" | RegExp;

/** What a room may import, besides itself. */
export interface Layer {
  /** Rooms and how much of each. */
  readonly rooms: Readonly<Record<string, Access>>;
  /** Bare specifiers, matched as a whole or up to a slash. */
  readonly packages: readonly string[];
  /** True when the room takes time and randomness as parameters and does no I/O. */
  readonly pure: boolean;
}

const OPTIONS_OF_QUIRKS = /(^|\/)(options|order)\.ts$/;
const FRAMING = /(^|_)framing\.ts$/;

/** The table of DESIGN §2: the only place that says which room may import which. */
export const LAYERS: Readonly<Record<string, Layer>> = {
  base: { rooms: {}, packages: ["node:buffer"], pure: true },
  sip: { rooms: { base: "all" }, packages: [], pure: true },
  sdp: { rooms: { base: "all" }, packages: [], pure: true },
  transaction: { rooms: { base: "all", sip: "all" }, packages: [], pure: true },
  media: { rooms: { base: "all", sdp: "all" }, packages: [], pure: true },
  quirks: { rooms: { base: "all", sip: "all", sdp: "all" }, packages: [], pure: true },
  proxy: {
    rooms: {
      base: "all",
      sip: "all",
      sdp: "all",
      transaction: "all",
      media: "all",
      quirks: "all",
    },
    packages: [],
    pure: true,
  },
  config: {
    rooms: { base: "all", proxy: "types", quirks: OPTIONS_OF_QUIRKS },
    packages: ["@std/toml"],
    pure: true,
  },
  net: {
    rooms: { base: "all", sip: FRAMING, media: "types", proxy: "types" },
    packages: ["node:dns"],
    pure: false,
  },
  store: { rooms: { base: "all" }, packages: ["node:sqlite"], pure: false },
  ops: {
    rooms: { base: "all", proxy: "types", media: "types" },
    packages: ["@std/log"],
    pure: false,
  },
  app: {
    rooms: {
      base: "all",
      sip: "all",
      sdp: "all",
      transaction: "all",
      media: "all",
      quirks: "all",
      proxy: "all",
      config: "all",
      net: "all",
      store: "all",
      ops: "all",
    },
    packages: ["@std/cli"],
    pure: false,
  },
  selftest: {
    rooms: { app: "all", sip: "all", sdp: "all", media: "all", base: "all", proxy: "types" },
    packages: [],
    pure: false,
  },
  std: { rooms: {}, packages: ["npm:deno-std@1.4.0"], pure: false },
  main: { rooms: { app: "all", selftest: "all" }, packages: [], pure: false },
};

/** Single files that differ from their room, each with the reason. */
export const EXCEPTIONS: Readonly<Record<string, { pure?: false; packages?: readonly string[] }>> =
  {
    // The hashes are pure functions, but Deno has them in a Node module only.
    "base/hash.ts": { packages: ["node:crypto"] },
    // Reads the configuration file; everything else of the room works on its text.
    "config/load.ts": { pure: false },
  };
