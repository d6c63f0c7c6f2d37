import type { Phone } from "./baresip.ts";
import type { Report } from "./report.ts";
import { Scene } from "./scene.ts";
import { callProblems, makeCall } from "./talk.ts";
import { ADDRESSES, OUTBOUND, type PhoneHost, type Site } from "./topology.ts";

const RING_MS = 4_000;

/** Two phones on one account ring together; calls that nobody answers end on both sides. */
export function ringingSteps(report: Report, folder: string): Promise<void> {
  return Scene.play({ title: "ringing", report, folder }, async (scene) => {
    const { site } = scene;
    await scene.step("two phones on one account have a binding each", async () => {
      await site.startPhones(["user200"]);
      await site.startPhones(["user201"], { answer: "manual" });
      const setup = { outbound: OUTBOUND, user: "100", answer: "manual" } as const;
      await site.startPhones(["phoneA", "phoneC"], setup);
      const contacts = site.provider.registrations().filter(({ aor }) => aor.startsWith("100@"));
      const tokens = new Set(contacts.map(({ contact }) => /line=\w+/.exec(contact)?.[0]));
      return tokens.size === 2 ? [] : [`The registrar has ${tokens.size} Contacts of 100`];
    });
    await scene.step("both ring, one is answered, the other falls silent", async () => {
      const [answering, other] = [site.phone("phoneA"), site.phone("phoneC")];
      const before = other.events.length;
      const ringing = async () => {
        const problems = await eventProblems(site, ["phoneA", "phoneC"], "CALL_INCOMING");
        await answering.command("accept", "");
        const quiet = await other.saw("CALL_CLOSED", { timeoutMs: RING_MS, after: before });
        return quiet ? problems : [...problems, "The other phone went on ringing"];
      };
      return callProblems(await makeCall(site, { from: "user200", to: "phoneA", ringing }));
    });
    await scene.step("a caller outside gives up: both fall silent", async () => {
      const phones = ["phoneA", "phoneC"] as const;
      const problems = await givenUp(site, { from: "user200", dialled: "100", ringing: phones });
      return [...problems, ...cancelProblems(site, ADDRESSES.user200)];
    });
    await scene.step("a caller inside gives up: the called user's phone falls silent", async () => {
      await site.startPhones(["phoneB"], { outbound: OUTBOUND });
      const ringing = ["user201"] as const;
      const problems = await givenUp(site, { from: "phoneB", dialled: "201", ringing });
      return [...problems, ...cancelProblems(site, ADDRESSES.routerOutside)];
    });
    await scene.step("a call that is refused ends with the reason", () => refusedProblems(site));
  });
}

async function eventProblems(
  site: Site,
  hosts: readonly PhoneHost[],
  type: string,
): Promise<string[]> {
  const problems: string[] = [];
  for (const host of hosts) {
    if (await site.phone(host).saw(type, { timeoutMs: RING_MS })) continue;
    problems.push(`${host} did not report ${type}`);
  }
  return problems;
}

async function givenUp(
  site: Site,
  call: { from: PhoneHost; dialled: string; ringing: readonly PhoneHost[] },
): Promise<string[]> {
  const caller = site.phone(call.from);
  const called = call.ringing.map((host) => site.phone(host));
  const before = new Map([caller, ...called].map((phone) => [phone, phone.events.length]));
  const missing = async (phones: readonly Phone[], type: string) => {
    const problems: string[] = [];
    for (const phone of phones) {
      if (await phone.saw(type, { timeoutMs: RING_MS, after: before.get(phone)! })) continue;
      problems.push(`${phone.options.host} did not report ${type}`);
    }
    return problems;
  };
  await caller.dial(`sip:${call.dialled}@${ADDRESSES.provider}`);
  const silent = await missing(called, "CALL_INCOMING");
  await caller.hangUp();
  return [...silent, ...await missing([caller, ...called], "CALL_CLOSED")];
}

function cancelProblems(site: Site, ip: string): string[] {
  const line = new RegExp(`lab: request CANCEL \\S+ from=${ip.replaceAll(".", "\\.")}:5060`);
  return line.test(site.provider.log) ? [] : [`The provider has seen no CANCEL from ${ip}`];
}

async function refusedProblems(site: Site): Promise<string[]> {
  const [caller, called] = [site.phone("phoneB"), site.phone("user201")];
  const [callerBefore, calledBefore] = [caller.events.length, called.events.length];
  await caller.dial(`sip:201@${ADDRESSES.provider}`);
  await called.saw("CALL_INCOMING", { timeoutMs: RING_MS, after: calledBefore });
  await called.hangUp();
  await caller.saw("CALL_CLOSED", { timeoutMs: RING_MS, after: callerBefore });
  const closed = caller.events.slice(callerBefore).find(({ type }) => type === "CALL_CLOSED");
  return /^(486|603) /.test(closed?.param ?? "")
    ? []
    : [`The caller was told: ${closed?.param ?? "nothing"}`];
}
