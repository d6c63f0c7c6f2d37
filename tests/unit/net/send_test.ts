import { assertEquals, assertStringIncludes } from "@std/assert";
import { reasonOf, sendDatagram } from "../../../src/net/send.ts";

const open = () => Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });

/** Sends and returns what `failed` heard. */
async function attempt(ip: string, port: number): Promise<string[]> {
  const socket = open();
  const failures: string[] = [];
  const failed = (reason: string) => void failures.push(reason);
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
    "Not an address to send to: localhost port 5060",
  ]);
  assertEquals(await attempt("127.0.0.1", 0), ["Not an address to send to: 127.0.0.1 port 0"]);
  assertEquals(await attempt("127.0.0.1", 70_000), [
    "Not an address to send to: 127.0.0.1 port 70000",
  ]);
});

Deno.test("a send that the system refuses is a value, not a rejection", async () => {
  const failures = await attempt("::1", 5060);
  assertEquals(failures.length, 1);
  assertStringIncludes(failures[0]!, "family");
});

Deno.test("anything thrown has a reason in words", () => {
  assertEquals(reasonOf(new TypeError("Broken")), "Broken");
  assertEquals(reasonOf("text"), "text");
});
