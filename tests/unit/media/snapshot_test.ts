import { assertEquals } from "@std/assert";
import { FAR_IP, INSIDE_LOCAL, OUTSIDE_LOCAL, PHONE_IP, Stage } from "./stage.ts";

Deno.test("a snapshot shows ports, addresses and counters of every leg as plain data", () => {
  const stage = new Stage();
  const { inside, outside } = stage.call();
  stage.send(`${FAR_IP}:7`, outside);
  stage.send("192.0.2.9:1", outside, new Uint8Array(4));
  const { sessions } = JSON.parse(JSON.stringify(stage.media.snapshot()));
  const port = (address: string) => Number(address.split(":")[1]);
  const silent = { packets: 0, bytes: 0 };
  assertEquals(sessions, [{
    session: "call",
    heard: "a",
    confirmed: ["a"],
    crossedAt: stage.now,
    streams: [{
      stream: 0,
      kind: "audio",
      types: [0, 101],
      legs: [{
        role: "caller",
        side: "inside",
        local: INSIDE_LOCAL,
        port: port(inside),
        relayed: 0,
        refused: 0,
        ends: [{
          connected: true,
          rtp: { signalled: { ip: PHONE_IP, port: 4000 }, ...silent },
          rtcp: { signalled: { ip: PHONE_IP, port: 4001 }, ...silent },
        }],
      }, {
        role: "called",
        side: "outside",
        local: OUTSIDE_LOCAL,
        port: port(outside),
        relayed: 1,
        refused: 1,
        ends: [{
          dialog: "a",
          connected: true,
          rtp: {
            signalled: { ip: FAR_IP, port: 30000 },
            accepted: { ip: FAR_IP, port: 7 },
            packets: 1,
            bytes: 32,
            lastAt: stage.now,
          },
          rtcp: { signalled: { ip: FAR_IP, port: 30001 }, ...silent },
        }],
      }],
    }],
  }]);
});
