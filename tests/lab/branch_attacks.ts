import { textOf } from "./capture.ts";
import { pause } from "./command.ts";
import { headerOf, MARK, markProblems, sendTextBeside } from "./hostile.ts";
import type { Scene } from "./scene.ts";
import type { SipHost } from "./sip_host.ts";
import { callProblems, makeCall } from "./talk.ts";
import { ADDRESSES, type Site } from "./topology.ts";

const LOOK_MS = 800;
const RING_MS = 4_000;

/** While a call rings, an answer to its INVITE counts only from where the INVITE went (RULES S3). */
export async function branchSteps(scene: Scene, farAway: SipHost): Promise<void> {
  const { site } = scene;
  const answered = async (
    { ip, next }: { ip: string; next: "accept" | "hangup" },
    send: (texts: readonly string[]) => Promise<unknown>,
  ) => {
    const found: string[] = [];
    const called = site.phone("user201");
    const after = called.events.length;
    const ringing = async () => {
      const rings = await called.saw("CALL_INCOMING", { timeoutMs: RING_MS, after });
      const invite = await lastInvite(site);
      const statuses = ["407 Proxy Authentication Required", "486 Busy Here", "200 OK"];
      const startedMs = Date.now();
      await send(statuses.map((status) => responseTo(invite, status)));
      await pause(LOOK_MS);
      found.push(...await markProblems(site, { sinceMs: startedMs, ip }));
      await called.command(next, "");
      return rings ? [] : ["It did not ring"];
    };
    const talk = await makeCall(site, { from: "phoneA", to: "user201", ringing });
    return { found, talk };
  };
  await scene.step("who knows a branch answers nothing and challenges nobody", async () => {
    const { found, talk } = await answered(
      { ip: ADDRESSES.farAway, next: "accept" },
      (texts) => farAway.send(texts, { to: ADDRESSES.routerOutside }),
    );
    return [...found, ...callProblems(talk)];
  });
  await scene.control("the same 486 from the provider", async () => {
    const { found } = await answered(
      { ip: ADDRESSES.provider, next: "hangup" },
      (texts) => sendTextBeside(site, "provider", texts[1]!),
    );
    return found;
  });
}

/** The latest INVITE that we sent to the provider. */
export async function lastInvite(site: Site): Promise<string> {
  const packets = await site.captures.get("outside")!.packets();
  return packets.filter(({ from }) => from === `${ADDRESSES.routerOutside}:5060`).map(textOf)
    .filter((text) => text.startsWith("INVITE ")).at(-1) ?? "";
}

/** An answer to an overheard request. */
function responseTo(request: string, status: string): string {
  const copied = ["Via", "From", "Call-ID", "CSeq"].map((name) =>
    `${name}: ${headerOf(request, name)}`
  );
  return [
    `SIP/2.0 ${status}`,
    ...copied,
    `To: ${headerOf(request, "To")};tag=${MARK}`,
    `Proxy-Authenticate: Digest realm="${MARK}", nonce="${MARK}"`,
    `Contact: <sip:${MARK}@${ADDRESSES.farAway}>`,
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");
}
