import type { Attackers } from "./attacks.ts";
import { hostileRequest } from "./hostile.ts";
import type { Scene } from "./scene.ts";
import type { SipHost } from "./sip_host.ts";
import { callProblems, makeCall } from "./talk.ts";
import { ADDRESSES, type Site } from "./topology.ts";

/** Phone A registers every few seconds. */
const REGISTER_MS = 12_000;

/** What one host may send, as text number `index`. */
type Flood = (index: number) => string;

/** While one host inside takes what it can get, phones register, call and are called (RULES V7). */
export async function exhaustionSteps(scene: Scene, { insider }: Attackers): Promise<void> {
  const { site } = scene;
  const ip = ADDRESSES.phoneC;
  const away = (index: number) => `sip:${index}@${ADDRESSES.farAway}`;
  const floods: [name: string, count: number, everyMs: number, flood: Flood][] = [
    ["110 calls that ring for ever", 110, 10, (index) => hostileRequest({ ip, uri: away(index) })],
    [
      "1,500 subscriptions for a week",
      1_500,
      4,
      (index) =>
        hostileRequest({
          ip,
          method: "SUBSCRIBE",
          uri: away(index),
          headers: ["Event: presence", "Expires: 604800"],
        }),
    ],
    [
      "625 registrations at a server of its own",
      625,
      4,
      (index) =>
        hostileRequest({
          ip,
          method: "REGISTER",
          uri: `sip:${ADDRESSES.farAway}`,
          to: away(index),
          contact: `<sip:${index}@${ip}>`,
          headers: ["Expires: 604800"],
        }),
    ],
    [
      "1,000 names to look up",
      1_000,
      4,
      (index) => hostileRequest({ ip, method: "MESSAGE", uri: `sip:x@name-${index}.invalid` }),
    ],
  ];
  for (const [name, count, everyMs, flood] of floods) {
    const texts = Array.from({ length: count }, (_, index) => flood(index));
    await scene.step(
      `one host asks for ${name}: a phone registers, calls and is called`,
      () => floodProblems(site, insider, { texts, everyMs }),
    );
  }
  await scene.step("after a restart it is so too", async () => {
    await scene.sipmasq.kill();
    await scene.start();
    return await servedProblems(site);
  });
}

async function floodProblems(
  site: Site,
  attacker: SipHost,
  { texts, everyMs }: { texts: readonly string[]; everyMs: number },
): Promise<string[]> {
  const before = (await attacker.report()).sent;
  const { sent } = await attacker.send(texts, { to: ADDRESSES.routerInside, everyMs });
  const problems = await servedProblems(site);
  if (sent - before < texts.length) problems.push(`Only ${sent - before} were sent`);
  return problems;
}

/** A phone registers anew, and both phones have a call with audio at once, one out and one in. */
async function servedProblems(site: Site): Promise<string[]> {
  const times = granted(site, "100").length + 1;
  const registered = site.provider.registered("100", { timeoutMs: REGISTER_MS, times });
  const talks = await Promise.all([
    makeCall(site, { from: "phoneA", to: "user200" }),
    makeCall(site, { from: "user201", to: "phoneB" }),
  ]);
  const problems = talks.flatMap(callProblems);
  return await registered === undefined
    ? ["Phone A did not register again", ...problems]
    : problems;
}

function granted(site: Site, user: string) {
  return site.provider.registrations().filter(({ aor }) => aor.startsWith(`${user}@`));
}
