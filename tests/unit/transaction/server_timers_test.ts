import { assert, assertEquals } from "@std/assert";
import { harness } from "./server_harness.ts";
import { answer, flow, request } from "./messages.ts";
import { ANYBODY } from "../base/anybody.ts";

Deno.test("A failure is sent again until timer H, then its user hears that nobody acknowledged", () => {
  const { begin, give, run, table } = harness();
  give(begin("INVITE"), "486");
  assertEquals(
    run(40_000),
    [
      "500 486 486",
      ...[1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500].map((at) =>
        `${at} 486`
      ),
      "32000 unacknowledged terminated",
    ].join(", "),
  );
  assertEquals(table.size, 0);
});

Deno.test("An ACK ends the repetition, and the transaction five seconds later", () => {
  const { begin, give, run, read } = harness();
  const transaction = begin("INVITE");
  give(transaction, "486");
  run(600);
  read();
  give(transaction, "ack");
  assertEquals(run(40_000), "5600 terminated");
});

Deno.test("An accepted INVITE is never sent again by us and ends after timer L", () => {
  const { begin, give, run, read } = harness();
  const transaction = begin("INVITE");
  give(transaction, "200");
  read();
  assertEquals(run(40_000), "32000 terminated");
});

Deno.test("An INVITE accepted before a restart passes further 2xx and no failure, and ends after timer L", () => {
  const { give, run, read, table } = harness();
  const transaction = table.restore(request("INVITE"), flow(), {
    now: 0,
    holder: ANYBODY,
    answered: true,
  });
  assert(transaction !== undefined);
  give(transaction, "486");
  give(transaction, "request");
  assertEquals(read(), "");
  give(transaction, "200");
  assertEquals(read(), "200");
  assertEquals(run(40_000), "32000 terminated");
});

Deno.test("A failure from before a restart is sent again until its ACK", () => {
  const { give, read, run, table } = harness();
  const response = answer(request("INVITE"), 486);
  const options = { now: 0, holder: ANYBODY, response };
  const transaction = table.restoreFailed(request("INVITE"), flow(), options);
  assert(transaction !== undefined);
  assertEquals([transaction.status, read()], [486, ""]);
  assertEquals(run(2_000), "500 486, 1500 486");
  give(transaction, "ack");
  assertEquals(run(40_000), "7000 terminated");
});

Deno.test("A failure from before a restart that nobody acknowledges is given up", () => {
  const { run, table } = harness();
  const response = answer(request("INVITE"), 486);
  table.restoreFailed(request("INVITE"), flow(), { now: 0, holder: ANYBODY, response });
  assertEquals(run(40_000).split(", ").at(-1), "32000 unacknowledged terminated");
  assertEquals(table.size, 0);
});

Deno.test("A ringing INVITE waits as long as the proxy lets it", () => {
  const { begin, give, heap, table } = harness();
  give(begin("INVITE"), "180");
  assertEquals([heap.size, table.size], [0, 1]);
});

Deno.test("A request without an answer gets a 100 when the peer slows down, and no 408 ever", () => {
  const { begin, run, table } = harness();
  begin("REGISTER");
  assertEquals(run(60_000), "3500 100, 37000 terminated");
  assertEquals(table.size, 0);
});

Deno.test("An answered request keeps its answer for timer J", () => {
  const { begin, give, run, read } = harness();
  const transaction = begin("REGISTER");
  give(transaction, "200");
  read();
  assertEquals(run(31_999), "");
  give(transaction, "request");
  assertEquals(read(), "200");
  assertEquals(run(60_000), "32000 terminated");
});

Deno.test("Over a connection nothing is repeated or kept for copies", () => {
  const { begin, give, run } = harness();
  const tcp = flow("192.168.1.50", 40_000, "tcp");
  give(begin("OPTIONS", {}, tcp), "200");
  assertEquals(run(0), "0 200 terminated");
  const invite = begin("INVITE", {}, tcp);
  give(invite, "486");
  give(invite, "ack");
  assertEquals(run(0), "0 486 terminated");
});
