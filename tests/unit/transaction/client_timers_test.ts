import { assertEquals } from "@std/assert";
import { harness } from "./client_harness.ts";

Deno.test("An INVITE without answer is sent seven times and then timed out", () => {
  const { begin, read, run, table } = harness();
  begin("INVITE");
  assertEquals(read(), ">INVITE");
  assertEquals(
    run(60_000),
    [
      ...[500, 1500, 3500, 7500, 15_500, 31_500].map((at) => `${at} >INVITE`),
      "32000 timedOut terminated",
    ].join(", "),
  );
  assertEquals(table.size, 0);
});

Deno.test("A request without answer is sent eleven times and then timed out", () => {
  const { begin, read, run } = harness();
  begin("REGISTER");
  read();
  const times = [500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500];
  assertEquals(
    run(60_000),
    [...times.map((at) => `${at} >REGISTER`), "32000 timedOut terminated"].join(", "),
  );
});

Deno.test("After a 1xx an INVITE is neither repeated nor timed out here", () => {
  const { begin, give, heap } = harness();
  const transaction = begin("INVITE");
  give(transaction, "100");
  assertEquals([heap.size, transaction.state], [0, "proceeding"]);
});

Deno.test("After a 1xx another request is repeated every four seconds and still timed out", () => {
  const { begin, give, read, run } = harness();
  const transaction = begin("REGISTER");
  run(600);
  give(transaction, "100");
  read();
  const times = [1500, 5500, 9500, 13_500, 17_500, 21_500, 25_500, 29_500];
  assertEquals(
    run(60_000),
    [...times.map((at) => `${at} >REGISTER`), "32000 timedOut terminated"].join(", "),
  );
});

Deno.test("Final answers are waited out: INVITE 32 s, others five", () => {
  const cases: [method: string, status: string, end: number][] = [
    ["INVITE", "200", 32_000],
    ["INVITE", "486", 32_000],
    ["REGISTER", "200", 5000],
    ["REGISTER", "401", 5000],
  ];
  for (const [method, status, end] of cases) {
    const { begin, give, read, run } = harness();
    give(begin(method), status);
    read();
    assertEquals(run(60_000), `${end} terminated`, `${method} ${status}`);
  }
});

Deno.test("Over a connection nothing is repeated, and only 2xx to an INVITE are waited out", () => {
  const { begin, give, read, run } = harness();
  const register = begin("REGISTER", { reliable: true });
  assertEquals(run(31_999), "");
  give(register, "200");
  read();
  assertEquals(run(31_999), "31999 terminated");
  const invite = begin("INVITE", { reliable: true });
  give(invite, "200");
  read();
  assertEquals(run(80_000), "63999 terminated");
});

Deno.test("Every copy of a 2xx is told, so that the ACK can go again", () => {
  const { begin, give, read, run } = harness();
  const transaction = begin("INVITE");
  give(transaction, "200");
  run(10_000);
  read();
  give(transaction, "200");
  assertEquals(read(), "200");
  assertEquals(run(60_000), "32000 terminated");
});

Deno.test("What is abandoned is repeated no more and told of no more, and ends by itself", () => {
  const { begin, give, read, run, table } = harness();
  const transaction = begin("INVITE");
  run(4000);
  read();
  give(transaction, "abandon");
  give(transaction, "180");
  give(transaction, "200");
  assertEquals(read(), "");
  assertEquals(run(60_000), "36000 terminated");
  assertEquals(table.size, 0);
});

Deno.test("A failure that comes late to an abandoned INVITE is acknowledged as often as it comes", () => {
  const { begin, give, read, run } = harness();
  const transaction = begin("INVITE");
  give(transaction, "abandon");
  read();
  run(30_000);
  give(transaction, "503");
  give(transaction, "503");
  assertEquals(read(), ">ACK >ACK");
  assertEquals(run(90_000), "62000 terminated");
});
