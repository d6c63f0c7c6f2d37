import type { Listeners } from "../net/listeners.ts";
import { MediaSockets } from "../net/media_sockets.ts";
import type { Resolver } from "../net/resolver.ts";
import type { Note } from "../proxy/events.ts";
import { leavesFiles } from "./capacity.ts";
import type { CorePort } from "./core_port.ts";
import { Loop } from "./loop.ts";
import { Performer } from "./performer.ts";
import type { StorePort } from "./ports.ts";
import { StoreWriter } from "./store_writer.ts";

/** A failed commit, and a record that is too large, is told so often, in ms (DESIGN §5). */
const STORE_WARNING_MS = 3_600_000;

/** The core with everything that carries its events and effects. */
export interface Engine {
  readonly core: CorePort;
  readonly loop: Loop;
  readonly performer: Performer;
  readonly media: MediaSockets;
  readonly store: StorePort;
  readonly writer: StoreWriter;
}

/** What {@linkcode makeEngine} joins. */
export interface EngineParts {
  readonly core: CorePort;
  readonly store: StorePort;
  readonly listeners: Listeners;
  readonly resolver: Resolver;
  readonly note: (note: Note) => void;
  /** How many files may be open; undefined when that is not known. */
  readonly files: number | undefined;
  /** Monotonic ms. */
  readonly now: () => number;
}

/** Joins core, sockets, resolver and store: what one of them learns reaches the core as an event. */
export function makeEngine(parts: EngineParts): Engine {
  const { core, store, listeners, resolver, note, files, now } = parts;
  const writer = new StoreWriter({
    commit: (changes) => store.commit(changes),
    failed: storeWarning(note, {
      now,
      words: (reason) =>
        `Could not save the state: ${reason}; calls go on, but a restart would forget ` +
        "what changed: look at the disk's free space and health",
    }),
    refused: storeWarning(note, {
      now,
      words: (reason) =>
        `${reason}; nothing else is lost, but a restart would find an earlier state of it`,
    }),
  });
  const media = new MediaSockets({
    router: core.relay,
    now,
    event: (event) => loop.push(event),
    news: () => loop.wake(),
    leavesFiles: (ip, open) => leavesFiles(ip, { files, listeners: listeners.current, open }),
  });
  const performer = new Performer({
    destination: (owner) => core.destination(owner),
    send: (flow, bytes, failed) => listeners.send(flow, bytes, failed),
    resolve: (query, holder) => resolver.resolve(query, holder),
    event: (event) => loop.push(event),
    store: writer,
    media,
    note,
  });
  const loop = new Loop({
    core,
    now,
    perform: (effects) => performer.perform(effects),
    endTurn: () => performer.endTurn(),
    failed: (reason, cause) => note(faultNote(reason, cause)),
  });
  return { core, loop, performer, media, store, writer };
}

function storeWarning(
  note: (note: Note) => void,
  { now, words }: { now: () => number; words: (reason: string) => string },
): (reason: string) => void {
  let toldAt = -Infinity;
  return (reason) => {
    if (now() - toldAt < STORE_WARNING_MS) return;
    toldAt = now();
    note({ level: "warn", kind: "store", text: words(reason) });
  };
}

function faultNote(reason: string, cause: string): Note {
  const text = `A fault of sipmasq itself, please report it: ${reason}; by ${cause}`;
  return { level: "error", kind: "fault", text };
}
