import { assertEquals } from "@std/assert";
import type { MediaTotals } from "../../../src/media/sessions.ts";
import type { CallEnd } from "../../../src/proxy/call_end.ts";
import { callName, endWords, packetWords } from "../../../src/proxy/call_words.ts";
import type { Call } from "../../../src/proxy/calls.ts";

const OUT = {
  number: 17,
  callerSide: "inside",
  from: "100@provider.example",
  to: "200@provider.example",
  phones: ["192.168.1.20"],
  server: "203.0.113.10",
} as unknown as Call;
const IN = { ...OUT, callerSide: "outside" } as Call;

Deno.test("a call is named by its number, its parties, the phone's address and the provider's", () => {
  assertEquals(
    callName(OUT),
    "Call 17 out from 100@provider.example (192.168.1.20) to 200@provider.example by 203.0.113.10",
  );
  assertEquals(
    callName({ ...IN, phones: ["192.168.1.20", "192.168.1.21"] }),
    "Call 17 in from 100@provider.example to 200@provider.example " +
      "(192.168.1.20 and 192.168.1.21) by 203.0.113.10",
  );
  assertEquals(
    callName({ ...OUT, phones: [], server: undefined }),
    "Call 17 out from 100@provider.example to 200@provider.example",
  );
});

const ENDS: [call: Call, end: CallEnd, words: string][] = [
  [OUT, { kind: "hung-up", side: "inside" }, "hung up from inside"],
  [OUT, { kind: "cancelled" }, "the caller hung up after 32 s"],
  [OUT, { kind: "no-media" }, "no media in either direction"],
  [OUT, { kind: "failed", status: 486, reason: "Busy" }, "486 Busy from the provider"],
  [
    OUT,
    { kind: "failed", status: 404, reason: "Not Found" },
    "404 Not Found from the provider; the provider does not know that number",
  ],
  [
    { ...OUT, server: "this host" },
    { kind: "failed", status: 404, reason: "Not Found" },
    "404 Not Found from this host; no phone is registered here with that number: " +
    "is the provider's domain dialled, not this host's address",
  ],
  [
    { ...OUT, server: "this host" },
    { kind: "unanswered", rang: false },
    "the phone gave no answer for 32 s: is it off?",
  ],
  [
    OUT,
    { kind: "failed", status: 503, reason: "Busy" },
    "503 Busy from the provider; the provider is overloaded or out of service, or cannot reach " +
    "that number: try again later",
  ],
  [IN, { kind: "failed", status: 404, reason: "Not Found" }, "404 Not Found from the phone"],
  [
    OUT,
    {
      kind: "refused",
      refusal: { status: 416, reason: "Unsupported URI Scheme", cause: "scheme" },
    },
    "refused here with 416 Unsupported URI Scheme; it must dial sip:, sips: or tel:",
  ],
  [IN, { kind: "refused", refusal: { status: 480, reason: "Full" } }, "refused here with 480 Full"],
  [OUT, { kind: "unanswered", rang: false }, "the provider gave no answer for 32 s"],
  [IN, { kind: "unanswered", rang: false }, "the phone gave no answer for 32 s: is it off?"],
  [IN, { kind: "unanswered", rang: true }, "it rang for 32 s and nobody answered"],
  [
    OUT,
    { kind: "unsent", fault: { kind: "unreachable", reason: "network is unreachable" } },
    "it could not be sent to the provider: network is unreachable",
  ],
  [OUT, { kind: "lost" }, "no final answer"],
];

Deno.test("the end of a call says who ended it, and what to look at", () => {
  for (const [call, end, words] of ENDS) assertEquals(endWords(call, end, 32_000), words);
});

const TOTALS = { fromInside: 3050, fromOutside: 0, complete: true } as MediaTotals;

const PACKETS: [totals: MediaTotals, words: string][] = [
  [TOTALS, "3,050 packets from the phone, 0 from the provider"],
  [
    { ...TOTALS, fromInside: 1, fromOutside: 1234567 },
    "1 packet from the phone, 1,234,567 from the provider",
  ],
  [
    { ...TOTALS, complete: false },
    "3,050 packets from the phone, 0 from the provider since the restart",
  ],
];

Deno.test("packets are told for each side, with commas between the thousands", () => {
  for (const [totals, words] of PACKETS) assertEquals(packetWords(totals), words);
});
