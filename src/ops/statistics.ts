import { durationWords } from "../base/duration_words.ts";
import { logText } from "../base/log_text.ts";
import type { Side } from "../base/side.ts";
import type {
  EndSnapshot,
  LegSnapshot,
  Place,
  SessionSnapshot,
  StreamSnapshot,
} from "../media/snapshot.ts";
import type { CallRow, CoreSnapshot } from "../proxy/snapshot.ts";
import { counterWords, refusedWords, spaced } from "./counter_words.ts";
import { mediaWords, streamWords } from "./media_words.ts";
import { type Cell, textTable } from "./text_table.ts";

/** Numbers of one part of the program, by name. */
type Counters = object;

/** Everything that is counted and held: the core's tables, and the counters of the program around it. */
export interface ProgramSnapshot {
  /** Undefined before the start. */
  readonly core: CoreSnapshot | undefined;
  /** By listener. */
  readonly listeners: Readonly<Record<string, Counters>>;
  readonly loop: Counters | undefined;
  readonly sends: Counters | undefined;
  readonly media: Counters;
  readonly store: Counters;
  readonly dns: Counters;
}

/** Characters of a name that a peer chose. */
const NAME_MOST = 40;

/** What the counters of the parts count. */
const PARTS = {
  loop: { events: "events", turns: "turns", failures: "faults of sipmasq itself" },
  sends: {
    sent: "messages sent",
    held: "messages that waited for the disk",
    homeless: "messages that nobody waits for any more",
  },
  media: {
    pairs: "pairs of media sockets that are open",
    sendFailures: "media packets that could not be sent",
    oversized: "media packets that were too long",
    receiveFailures: "failures to receive media",
  },
  store: {
    waiting: "changes of the state that wait for the disk",
    commits: "commits of the state",
    changes: "changes of the state",
    failures: "commits that failed",
    refused: "changes that cannot be stored",
  },
  dns: { names: "names remembered", asking: "names being asked for" },
} as const satisfies Partial<Record<keyof ProgramSnapshot, Readonly<Record<string, string>>>>;

/** Tables whose name says too little, or too much. */
const TABLES: Readonly<Record<string, string>> = {
  deadServers: "servers that failed lately",
  lostNames: "names that failed lately",
};

/** The whole as text to read; sections begin at the left. */
export function statisticsText(snapshot: ProgramSnapshot): string[] {
  const { core } = snapshot;
  if (core === undefined) return ["Not started yet"];
  return [
    ...networkLines(core),
    ...phoneLines(core),
    ...callLines(core),
    ...streamLines(core),
    ...poolLines(core),
    ...refusedLines(core),
    ...tableLines(core),
    ...listenerLines(snapshot),
    ...counterLines(snapshot, core),
  ];
}

function networkLines({ network }: CoreSnapshot): string[] {
  const listeners = network.listeners.map(({ sides, transport, address }) =>
    `${sides} ${transport} ${address}`
  );
  return [
    "Network",
    `  listening on       ${listeners.join(", ") || "nothing"}`,
    `  outside we are     ${network.advertised}`,
    `  NAT in front of us ${network.natInFront}`,
  ];
}

function phoneLines({ phones }: CoreSnapshot): string[] {
  const columns = ["phone", "at", "registered with", "for", "expires in", ""];
  const rows = phones.map((phone) => [
    nameWords(phone.aor.replace(/^sips?:/, "")),
    phone.phone,
    phone.registrar,
    durationWords(phone.registeredForMs),
    durationWords(phone.expiresInMs),
    phone.addressCurrent ? "" : "the provider has our former address until it comes back",
  ]);
  return [`Phones: ${phones.length}`, ...textTable({ columns, rows })];
}

function callLines({ calls, media, at }: CoreSnapshot): string[] {
  const sessions = new Map(media.sessions.map((session) => [session.session, session]));
  const columns = [
    "call",
    "way",
    "from",
    "to",
    "state",
    "media",
    "from inside",
    "from outside",
    "last packet",
  ];
  const rows = calls.map((call): Cell[] => {
    const session = sessions.get(call.id);
    return [
      call.number,
      call.direction,
      nameWords(call.from),
      nameWords(call.to),
      stateWords(call),
      mediaWords(session?.streams ?? []),
      packetsFrom("inside", session),
      packetsFrom("outside", session),
      ageWords(session?.crossedAt, at),
    ];
  });
  return [`Calls: ${calls.length}`, ...textTable({ columns, rows })];
}

/** Two of them, and all else of a call, are to fit a screen. */
function nameWords(name: string): string {
  return logText(name, NAME_MOST);
}

function stateWords({ state, forMs }: CallRow): string {
  return `${state === "ringing" ? "rings" : "answered"} since ${durationWords(forMs)}`;
}

function packetsFrom(side: Side, session: SessionSnapshot | undefined): number | undefined {
  return session?.streams.flatMap(({ legs }) => legs)
    .reduce((sum, leg) => leg.side === side ? sum + leg.relayed : sum, 0);
}

function streamLines({ calls, media, at }: CoreSnapshot): string[] {
  const numbers = new Map(calls.map(({ id, number }) => [id, number]));
  const columns = [
    "call",
    "media",
    "side",
    "our port",
    "far end",
    "heard from",
    "packets",
    "refused",
    "last packet",
  ];
  const rows = media.sessions.flatMap(({ session, streams }) =>
    streams.flatMap((stream) =>
      stream.legs.map((leg) => [numbers.get(session), ...legCells(stream, leg, at)])
    )
  );
  const streams = media.sessions.reduce((sum, { streams }) => sum + streams.length, 0);
  return [`Streams: ${streams}`, ...textTable({ columns, rows })];
}

/** Of several far ends that a fork gave a leg, the one that is heard is shown. */
function legCells(stream: StreamSnapshot, leg: LegSnapshot, at: number): Cell[] {
  const end: EndSnapshot | undefined = leg.ends.find(({ connected }) => connected) ?? leg.ends[0];
  return [
    streamWords(stream),
    leg.side,
    placeWords({ ip: leg.local, port: leg.port }),
    placeWords(end?.rtp.signalled),
    placeWords(end?.rtp.accepted),
    leg.relayed,
    leg.refused,
    ageWords(end?.rtp.lastAt, at),
  ];
}

function placeWords(place: Place | undefined): string | undefined {
  if (place === undefined) return undefined;
  const { ip, port } = place;
  return ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`;
}

function poolLines({ media }: CoreSnapshot): string[] {
  const columns = ["address", "in calls", "spare", "free"];
  const rows = media.pools.map(({ ip, taken, spare, free }) => [ip, taken, spare, free]);
  return ["Pairs of media ports", ...textTable({ columns, rows })];
}

function refusedLines({ refused }: CoreSnapshot): string[] {
  const columns = ["source", "refused", "messages", "last"];
  const rows = refused.map(({ source, kind, count, lastMs }): Cell[] => [
    source,
    refusedWords(kind),
    count,
    `${durationWords(lastMs)} ago`,
  ]);
  return [`Refused: ${refused.length}`, ...textTable({ columns, rows })];
}

function tableLines({ limits, shares, requestsAtWork }: CoreSnapshot): string[] {
  const columns = ["table", "entries", "limit", "most of one source", ""];
  const held = new Map(shares.map((share) => [share.table, share]));
  const rows = limits.map(({ table, entries, limit }): Cell[] => {
    const share = held.get(table);
    const most = share === undefined || share.most === ""
      ? [undefined, ""]
      : [share.his, share.most];
    return [TABLES[table] ?? spaced(table), entries, limit, ...most];
  });
  return ["Tables", ...textTable({ columns, rows }), `  requests at work: ${requestsAtWork}`];
}

function listenerLines({ listeners }: ProgramSnapshot): string[] {
  const parts = Object.entries(listeners);
  const names = [...new Set(parts.flatMap(([, counters]) => Object.keys(counters)))];
  const rows = parts.map(([id, counters]) => {
    const values = new Map<string, unknown>(Object.entries(counters));
    return [id, ...names.map((name) => cellOf(values.get(name)))];
  });
  return ["Listeners", ...textTable({ columns: ["listener", ...names], rows })];
}

function counterLines(snapshot: ProgramSnapshot, { counters }: CoreSnapshot): string[] {
  const shell = Object.entries(PARTS).flatMap(([part, words]) => {
    const values = new Map<string, unknown>(
      Object.entries(snapshot[part as keyof typeof PARTS] ?? {}),
    );
    return Object.entries(words).map(([name, text]): Cell[] => [text, cellOf(values.get(name))]);
  });
  const core = Object.entries(counters).map(([kind, count]): Cell[] => [counterWords(kind), count]);
  const rows = [...core, ...shell];
  return ["Counters", ...textTable({ columns: ["what", "count"], rows, most: Infinity })];
}

function cellOf(value: unknown): Cell {
  return typeof value === "number" ? value : undefined;
}

function ageWords(then: number | undefined, at: number): string {
  return then === undefined ? "never" : `${durationWords(Math.max(0, at - then))} ago`;
}
