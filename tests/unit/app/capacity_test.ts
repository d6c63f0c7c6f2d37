import { assertEquals } from "@std/assert";
import { capacityText, openFileLimit } from "../../../src/app/capacity.ts";

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
