import { assertEquals } from "@std/assert";
import type { Endpoint } from "../../../src/selftest/endpoint.ts";
import { MemoryExchange } from "../../../src/selftest/memory_exchange.ts";
import { at } from "./small_world.ts";

const LEFT = at("192.0.2.1", 1);
const RIGHT = at("192.0.2.2", 2);

class Echo implements Endpoint {
  readonly heard: [text: string, port: number, now: number][] = [];
  due: number | undefined;
  constructor(readonly exchange: MemoryExchange) {}
  receive(text: string, from: typeof LEFT, now: number): void {
    this.heard.push([text, from.port, now]);
  }
  nextTimeout(): number | undefined {
    return this.due;
  }
  handleTimeout(now: number): void {
    if (this.due === undefined || this.due > now) return;
    this.due = undefined;
    this.exchange.sender(RIGHT)(LEFT, "due");
  }
}

Deno.test("messages arrive in order with their sender and time, timeouts at their time", () => {
  const exchange = new MemoryExchange(({ text }) => text !== "lost");
  const [left, right] = [new Echo(exchange), new Echo(exchange)];
  exchange.attach(LEFT, left);
  exchange.attach(RIGHT, right);
  right.due = 250;
  for (const text of ["one", "lost", "two"]) exchange.sender(LEFT)(RIGHT, text);
  exchange.run(100);
  assertEquals(right.heard, [["one", 1, 0], ["two", 1, 0]]);
  assertEquals(left.heard, []);
  exchange.run(1000);
  assertEquals(left.heard, [["due", 2, 250]]);
  assertEquals(exchange.now, 1100);
  assertEquals(exchange.sent.map(({ text }) => text), ["one", "lost", "two", "due"]);
});

Deno.test("a message to nobody is sent and gone", () => {
  const exchange = new MemoryExchange();
  exchange.sender(LEFT)(RIGHT, "hello");
  exchange.run();
  assertEquals(exchange.sent.length, 1);
});
