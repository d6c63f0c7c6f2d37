import { assertEquals } from "@std/assert";
import type { RelayNews } from "../../../src/media/relay_table.ts";
import { callOut, register, Stage, type StageOptions } from "./stage.ts";
import { SETTINGS } from "./world_fixture.ts";

const CALL = "Call 1 out from alice@example.com (192.168.1.20) to bob@example.com by 198.51.100.10";

/** The notes of news at every socket of a part, in the midst of a call of Alice's. */
function notesOf(news: Omit<RelayNews, "socket">, options: StageOptions & { rtcp?: boolean } = {}) {
  const stage = new Stage(options);
  register(stage);
  callOut(stage);
  const before = stage.effects.length;
  const pairs = stage.effects.flatMap((one) => one.type === "media.bind" ? [one.pair.pair] : []);
  const part = options.rtcp === true ? 1 : 0;
  const items = pairs.map((pair) => ({ ...news, socket: pair * 2 + part }));
  stage.event({ type: "media.news", news: items });
  const notes = stage.effects.slice(before).flatMap((one) => one.type === "note" ? [one.note] : []);
  return notes.map(({ level, kind, text }) => `${level} ${kind}: ${text}`).sort();
}

const MOVED = {
  kind: "moved",
  ip: "192.0.2.7",
  port: 9,
  before: { ip: "2001:db8::1", port: 4 },
} as const;

Deno.test("L3: a move is told with the call, the party and both addresses, of RTCP for whoever looks closely", () => {
  const ofBoth = (level: string, what: string) =>
    ["the far end", "the phone"].map((party) =>
      `${level} media.moved: ${CALL}: ${what} of ${party} now comes from 192.0.2.7:9, ` +
      "before from [2001:db8::1]:4"
    );
  assertEquals(notesOf(MOVED), ofBoth("info", "media"));
  const settings = { ...SETTINGS, log: { level: "debug" } } as const;
  assertEquals(notesOf(MOVED, { rtcp: true, settings }), ofBoth("debug", "RTCP"));
  assertEquals(notesOf(MOVED, { rtcp: true }), []);
});

Deno.test("what is accepted first, and what is refused among others, is not told", () => {
  for (const kind of ["first", "refused"] as const) {
    assertEquals(notesOf({ kind, ip: "192.0.2.7", port: 9 }), []);
  }
  assertEquals(notesOf({ kind: "moved", ip: "192.0.2.7", port: 9 }), []);
});

Deno.test("L2: who is not heard is told, with what would help", () => {
  const unheard = { kind: "unheard", ip: "192.0.2.7", port: 9 } as const;
  const start = `warn media.refused: ${CALL}: nothing is heard of the`;
  const all = "all that comes is from 192.0.2.7:9, which the call does not name, and is refused";
  const phone = `${start} phone; ${all}; let the phone name the address that it sends audio from`;
  assertEquals(notesOf(unheard), [
    `${start} far end; ${all}; if that is your provider's address, add ` +
    `these three lines to the configuration: '[[provider]]', 'domain = "example.com"', 'media = "learn"'`,
    phone,
  ]);
  const provider = {
    domain: "example.com",
    outboundProxy: undefined,
    servers: [],
    admit: "token" as const,
    contact: "dialog" as const,
    media: "learn" as const,
  };
  const strict = { ...SETTINGS, providers: [{ ...provider, media: "strict" as const }] };
  assertEquals(notesOf(unheard, { settings: strict }), [
    `${start} far end; ${all}; if that is your provider's address, add the line ` +
    `'media = "learn"' below [[provider]] with the domain "example.com"`,
    phone,
  ]);
  const settings = { ...SETTINGS, providers: [provider] };
  assertEquals(notesOf(unheard, { settings }), [`${start} far end; ${all}`, phone]);
});

Deno.test("X2: audio that cannot be sent is told with the kernel's reason", () => {
  const unsent = { kind: "unsent", ip: "192.0.2.7", port: 9, reason: "no route to host" } as const;
  const text = `warn media.unsent: ${CALL}: cannot send audio to 192.0.2.7:9: no route to host; ` +
    "if our address has changed, the call has to be made again";
  assertEquals(notesOf(unsent), [text, text]);
});

Deno.test("what concerns no call is not told", () => {
  const stage = new Stage();
  const before = stage.effects.length;
  stage.event({ type: "media.news", news: [{ ...MOVED, socket: 0 }] });
  assertEquals(stage.effects.length, before);
});
