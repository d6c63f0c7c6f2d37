import { assertEquals, assertStringIncludes } from "@std/assert";
import type { SendFault } from "../../../src/base/send_fault.ts";
import { reasonOf, sendDatagram, sendFaultOf } from "../../../src/net/send.ts";

const open = () => Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });

/** Sends and returns what `failed` heard. */
async function attempt(ip: string, port: number): Promise<string[]> {
  const socket = open();
  const failures: string[] = [];
  const failed = ({ reason }: SendFault) => void failures.push(reason);
  await sendDatagram(socket, new Uint8Array([1]), { to: { ip, port }, failed });
  socket.close();
  return failures;
}

Deno.test("a datagram reaches the address it is sent to", async () => {
  const [from, to] = [open(), open()];
  const { port } = to.addr as Deno.NetAddr;
  const failed = () => {
    throw new Error("the send failed");
  };
  await sendDatagram(from, new Uint8Array([7, 8]), { to: { ip: "127.0.0.1", port }, failed });
  const [bytes] = await to.receive();
  assertEquals([...bytes], [7, 8]);
  from.close();
  to.close();
});

Deno.test("a name, port 0 and a port above 65535 never reach the system", async () => {
  assertEquals(await attempt("localhost", 5060), [
    "not an address to send to: localhost port 5060",
  ]);
  assertEquals(await attempt("127.0.0.1", 0), ["not an address to send to: 127.0.0.1 port 0"]);
  assertEquals(await attempt("127.0.0.1", 70_000), [
    "not an address to send to: 127.0.0.1 port 70000",
  ]);
});

Deno.test("a send that the system refuses is a value, not a rejection", async () => {
  const failures = await attempt("::1", 5060);
  assertEquals(failures.length, 1);
  assertStringIncludes(failures[0]!, "family");
});

/** An error as Deno throws it. */
function systemError(message: string, code?: string): Error {
  return Object.assign(new Error(message), code === undefined ? {} : { code });
}

const FAULTS: [message: string, code: string | undefined, fault: SendFault][] = [
  ["Network is unreachable (os error 101)", "ENETUNREACH", {
    kind: "unreachable",
    reason: "network is unreachable",
  }],
  ["Operation not permitted (os error 1)", "EPERM", {
    kind: "forbidden",
    reason: "operation not permitted (a firewall rule?)",
  }],
  ["Message too long (os error 90)", "EMSGSIZE", { kind: "too-long", reason: "message too long" }],
  ["Invalid argument (os error 22)", "EINVAL", { kind: "other", reason: "invalid argument" }],
  ["Broken", undefined, { kind: "other", reason: "broken" }],
];

Deno.test("the kernel's reason for a failed send is told by its code (N4)", () => {
  for (const [message, code, fault] of FAULTS) {
    assertEquals(sendFaultOf(systemError(message, code)), fault);
  }
});

Deno.test("a datagram longer than UDP takes fails with the kernel's reason (N4)", async () => {
  const socket = open();
  const { port } = socket.addr as Deno.NetAddr;
  const faults: SendFault[] = [];
  const failed = (fault: SendFault) => void faults.push(fault);
  await sendDatagram(socket, new Uint8Array(70_000), { to: { ip: "127.0.0.1", port }, failed });
  assertEquals(faults, [{ kind: "too-long", reason: "message too long" }]);
  socket.close();
});

Deno.test("anything thrown has a reason in words", () => {
  assertEquals(reasonOf(new TypeError("Broken")), "Broken");
  assertEquals(reasonOf("text"), "text");
});
