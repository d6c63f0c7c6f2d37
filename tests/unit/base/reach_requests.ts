import { assertEquals } from "@std/assert";
import { answerText, requestText } from "../proxy/messages.ts";
import { register, sentRequest, servers, type Stage } from "../proxy/stage.ts";
import { ALICE, PROVIDER } from "../proxy/world_fixture.ts";
import { phoneAt, type Reach, type RequestLimit } from "./reach_core.ts";

/** What became of the request that came last: the status we gave it, "on" when it was sent on; never both. */
export function outcome(stage: Stage): number | "on" | "nothing" | "both" {
  const texts = stage.take().map(({ text }) => text);
  const wentOn = texts.some((text) => /^(?:INVITE|MESSAGE|REGISTER) /.test(text));
  const status = texts.map((text) => Number(/^SIP\/2\.0 (\d+)/.exec(text)?.[1] ?? 0))
    .find((status) => status >= 200);
  if (status === undefined) return wentOn ? "on" : "nothing";
  return wentOn ? "both" : status;
}

/** Who sends a message: the provider to a phone's masked URI, or a phone. */
interface Sender {
  readonly masked?: string;
  readonly from?: string;
}

/** A message to whom the provider, or a phone of ours by its masked URI, knows. */
function sendMessage(stage: Stage, call: string, { masked, from = ALICE }: Sender = {}): void {
  const text = (via: string, uri: string) => requestText({ method: "MESSAGE", call, via, uri });
  const branch = `;branch=z9hG4bK-${call}`;
  if (masked !== undefined) stage.outside(text(`SIP/2.0/UDP ${PROVIDER}${branch}`, masked));
  else stage.inside(text(`SIP/2.0/UDP ${from}${branch}`, "sip:bob@example.com"), from);
}

/** A REGISTER of an account for so many Contacts; what became of it. A registrar takes it if it goes on. */
function registers(
  stage: Stage,
  user: string,
  ports: readonly number[],
  from = ALICE,
): ReturnType<typeof outcome> {
  const to = `<sip:${user}@example.com>`;
  stage.inside(
    requestText({
      method: "REGISTER",
      uri: "sip:example.com",
      from: `${to};tag=${user}`,
      to,
      call: `${user} ${ports}`,
      contact: ports.map((port) => `<sip:${user}@192.168.1.20:${port}>`).join(", "),
    }),
    from,
  );
  const asked = stage.sent.find(({ text }) => text.startsWith("REGISTER"));
  const become = outcome(stage);
  if (asked === undefined) return become;
  const request = sentRequest(asked);
  const contacts = request.headers.filter(({ key }) => key === "contact");
  const granted = contacts.map(({ line }) =>
    ["Contact", `${line.slice(9).trim()};expires=3600`] as const
  );
  stage.outside(answerText(request, 200, { headers: granted }));
  stage.take();
  return become;
}

/** Registers phones at so many addresses and one more; the masked URI of the last. What that took is over. */
function registerAll(stage: Stage, count: number): string {
  let masked = "";
  for (let number = 0; number <= count; number++) {
    masked = register(stage, `phone${number}`, phoneAt(number));
    stage.pass(40_000);
    stage.take();
  }
  return masked;
}

/** So many times the same, then what is different. */
function times<T>(count: number, usual: T, last: T): T[] {
  return [...Array<T>(count).fill(usual), last];
}

/** Reaches limits by the messages that whoever is inside or outside can send. */
export const REQUESTS_REACHED: Record<RequestLimit, Reach> = {
  vias: (limits, core) => {
    const stage = core.stage();
    const via = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx";
    const outcomes = [limits.vias, limits.vias + 1].map((count) => {
      const headers = Array<string>(count - 1).fill(via);
      stage.inside(requestText({ method: "MESSAGE", call: `${count}`, headers }));
      return outcome(stage);
    });
    assertEquals(outcomes, ["on", 400]);
  },
  clientTransactions: (limits, core) => {
    const stage = core.stage();
    const masked = registerAll(stage, limits.clientTransactions);
    const outcomes = Array.from({ length: limits.clientTransactions + 1 }, (_, count) => {
      sendMessage(stage, `${count}`, { from: phoneAt(count) });
      return outcome(stage);
    });
    assertEquals(outcomes, times<unknown>(limits.clientTransactions, "on", 500));
    sendMessage(stage, "in", { masked });
    assertEquals([outcome(stage), stage.counters["full.transactions"]], [480, 2]);
  },
  bindings: (limits, core) => {
    const stage = core.stage();
    const outcomes = Array.from(
      { length: limits.bindings + 1 },
      (_, count) => registers(stage, `user${count}`, [5060], phoneAt(count)),
    );
    assertEquals(outcomes, times<unknown>(limits.bindings, "on", 500));
    assertEquals(stage.counters["full.bindings"], 1);
    // Who is registered may come back.
    stage.pass(40_000);
    stage.take();
    assertEquals(registers(stage, "user0", [5060], phoneAt(0)), "on");
  },
  bindingsPerAor: (limits, core) => {
    const stage = core.stage();
    const outcomes = Array.from(
      { length: limits.bindingsPerAor + 1 },
      (_, count) => registers(stage, "one", [5060 + count]),
    );
    assertEquals(outcomes, times<unknown>(limits.bindingsPerAor, "on", 500));
    assertEquals([registers(stage, "other", [5060]), stage.counters["full.bindings"]], ["on", 1]);
  },
  contactsPerRegister: (limits, core) => {
    const ports = Array.from(
      { length: limits.contactsPerRegister + 1 },
      (_, count) => 5060 + count,
    );
    const stage = core.stage();
    assertEquals(registers(stage, "many", ports), 400);
    assertEquals(registers(stage, "many", ports.slice(1)), "on");
  },
  parked: (limits, core) => {
    let silent = false;
    const stage = core.stage({ resolve: () => silent ? undefined : servers(PROVIDER) });
    registerAll(stage, limits.parked);
    silent = true;
    const outcomes = Array.from({ length: limits.parked + 1 }, (_, count) => {
      sendMessage(stage, `${count}`, { from: phoneAt(count) });
      return outcome(stage);
    });
    assertEquals(outcomes, times<unknown>(limits.parked, "nothing", 500));
    assertEquals([stage.tables["parked"], stage.counters["full.parked"]], [limits.parked, 1]);
  },
  depth: (limits, core) => {
    const stage = core.stage();
    const masked = register(stage);
    let [passed, via] = [0, ""];
    for (;;) {
      // A phone sends to the next name, and the provider sends what it gets there back to the phone.
      const inward = passed % 2 === 1;
      const from = inward ? PROVIDER : ALICE;
      const uri = inward ? `${masked};x=${passed}` : `sip:next${passed}@example.com`;
      const text = requestText({
        method: "MESSAGE",
        uri,
        via: `SIP/2.0/UDP ${from};branch=z9hG4bK-${passed}`,
        headers: via === "" ? [] : [via],
      });
      inward ? stage.outside(text) : stage.inside(text);
      const sent = stage.sent.find(({ text }) => text.startsWith("MESSAGE"));
      if (sent === undefined) break;
      via = /^Via: .*$/m.exec(sent.text)![0].trim();
      stage.take();
      passed++;
    }
    // The first time it comes to us, and so often again.
    assertEquals([passed, outcome(stage)], [limits.depth + 1, 482]);
  },
};
