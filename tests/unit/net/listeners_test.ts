import { assert, assertEquals } from "@std/assert";
import type { Flow } from "../../../src/base/address.ts";
import type { Side } from "../../../src/base/side.ts";
import { explainProblem, Listeners, problemText } from "../../../src/net/listeners.ts";
import type { PlannedListener } from "../../../src/net/plan.ts";
import { prefix } from "./hosts.ts";

function planned(sides: readonly Side[], ip: string, port = 0): PlannedListener {
  return { sides, transport: "udp", ip, port, prefix: prefix(`${ip}/24`), name: "lo" };
}

function listening(received: (flow: Flow, bytes: Uint8Array) => void = () => {}): Listeners {
  return new Listeners({ maxBytes: 1_000, received });
}

Deno.test("a datagram arrives with its flow, and an answer to that flow goes back", async () => {
  const phone = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  const { port } = phone.addr as Deno.NetAddr;
  const failures: string[] = [];
  const listeners = listening((flow, bytes) => {
    const sent = listeners.send(flow, bytes.slice(), ({ reason }) => void failures.push(reason));
    assertEquals([sent, flow.remote.port, flow.transport], [true, port, "udp"]);
    assertEquals(flow.local, listeners.current[0]?.address);
  });
  assertEquals(await listeners.apply([planned(["inside"], "127.0.0.1")]), []);
  listeners.start();
  const { ip: hostname, port: bound } = listeners.current[0]!.address;
  await phone.send(new Uint8Array([4, 2]), { transport: "udp", hostname, port: bound });
  const [bytes] = await phone.receive();
  assertEquals([[...bytes], failures], [[4, 2], []]);
  phone.close();
  await listeners.close();
});

Deno.test("a listener whose address stays keeps its socket and its name, whatever its sides become", async () => {
  const listeners = listening();
  await listeners.apply([planned(["inside", "outside"], "127.0.0.1")]);
  const [before] = listeners.current;
  assertEquals(before?.id, `udp/127.0.0.1:${before?.address.port}`);
  await listeners.apply([planned(["inside"], "127.0.0.1"), planned(["outside"], "127.0.0.2")]);
  const [kept, added] = listeners.current;
  assertEquals([kept?.id, kept?.sides], [before?.id, ["inside"]]);
  assertEquals(added?.sides, ["outside"]);
  await listeners.apply([]);
  assertEquals(listeners.current, []);
});

Deno.test("nothing is sent for a listener that is gone", async () => {
  const listeners = listening();
  await listeners.apply([planned(["inside"], "127.0.0.1")]);
  const { id, address } = listeners.current[0]!;
  await listeners.close();
  const flow: Flow = { listener: id, transport: "udp", local: address, remote: address };
  assertEquals(listeners.send(flow, new Uint8Array([1]), () => {}), false);
});

Deno.test("a port in use is a problem that names listener, address and next step", async () => {
  const listeners = listening();
  const taken = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr as Deno.NetAddr;
  const [problem] = await listeners.apply([planned(["inside", "outside"], "127.0.0.1", port)]);
  assert(problem !== undefined);
  assertEquals(problem.failure, "in-use");
  assertEquals(
    problemText(problem),
    `Could not listen on inside and outside udp 127.0.0.1:${port}: the port is in use; ` +
      `see who has it with: ss -ulpn 'sport = :${port}'`,
  );
  const words = `udp ${port} on 127.0.0.1 is taken by process`;
  const next = "end it, or set another port in [inside] listen and [outside] listen";
  const what = `Could not listen on inside and outside udp 127.0.0.1:${port}`;
  assertEquals(
    problemText(problem, { name: "asterisk", pid: 812 }),
    `${what}: ${words} asterisk (pid 812); ${next}`,
  );
  assertEquals(
    await explainProblem(problem),
    `${what}: ${words} deno (pid ${Deno.pid}); ${next}`,
  );
  taken.close();
  assertEquals(await listeners.apply([planned(["inside"], "127.0.0.1", port)]), []);
  await listeners.close();
});

Deno.test("an address that this host does not have is told apart from a port in use", async () => {
  const listeners = listening();
  const [problem] = await listeners.apply([planned(["outside"], "203.0.113.77", 5060)]);
  assertEquals(problem?.failure, "not-there");
  assertEquals(listeners.current, []);
});
