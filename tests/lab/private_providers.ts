import { isSignalling, textOf } from "./capture.ts";
import { headerOf } from "./hostile.ts";
import type { Disguise } from "./kamailio.ts";
import type { Report } from "./report.ts";
import { Scene } from "./scene.ts";
import { ADDRESSES, OUTBOUND, type Site } from "./topology.ts";

interface Hidden {
  readonly title: string;
  readonly disguise: Omit<Disguise, "towards">;
}

const HIDDEN: readonly Hidden[] = [
  {
    title: "a provider in a private network",
    disguise: { recordRoute: "10.0.0.5", users: "10.66.0." },
  },
  {
    title: "a provider in a network numbered as our inside",
    disguise: { recordRoute: "192.168.71.200", users: "192.168.71." },
  },
];

/** Providers that name their private hosts in Record-Routes and Contacts: calls go to who sent them (RULES I, N1). */
export async function privateProviderSteps(report: Report, folder: string): Promise<void> {
  for (const hidden of HIDDEN) await hiddenSteps(report, folder, hidden);
}

function hiddenSteps(report: Report, folder: string, hidden: Hidden): Promise<void> {
  const { title, disguise } = hidden;
  const foreign = [disguise.recordRoute, `${disguise.users}20`];
  const own = `${folder}/${disguise.recordRoute}`;
  return Deno.mkdir(own).then(() =>
    Scene.play({ title, report, folder: own, foreign }, async (scene) => {
      const { site } = scene;
      await scene.step("a phone registers", async () => {
        const towards = ADDRESSES.routerOutside;
        const provider = await site.addProvider("secondProvider", { ...disguise, towards });
        const setup = { domain: ADDRESSES.secondProvider };
        await site.startPhones(["user200"], setup);
        await site.startPhones(["phoneA"], { ...setup, outbound: OUTBOUND });
        const registration = await provider.registered("100", { timeoutMs: 0 });
        return registration === undefined ? ["It was not"] : [];
      });
      await scene.call("it calls out, and hangs up", { from: "phoneA", to: "user200" });
      await scene.call("it calls out, and is hung up", {
        from: "phoneA",
        to: "user200",
        hangUp: "user200",
      });
      await scene.call("it is called, and is hung up", { from: "user200", to: "phoneA" });
      await scene.call("it is called, and hangs up", {
        from: "user200",
        to: "phoneA",
        hangUp: "phoneA",
      });
      await scene.step("a call that a crash met is hung up", async () => {
        const problems: string[] = [];
        await site.phone("phoneA").dial(`sip:200@${ADDRESSES.secondProvider}`);
        if (!await site.phone("phoneA").saw("CALL_ESTABLISHED", { timeoutMs: 6_000 })) {
          problems.push("It was not connected");
        }
        await scene.sipmasq.kill();
        await scene.start();
        const before = site.phone("user200").events.length;
        await site.phone("phoneA").hangUp();
        const ended = { timeoutMs: 5_000, after: before };
        if (await site.phone("user200").saw("CALL_CLOSED", ended)) return problems;
        return [...problems, "The far end did not hear that phone A hung up"];
      });
      await scene.step("what the provider wrote went back to it as it was written", () => {
        return writtenProblems(site, disguise);
      });
    })
  );
}

/** Our requests within dialogs name its hosts, and went to its real address. */
async function writtenProblems(
  site: Site,
  { recordRoute, users }: Hidden["disguise"],
): Promise<string[]> {
  const packets = await site.captures.get("outside")!.packets();
  const sent = packets.filter((packet) =>
    packet.from === `${ADDRESSES.routerOutside}:5060` && isSignalling(packet) &&
    /^(?:ACK|BYE) /.test(textOf(packet)) && headerOf(textOf(packet), "Route") !== undefined
  );
  const problems: string[] = [];
  if (sent.length < 6) problems.push(`Only ${sent.length} ACKs and BYEs with a Route were sent`);
  for (const packet of sent) {
    const text = textOf(packet);
    if (packet.to !== `${ADDRESSES.secondProvider}:5060`) {
      problems.push(`${text.split(" ")[0]} went to ${packet.to}`);
    }
    if (!text.split("\r\n")[0]!.includes(`@${users}20`)) {
      problems.push(`The Request-URI was changed: ${text.split("\r\n")[0]}`);
    }
    if (!text.includes(`<sip:${recordRoute};`)) problems.push("The private Route was lost");
  }
  return [...new Set(problems)].slice(0, 5);
}
