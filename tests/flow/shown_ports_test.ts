import { assertEquals } from "@std/assert";
import { audio } from "../unit/proxy/messages.ts";
import { PortWatch, shownPorts } from "./shown_ports.ts";

const OWN = new Set(["203.0.113.5", undefined]);

function message(type: string, body: string): string {
  return ["INVITE sip:a@b SIP/2.0", ...(type === "" ? [] : [type]), "", body].join("\r\n");
}

Deno.test("only what a description names under our address is a port of ours", () => {
  const ours = audio("203.0.113.5", 4_000);
  const cases: [type: string, body: string, ports: number[]][] = [
    ["Content-Type: application/sdp", ours, [4_000]],
    ["c: application/SDP;charset=utf-8", ours, [4_000]],
    ["Content-Type : multipart/mixed;boundary=x", `--x\r\n\r\n${ours}--x--`, [4_000]],
    ["", ours, [4_000]],
    ["Content-Type: application/sdpx", ours, []],
    ["Content-Type: text/plain", ours, []],
    ["Content-Type: application/sdp", audio("198.51.100.10"), []],
    ["Content-Type: application/sdp", ours.replace("m=audio 4000", "m=audio 0"), []],
    ["Content-Type: application/sdp", audio("0.0.0.0"), []],
    ["Content-Type: application/sdp", "", []],
  ];
  for (const [type, body, ports] of cases) {
    assertEquals(shownPorts(message(type, body), OWN), ports, `${type} ${body}`);
  }
});

Deno.test("a port that is shown must be bound, but in a copy of what was all right", () => {
  const watch = new PortWatch();
  const text = message("Content-Type: application/sdp", audio("203.0.113.5", 4_000));
  assertEquals(watch.unbound(text, OWN, [{ port: 4_002 }]), 4_000);
  assertEquals(watch.unbound(text, OWN, [{ port: 4_000 }]), undefined);
  assertEquals(watch.unbound(text, OWN, []), undefined);
  assertEquals(watch.unbound(text.replace("a@b", "b@b"), OWN, []), 4_000);
});
