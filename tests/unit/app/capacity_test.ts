import { assertEquals } from "@std/assert";
import { capacityText, leavesFiles, openFileLimit, openPairs } from "../../../src/app/capacity.ts";
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

Deno.test("the pairs that are divided are those that files allow (V7)", () => {
  assertEquals([undefined, 10, 64, 1_024].map(openPairs), [undefined, 0, 0, 480]);
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

const INSIDE = listener("192.168.1.1", ["inside"]);
const OUTSIDE = listener("203.0.113.5", ["outside"]);
const BOTH = listener("192.168.1.1", ["inside", "outside"]);

/** How many pairs open when the addresses ask in turn until each has been refused. */
function pairsInTurn(files: number, listeners: readonly Listener[], ips: readonly string[]) {
  const open = new Map<number, string>();
  const counts = new Map(ips.map((ip) => [ip, 0]));
  for (let refused = 0; refused < ips.length;) {
    refused = 0;
    for (const ip of ips) {
      if (leavesFiles(ip, { files, listeners, open })) {
        open.set(open.size, ip);
        counts.set(ip, counts.get(ip)! + 1);
      } else refused++;
    }
  }
  return [...counts.values()];
}

Deno.test("as many calls fit into the file limit as are said: each takes a pair on each side", () => {
  const [inside, outside] = [INSIDE.address.ip, OUTSIDE.address.ip];
  const two = [INSIDE, OUTSIDE];
  assertEquals(pairsInTurn(80, two, [inside, outside]), [4, 4]);
  const text = capacityText({ low: 10_000, high: 10_999 }, { sharedAddress: false, files: 80 });
  assertEquals(text.includes("only 4 calls"), true, text);
  assertEquals(pairsInTurn(1_024, two, [inside, outside]), [240, 240]);
  // One side alone leaves the other its half.
  assertEquals(pairsInTurn(1_024, two, [inside]), [240]);
  assertEquals(pairsInTurn(80, [BOTH], [BOTH.address.ip]), [8]);
  assertEquals(pairsInTurn(80, [...two, listener(inside, ["inside"], 5062)], [inside]), [4]);
  assertEquals(pairsInTurn(64, two, [inside, outside]), [0, 0]);
  assertEquals(pairsInTurn(10, two, [inside, outside]), [0, 0]);
  const open = new Map(Array.from({ length: 9_999 }, (_, pair) => [pair, inside]));
  assertEquals(leavesFiles(inside, { files: undefined, listeners: two, open }), true);
});

Deno.test("one of several inside addresses may have what the others leave", () => {
  const [first, second, third] = ["192.168.1.1", "192.168.2.1", "192.168.3.1"] as const;
  const inside = [first, second, third].map((ip) => listener(ip, ["inside"]));
  const listeners = [...inside, OUTSIDE];
  assertEquals(pairsInTurn(1_024, listeners, [first]), [240]);
  assertEquals(pairsInTurn(1_024, listeners, [first, OUTSIDE.address.ip]), [240, 240]);
  assertEquals(pairsInTurn(1_024, listeners, [first, second, third]), [80, 80, 80]);
  const mixed = [BOTH, listener(second, ["inside"])];
  assertEquals(pairsInTurn(1_024, mixed, [second]), [240]);
  assertEquals(pairsInTurn(1_024, mixed, [first, second]), [240, 240]);
});

Deno.test("an address that is not up yet is refused no files while any are left", () => {
  const listeners = [INSIDE];
  assertEquals(pairsInTurn(80, listeners, ["203.0.113.9"]), [8]);
  assertEquals(pairsInTurn(80, listeners, [INSIDE.address.ip, "203.0.113.9"]), [4, 4]);
});
