import { assertEquals } from "@std/assert";
import { reasonPhrase } from "../../../src/sip/status.ts";

const PHRASES: [status: number, phrase: string][] = [
  [100, "Trying"],
  [180, "Ringing"],
  [486, "Busy Here"],
  [606, "Not Acceptable"],
  [499, "Bad Request"],
  [299, "OK"],
  [699, "Busy Everywhere"],
  [799, "Unknown"],
];

Deno.test("a status has its phrase, an unknown one that of its class", () => {
  for (const [status, phrase] of PHRASES) assertEquals(reasonPhrase(status), phrase);
});
