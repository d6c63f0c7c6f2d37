import { textOf } from "./capture.ts";
import { pause } from "./command.ts";
import { markProblems, sendBeside } from "./hostile.ts";
import type { Report } from "./report.ts";
import { Scene } from "./scene.ts";
import { callProblems, makeCall } from "./talk.ts";
import { ADDRESSES, OUTBOUND, type Site } from "./topology.ts";

const LOOK_MS = 1_000;

interface Attempt {
  readonly from: "farAway" | "provider";
  readonly method?: string;
  readonly uri: string;
  readonly callId?: string;
}

/**
 * What a stranger sends reaches no phone and gets no answer, whatever it knows; the same from the provider does.
 * It is somebody far away: who shares the provider's /24 is one of its servers (RULES S3).
 */
export function strangerSteps(report: Report, folder: string): Promise<void> {
  const prepare = (site: Site) => site.addFarAway();
  return Scene.play({ title: "strangers", report, folder, prepare }, async (scene) => {
    const { site } = scene;
    await site.startPhones(["user200"]);
    await site.startPhones(["phoneA"], { outbound: OUTBOUND });
    const aor = `sip:100@${ADDRESSES.provider}`;
    const nothing = (name: string, attempt: () => Promise<Attempt>) =>
      scene.step(`${name} gets nothing`, async () => reachedProblems(site, await attempt()));
    const stranger = (uri: string, more: Partial<Attempt> = {}) =>
      Promise.resolve<Attempt>({ from: "farAway", uri, ...more });
    await nothing("an INVITE to the right AOR", () => stranger(aor));
    await nothing(
      "an INVITE to the right user at our address",
      () => stranger(`sip:100@${ADDRESSES.routerOutside}`),
    );
    await nothing("OPTIONS to the right user", () => stranger(aor, { method: "OPTIONS" }));
    await nothing("a REGISTER of the right user", () => stranger(aor, { method: "REGISTER" }));
    await scene.step("during a call an INVITE with its token gets nothing", async () => {
      const problems: string[] = [];
      const meanwhile = async () => {
        const { uri, callId } = await seenDialog(site);
        problems.push(
          ...await reachedProblems(site, { from: "farAway", uri }),
          ...await reachedProblems(site, { from: "farAway", uri, callId }),
          ...await reachedProblems(site, { from: "farAway", uri, callId, method: "BYE" }),
        );
      };
      const talk = await makeCall(site, { from: "user200", to: "phoneA", meanwhile });
      return [...problems, ...callProblems(talk)];
    });
    await nothing("after the call an INVITE with its token", async () => {
      return await stranger((await seenDialog(site)).uri);
    });
    await scene.step("what strangers were refused is counted and told", () => toldProblems(scene));
    await scene.control(
      "the same INVITE from the provider",
      () => reachedProblems(site, { from: "provider", uri: aor }),
    );
    await site.phone("phoneA").hangUp();
  });
}

/** Sends the message and gives what came of it: at the phones, and back at the sender. */
async function reachedProblems(site: Site, attempt: Attempt): Promise<string[]> {
  const startedMs = Date.now();
  const { from, ...request } = attempt;
  const ip = ADDRESSES[from];
  await sendBeside(site, from, { ...request, ip });
  await pause(LOOK_MS);
  return (await markProblems(site, { sinceMs: startedMs, ip })).map((problem) =>
    `The ${attempt.method ?? "INVITE"}: ${problem}`
  );
}

/** The latest dialog as somebody saw it who listens on the outside: our Contact in the 200, and its Call-ID. */
async function seenDialog(site: Site): Promise<{ uri: string; callId: string }> {
  const packets = await site.captures.get("outside")!.packets();
  const answers = packets
    .filter((packet) => packet.from === `${ADDRESSES.routerOutside}:5060`)
    .map(textOf)
    .filter((text) => text.startsWith("SIP/2.0 200") && /\r\nCSeq: \d+ INVITE\r\n/i.test(text));
  const answer = answers.at(-1) ?? "";
  const uri = /\r\nContact: .*<(sip:[^>]*;line=\w+)>/i.exec(answer)?.[1];
  const callId = /\r\nCall-ID: (\S+)/i.exec(answer)?.[1];
  if (uri === undefined || callId === undefined) {
    throw new Error("No answer with a masked Contact was seen outside");
  }
  return { uri, callId };
}

async function toldProblems(scene: Scene): Promise<string[]> {
  // Repeated sentences are held back for ten seconds at most.
  const told = () => scene.sipmasq.log.includes(ADDRESSES.farAway);
  for (let waited = 0; !told() && waited < 11_000; waited += 250) await pause(250);
  return told() ? [] : ["The log does not name the stranger"];
}
