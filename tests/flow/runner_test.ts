import { assertEquals, assertThrows } from "@std/assert";
import { readPart } from "./flow_files.ts";
import { rewritten } from "./compare.ts";
import { runFlow } from "./runner.ts";
import { readScript } from "./script.ts";
import { sealed } from "./sealed.ts";

const REGISTERED = ["title: Test", "use register A"];

/** Runs lines as a flow file. */
function run(lines: readonly string[]): void {
  runFlow(readScript("test.flow", lines.join("\n"), readPart));
}

function fails(lines: readonly string[], part: string): void {
  assertThrows(() => run(lines), Error, part);
}

Deno.test("a flow that goes as written passes", () => {
  run([...REGISTERED, "expect phones 1", 'expect log "registered"', "wait 1s"]);
});

Deno.test("a missing packet fails at its step", () => {
  fails([...REGISTERED, "P gets OPTIONS"], "test.flow:3: P gets OPTIONS\nmissing");
});

Deno.test("an extra packet fails before the next step that acts, and at the end", () => {
  const open = ["title: Test", "A sends REGISTER"];
  fails([...open, "wait 1s"], "unexpected packet to 203.0.113.10:5060");
  fails(open, "at the end");
});

Deno.test("a packet for nobody's address fails", () => {
  const lines = ["title: Test", "dns provider.example -> 203.0.113.77", "A sends REGISTER"];
  fails(lines, "unexpected packet to 203.0.113.77:5060");
});

const LINES = [
  ["  Max-Forwards: 70", "…"],
  ["  Max-Forwards: 69", "  Via: …", "  …"],
  ["  Contact: …", "  Contact: …", "  …"],
  ["  Max-Forwards: 69"],
  ["  (no Contact)"],
  ["  Call-ID: {x}@{x}", "  …"],
];

for (const block of LINES) {
  Deno.test(`a different header fails: ${block.join(" ")}`, () => {
    fails(["title: Test", "A sends REGISTER", "P gets REGISTER", ...block], "test.flow:3");
  });
}

Deno.test("a value that a placeholder was bound to must come again", () => {
  const get = ["P gets REGISTER", "  CSeq: {n} REGISTER", "  …"];
  const rest = ["P answers 200", "A gets 200", "A sends REGISTER", ...get];
  fails(["title: Test", "A sends REGISTER", ...get, ...rest], "expected CSeq: 1 REGISTER");
});

Deno.test("an inside address in a packet for the outside fails, wherever the flow looks", () => {
  const fault = (text: string) =>
    text.replace("203.0.113.5:5060;branch", "192.168.1.1:5060;branch");
  const script = readScript("test.flow", REGISTERED.join("\n"), readPart);
  assertThrows(() => runFlow(script, { fault }), Error, "Leak to 203.0.113.10: 192.168.1.1 in Via");
});

Deno.test("a wrong answer, port, log line, count, or table fails", () => {
  fails([...REGISTERED, "expect phones 2"], "expected 2, got 1");
  fails([...REGISTERED, 'expect log "no such words"'], "The log lacks");
  fails([...REGISTERED, "expect notes registered 2"], "expected 2, got 1");
  fails([...REGISTERED, 'expect no log "registered"'], "The log has");
  fails([...REGISTERED, "expect count nothing.such 1"], "expected 1, got 0");
  fails(
    ["title: Test", "A sends REGISTER", "P gets REGISTER", "P answers 200", "A gets 401"],
    "got",
  );
});

Deno.test("a step that nobody understands fails", () => {
  fails(["title: Test", "Z sends REGISTER"], "Nobody is called Z");
  fails(["title: Test", "A throws REGISTER"], "An agent sends");
  assertThrows(() => run(["A sends REGISTER"]), Error, 'the first line has to be "title:');
});

Deno.test("a media packet that is expected and does not come, or comes unexpected, fails", () => {
  const call = [...REGISTERED, "use call A -> P"];
  const ports = ["P gets INVITE with sdp 203.0.113.5:{p}"];
  fails([...call, "P gets rtp"], "missing: a media packet");
  const early = [...REGISTERED, "A sends INVITE sip:carol@provider.example with sdp", ...ports];
  const answered = [...early, "P answers 200 with sdp", "A gets 200 with sdp 192.168.1.1:{a}"];
  fails([...answered, "A sends rtp to 192.168.1.1:{a}", "wait 1s"], "unexpected media packet");
});

Deno.test("a media packet at the wrong place, or from the wrong port, fails", () => {
  const call = [...REGISTERED, "use talk A -> P", "A sends rtp to 192.168.1.1:{in}"];
  fails([...call, "P gets rtp at 203.0.113.10:30002"], "expected media at 203.0.113.10:30002");
  fails([...call, "P gets rtp from 203.0.113.5:5060"], "from 203.0.113.5:5060, got");
  fails([...call, "nobody gets rtp"], "unexpected media packet");
});

Deno.test("what was bound to the same value is not different", () => {
  const call = [...REGISTERED, "use talk A -> P"];
  run([...call, "expect different {in} {out} 7", "use hang_up A -> P"]);
  fails([...call, "expect different {in} 7 7"], "the same twice");
});

Deno.test("a port in a description that is not bound fails, wherever the flow looks", () => {
  const fault = (text: string) => text.replace(/^m=audio \d+/m, "m=audio 19998");
  const script = readScript("test.flow", [...REGISTERED, "use call A -> P"].join("\n"), readPart);
  assertThrows(() => runFlow(script, { fault }), Error, "Port 19998 is shown but not bound");
});

Deno.test("time, randomness and Deno throw while the core runs, and work again afterwards", () => {
  const uses: (() => unknown)[] = [
    () => Date.now(),
    () => Math.random(),
    () => performance.now(),
    () => setTimeout(() => {}, 1),
    () => Deno.pid,
  ];
  for (const use of uses) assertThrows(() => sealed(use), Error, "The core used");
  assertEquals(typeof Date.now() + typeof Math.random() + typeof Deno.pid, "numbernumbernumber");
});

Deno.test("an expectation is rewritten with the names it had, and with placeholders for bound values", () => {
  const text =
    "BYE sip:a SIP/2.0\r\nVia: x;branch=abcdef\r\nTo: <sip:b>\r\nCSeq: 2 BYE\r\nX: 1\r\n\r\n";
  const bindings = new Map([["branch", "abcdef"]]);
  assertEquals(rewritten(text, ["Via: old", "To: old", "CSeq: {n} BYE", "…"], bindings), [
    "Via: x;branch={branch}",
    "To: <sip:b>",
    "CSeq: {n} BYE",
    "…",
  ]);
});
