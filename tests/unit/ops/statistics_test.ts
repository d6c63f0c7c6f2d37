import { assert, assertEquals } from "@std/assert";
import { type ProgramSnapshot, statisticsText } from "../../../src/ops/statistics.ts";
import type { CoreSnapshot } from "../../../src/proxy/snapshot.ts";
import { NOTHING } from "../app/fake_core.ts";
import { requestText } from "../proxy/messages.ts";
import { callOut, register, Stage } from "../proxy/stage.ts";
import { STRANGER } from "../proxy/world_fixture.ts";

const SHELL: Omit<ProgramSnapshot, "core"> = {
  listeners: { "inside/udp/192.168.1.1:5060": { received: 7, sent: 1_234 } },
  loop: { events: 7, turns: 5, failures: 0 },
  sends: { sent: 3 },
  media: { pairs: 36 },
  store: { waiting: 0 },
  dns: { names: 2 },
};

function linesOf(core: CoreSnapshot): string[] {
  return statisticsText({ core, ...SHELL });
}

/** A section without its first line. */
function section(lines: readonly string[], title: string): string[] {
  const from = lines.findIndex((line) => line.startsWith(title));
  assert(from >= 0, title);
  const rest = lines.slice(from + 1);
  const end = rest.findIndex((line) => !line.startsWith(" "));
  return end < 0 ? rest : rest.slice(0, end);
}

/** A phone that registered 70 s ago and has been in a call for 5 s. */
function busyStage(): Stage {
  const stage = new Stage();
  register(stage);
  stage.pass(65_000);
  callOut(stage);
  stage.outside(requestText({ call: "x" }), STRANGER);
  return stage;
}

Deno.test("phones and calls are told with ages of the moment, not of the last event", () => {
  const stage = busyStage();
  const lines = linesOf(stage.core.snapshot(stage.now + 5_000));
  assertEquals(
    section(lines, "Phones: 1"),
    [
      "  phone              at                 registered with     for   expires in",
      "  alice@example.com  192.168.1.20:5060  198.51.100.10:5060  70 s  58 min 50 s",
    ],
  );
  assertEquals(section(lines, "Calls: 1"), [
    "  call  way  from               to               state               media       from inside  from outside  last packet",
    "     1  out  alice@example.com  bob@example.com  answered since 5 s  audio PCMU            0             0  never",
  ]);
});

Deno.test("each side of a stream is told with its ports, far end and packets", () => {
  const stage = busyStage();
  const [leg] = stage.core.snapshot().media.sessions[0]!.streams[0]!.legs;
  stage.core.relay.route(0, "192.168.1.20", 4000, new Uint8Array(20), stage.now);
  const [heading, inside, outside] = section(
    linesOf(stage.core.snapshot(stage.now + 2_000)),
    "Streams: 1",
  );
  assert(/^ {2}call {2}media .* our port .* far end .* heard from .* packets/.test(heading!));
  assert(inside!.includes(` ${leg!.local}:${leg!.port} `), inside);
  assert(/ inside .* 192\.168\.1\.20:4000 /.test(inside!), inside);
  assert(/ outside .* 198\.51\.100\.10:4000 +- +0 +0 +never$/.test(outside!), outside);
});

Deno.test("who was refused what, how often and when", () => {
  const stage = busyStage();
  stage.outside("rubbish", STRANGER);
  const lines = linesOf(stage.core.snapshot(stage.now + 90_000));
  const source = STRANGER.replace(/:\d+$/, "");
  const heading = `  ${
    "source".padEnd(source.length)
  }  refused                           messages  last`;
  assertEquals(section(lines, "Refused: 2"), [
    heading,
    `  ${source}  not answered: no phone addressed         1  90 s ago`,
    `  ${source}  not understood: start line               1  90 s ago`,
  ]);
});

Deno.test("tables are told with their limits and who holds most, counters in words", () => {
  const stage = busyStage();
  const lines = linesOf(stage.core.snapshot());
  const calls = section(lines, "Tables").find((line) => line.startsWith("  calls "));
  assert(/^ {2}calls +1 +5,000 +1 {2}192\.168\.1\.20$/.test(calls ?? ""), calls);
  // Those are in it too that are back.
  assert(section(lines, "Tables").some((line) => line.startsWith("  servers that failed lately ")));
  const counters = section(lines, "Counters");
  assertEquals(counters.filter((line) => /could not be sent|did not send/.test(line)).length, 1);
  for (
    const text of [
      "refused, not answered: no phone addressed",
      "events",
      "pairs of media sockets that are open",
    ]
  ) {
    assert(counters.some((line) => line.startsWith(`  ${text}`)), text);
  }
  assertEquals(
    section(lines, "Listeners").at(-1),
    "  inside/udp/192.168.1.1:5060         7  1,234",
  );
});

Deno.test("a long table is cut and says so", () => {
  const row = { source: "192.0.2.1", kind: "budget", count: 1, lastMs: 0 };
  const refused = Array.from({ length: 1_362 }, () => row);
  const lines = section(linesOf({ ...NOTHING, refused }), "Refused: 1362");
  assertEquals([lines.length, lines.at(-1)], [52, "  … and 1,312 more"]);
});

Deno.test("what a peer chose is cut and cannot break a line", () => {
  const stage = new Stage();
  register(stage, "a".repeat(500));
  stage.inside(requestText({ from: `<sip:${"\xe2\x80\xae".repeat(99)}@example.com>;tag=1` }));
  for (const line of linesOf(stage.core.snapshot())) {
    assert(!/[\p{C}]/u.test(line) && line.length < 200, line);
  }
});

Deno.test("before the start there is nothing to tell", () => {
  assertEquals(statisticsText({ core: undefined, ...SHELL }), ["Not started yet"]);
});
