import { assertEquals } from "@std/assert";
import { capacityText, openFileLimit, pairsAt } from "../../../src/app/capacity.ts";
import type { Listener } from "../../../src/proxy/events.ts";
import { at, cidr } from "../proxy/world_fixture.ts";

Deno.test("the port range and the file limit are said in calls", () => {
  const cases: [low: number, high: number, shared: boolean, files: number | undefined, string][] = [
    [
      10_000,
      10_999,
      false,
      1_048_576,
      "ports 10000-10999: 500 calls with audio; open files 1048576: enough",
    ],
    [
      10_000,
      10_999,
      true,
      1_048_576,
      "ports 10000-10999: 250 calls with audio; open files 1048576: enough",
    ],
    [
      10_000,
      10_999,
      false,
      1_024,
      "ports 10000-10999: 500 calls with audio; open files 1024: only 240 calls; raise it with ulimit -n",
    ],
    [10_001, 10_004, false, undefined, "ports 10001-10004: 1 call with audio; open files: unknown"],
    [10_001, 10_002, false, 10, "ports 10001-10002: 0 calls with audio; open files 10: enough"],
  ];
  for (const [low, high, sharedAddress, files, text] of cases) {
    assertEquals(capacityText({ low, high }, { sharedAddress, files }), text);
  }
});

Deno.test("the limit of open files is the soft one", () => {
  const text = "Limit                     Soft Limit           Hard Limit           Units\n" +
    "Max processes             14992                14993                processes\n" +
    "Max open files            1024                 524288               files\n";
  assertEquals(openFileLimit(text), 1_024);
  assertEquals(openFileLimit("Max open files            unlimited unlimited files\n"), undefined);
  assertEquals(openFileLimit(""), undefined);
});

function listener(ip: string, sides: Listener["sides"], port = 5060): Listener {
  const address = at(`${ip}:${port}`);
  return { id: `${ip}:${port}`, sides, transport: "udp", address, prefix: cidr(`${ip}/24`) };
}

Deno.test("the file limit is shared so that as many calls fit as are said: each takes a pair on each side", () => {
  const outside = listener("203.0.113.5", ["outside"]);
  const inside = listener("192.168.1.1", ["inside"]);
  const pairs = (files: number | undefined, ...listeners: Listener[]) =>
    listeners.map(({ address }) => pairsAt(address.ip, { files, listeners }));
  assertEquals(pairs(80, inside, outside), [4, 4]);
  const text = capacityText({ low: 10_000, high: 10_999 }, { sharedAddress: false, files: 80 });
  assertEquals(text.includes("only 4 calls"), true, text);
  assertEquals(pairs(1_024, inside, outside), [240, 240]);
  assertEquals(pairs(80, listener("192.168.1.1", ["inside", "outside"])), [8]);
  const second = listener("192.168.1.1", ["inside"], 5062);
  assertEquals(pairs(80, inside, second, outside), [4, 4, 4]);
  assertEquals(pairs(80, inside, listener("192.168.2.1", ["inside"]), outside), [2, 2, 4]);
  assertEquals(pairs(64, inside, outside), [0, 0]);
  assertEquals(pairs(10, inside, outside), [0, 0]);
  assertEquals(pairs(undefined, inside), [Infinity]);
  assertEquals(pairsAt("198.51.100.1", { files: 1_024, listeners: [inside, outside] }), 0);
});
