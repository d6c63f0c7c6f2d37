import { Tally } from "../../../src/media/tally.ts";
import { assertEquals } from "@std/assert";
import type { Leg, Role } from "../../../src/media/far_end.ts";
import { Session } from "../../../src/media/session.ts";
import type { SignalledStream } from "../../../src/media/stream.ts";
import { ENVIRONMENT, INSIDE_LOCAL, OUTSIDE_LOCAL, PHONE_IP, PROXY_IP } from "./stage.ts";

const NOW = { environment: ENVIRONMENT, now: 5_000 };

function make(): Session {
  const session = new Session("s");
  for (const stream of [0, 1]) {
    const rest = {
      stream,
      hearing: session,
      shown: new Set<string>(),
      ends: [],
      tally: new Tally(),
    };
    const caller: Leg = {
      ...rest,
      role: "caller",
      side: "inside",
      local: INSIDE_LOCAL,
      pair: stream,
      port: 10_000 + stream * 2,
    };
    const called: Leg = { ...caller, role: "called", side: "outside", local: OUTSIDE_LOCAL };
    session.legs.push(caller, { ...called, pair: 10 + stream });
  }
  return session;
}

function apply(
  session: Session,
  role: Role,
  options: { dialog?: string; ports: number[]; change?: Partial<SignalledStream> },
): void {
  const inside = role === "caller";
  const streams = options.ports.map((port): SignalledStream => ({
    live: port !== 0,
    rtp: true,
    ip: inside ? PHONE_IP : "198.51.100.20",
    port,
    unspecified: false,
    rtcpPort: port + 1,
    types: [inside ? 0 : 8],
    sends: true,
    receives: true,
    ...options.change,
  }));
  const party = inside
    ? { side: "inside" as const, local: INSIDE_LOCAL, sipIp: PHONE_IP }
    : { side: "outside" as const, local: OUTSIDE_LOCAL, sipIp: PROXY_IP };
  session.apply([{ role, dialog: options.dialog, statement: { party, streams } }], NOW);
}

/** Who talks to whom on a stream: `dialog>dialog` for each far end that has a peer. */
function wires(session: Session, stream: number): string[] {
  return [...session.ends()]
    .filter((end) => end.leg.stream === stream && end.peer !== undefined)
    .map((end) => `${end.leg.role} ${end.dialog ?? "all"} > ${end.peer!.dialog ?? "all"}`);
}

Deno.test("before an answer nobody is connected", () => {
  const session = make();
  apply(session, "caller", { ports: [1, 3] });
  assertEquals(wires(session, 0), []);
  assertEquals(session.legs[0]!.ends.length, 1);
});

Deno.test("an answer connects the streams it takes", () => {
  const session = make();
  apply(session, "caller", { ports: [1, 3] });
  apply(session, "called", { dialog: "a", ports: [5, 0] });
  assertEquals(wires(session, 0), ["caller all > a", "called a > all"]);
  assertEquals(wires(session, 1), []);
  assertEquals(session.end(0, "called", "a")?.tracks[0].signalledPort, 5);
  assertEquals(session.end(1, "called", "a"), undefined);
  assertEquals(session.streamNumbers(), [0, 1]);
});

Deno.test("a later description with fewer streams ends the others", () => {
  const session = make();
  apply(session, "caller", { ports: [1, 3] });
  apply(session, "called", { dialog: "a", ports: [5, 7] });
  assertEquals(wires(session, 1).length, 2);
  apply(session, "called", { dialog: "a", ports: [5] });
  assertEquals(wires(session, 1), []);
});

Deno.test("what the caller says in one dialog holds there, and it keeps what it learned", () => {
  const session = make();
  apply(session, "caller", { ports: [1] });
  session.end(0, "caller", undefined)!.tracks[0].accept(PHONE_IP, 77);
  apply(session, "called", { dialog: "a", ports: [5] });
  apply(session, "called", { dialog: "b", ports: [6] });
  apply(session, "caller", { dialog: "a", ports: [1], change: { sends: false } });
  session.hear("a");
  assertEquals(wires(session, 0), ["caller a > a", "called a > a"]);
  assertEquals(session.end(0, "caller", "a")!.tracks[0].acceptedPort, 77);
  session.hear("b");
  assertEquals(wires(session, 0), ["caller all > b", "called b > all"]);
});

Deno.test("a stream the caller refuses in one dialog is refused there alone", () => {
  const session = make();
  apply(session, "caller", { ports: [1, 3] });
  apply(session, "called", { dialog: "a", ports: [5, 7] });
  apply(session, "called", { dialog: "b", ports: [6, 8] });
  apply(session, "caller", { dialog: "a", ports: [1, 0] });
  session.hear("a");
  assertEquals([wires(session, 0).length, wires(session, 1).length], [2, 0]);
  session.hear("b");
  assertEquals([wires(session, 0).length, wires(session, 1).length], [2, 2]);
});

Deno.test("payload types and the right to send come from both descriptions", () => {
  const session = make();
  apply(session, "caller", { ports: [1], change: { receives: false } });
  apply(session, "called", { dialog: "a", ports: [5] });
  const [caller, called] = [session.end(0, "caller", undefined)!, session.end(0, "called", "a")!];
  assertEquals([[...caller.types].sort(), [...called.types].sort()], [[0, 8], [0, 8]]);
  assertEquals([caller.maySend, called.maySend], [true, false]);
});

Deno.test("only the confirmed dialog's far ends may use the legs", () => {
  const session = make();
  apply(session, "caller", { ports: [1] });
  apply(session, "called", { dialog: "a", ports: [5] });
  apply(session, "called", { dialog: "b", ports: [6] });
  const leg = session.leg(0, "called", OUTSIDE_LOCAL)!;
  assertEquals(leg.ends.map((end) => end.dialog), ["b", "a"].sort());
  assertEquals(session.confirm("b", 1), true);
  assertEquals(session.confirm("b", 2), false);
  assertEquals([leg.ends.map((end) => end.dialog), session.heard, session.settled], [
    ["b"],
    "b",
    true,
  ]);
});

Deno.test("a confirmed dialog that described nothing leaves the others heard", () => {
  const session = make();
  apply(session, "caller", { ports: [1] });
  apply(session, "called", { dialog: "a", ports: [5] });
  session.confirm("unknown", 1);
  assertEquals([session.heard, session.settled], ["a", false]);
});

Deno.test("a session flows unless every stream is held, and lives only with a stream", () => {
  const session = make();
  assertEquals(session.activity(), { live: false, flows: false });
  apply(session, "caller", { ports: [1, 3] });
  apply(session, "called", { dialog: "a", ports: [5, 7] });
  assertEquals(session.activity(), { live: true, flows: true });
  apply(session, "called", { dialog: "a", ports: [5, 7], change: { receives: false } });
  assertEquals(session.activity(), { live: true, flows: false });
  apply(session, "called", { dialog: "a", ports: [0, 0] });
  assertEquals(session.activity(), { live: false, flows: false });
});

Deno.test("a change that takes a statement back removes its far ends", () => {
  const session = make();
  apply(session, "caller", { ports: [1] });
  apply(session, "called", { dialog: "a", ports: [5] });
  session.apply([{ role: "called", dialog: "a", statement: undefined }], NOW);
  assertEquals(session.end(0, "called", "a"), undefined);
  assertEquals([session.heard, session.changedAt], [undefined, 5_000]);
});
