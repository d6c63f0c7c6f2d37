import { isSignalling, textOf } from "./capture.ts";
import { eventually } from "./command.ts";
import type { Report } from "./report.ts";
import { Scene } from "./scene.ts";
import { scenarioFile, Sipp } from "./sipp.ts";
import { ADDRESSES, OUTBOUND, type Site } from "./topology.ts";

const NOTIFY_MS = 8_000;

/** A phone subscribes to its mailbox and is told that messages wait. */
export function messageSteps(report: Report, folder: string): Promise<void> {
  return Scene.play({ title: "messages waiting", report, folder }, async (scene) => {
    const { site } = scene;
    await site.addOutsideHost("mailbox");
    await scene.step("the mailbox tells phone A of new messages", () => waitingProblems(site));
  });
}

async function waitingProblems(site: Site): Promise<string[]> {
  const mailbox = Sipp.start(site.network, {
    host: "mailbox",
    ip: ADDRESSES.mailbox,
    scenario: scenarioFile("mailbox"),
    folder: site.folder,
    name: "mailbox",
    arguments: ["-m", "1"],
  });
  const setup = { outbound: OUTBOUND, modules: ["mwi"], parameters: ["mwi=yes"] } as const;
  await site.startPhones(["phoneA"], setup);
  const phone = site.phone("phoneA");
  const problems: string[] = [];
  if (!await phone.saw("MWI_NOTIFY", { timeoutMs: NOTIFY_MS })) {
    problems.push("Phone A was not told that messages wait");
  }
  const told = phone.events.find(({ type }) => type === "MWI_NOTIFY");
  if (told !== undefined && !told.param.includes("Voice-Message: 3/0")) {
    problems.push(`Phone A was told: ${told.param}`);
  }
  if (!await eventually(() => mailbox.exitCode === 0, { timeoutMs: NOTIFY_MS })) {
    problems.push(`The mailbox got no 200 to its NOTIFY: ${await mailbox.errors()}`);
  }
  return [...problems, ...await maskedProblems(site)];
}

/** The mailbox has to see a dialog token of ours, another one than the registrar. */
async function maskedProblems(site: Site): Promise<string[]> {
  const outside = (await site.captures.get("outside")!.packets()).filter(isSignalling).map(textOf);
  const tokens = (method: string) =>
    outside
      .filter((text) => text.startsWith(`${method} `))
      .flatMap((text) => /\r\nContact:.*;line=(\w+)/i.exec(text)?.[1] ?? []);
  const registered = new Set(tokens("REGISTER"));
  const subscribed = tokens("SUBSCRIBE");
  if (subscribed.length === 0) return ["No SUBSCRIBE with a masked Contact was seen outside"];
  return subscribed.some((token) => registered.has(token))
    ? ["The SUBSCRIBE shows the token of the registration"]
    : [];
}
