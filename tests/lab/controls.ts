import { outsideProblems, registrationProblems, witnessProblems } from "./checks.ts";
import type { Report } from "./report.ts";
import { ADMITTED_PORTS, droppedPackets } from "./router.ts";
import { Sipmasq } from "./sipmasq.ts";
import { audioProblems, callProblems, makeCall, type Talk } from "./talk.ts";
import { ADDRESSES, OUTBOUND, Site } from "./topology.ts";

/** Two users with public addresses talk through the provider: the lab itself works. And its checks can tell who hears whom. */
export async function outsideControls(report: Report, folder: string): Promise<void> {
  const site = await Site.makeOutside(folder);
  try {
    await site.startPhones(["user200", "user201"]);
    let talk: Talk | undefined;
    await report.step(
      "the lab itself: two users without NAT talk through the provider",
      async () => {
        talk = await makeCall(site, { from: "user200", to: "user201" });
        return callProblems(talk);
      },
    );
    await report.control("recordings swapped", () => Promise.resolve(swappedProblems(talk)));
  } finally {
    await site.remove();
  }
}

/** The firewall drops, and phones behind the NAT fail every check as long as sipmasq is not there. */
export async function natControls(report: Report, folder: string): Promise<void> {
  const site = await Site.makeBoth(folder);
  try {
    await report.step("the firewall drops what it does not name", () => firewallProblems(site));
    await report.step("the README names what the firewall admits", readmeProblems);
    await site.startPhones(["phoneA", "user200"]);
    await report.control("a registration through the NAT without sipmasq", async () => {
      const registration = await site.provider.registered("100", { timeoutMs: 5_000 });
      return [...registrationProblems("100", registration), ...witnessProblems(site.provider.log)];
    });
    await report.control("a call out through the NAT without sipmasq", async () => {
      return callProblems(await makeCall(site, { from: "phoneA", to: "user200" }));
    });
    await report.control("a call in through the NAT without sipmasq", async () => {
      return callProblems(await makeCall(site, { from: "user200", to: "phoneA" }));
    });
    await report.control("the packets outside without sipmasq", () => outsideProblems(site));
  } finally {
    await site.remove();
  }
}

/** A call in which sipmasq is ended after the 200 fails the check of its audio. */
export async function stoppedControl(report: Report, folder: string): Promise<void> {
  const site = await Site.makeBoth(folder);
  let log = "";
  const passed = await report.step("control: sipmasq stopped after the 200", async () => {
    const sipmasq = await Sipmasq.start(site.network, folder);
    try {
      await site.startPhones(["phoneA"], { outbound: OUTBOUND });
      await site.startPhones(["user200"]);
      const meanwhile = () => sipmasq.kill();
      const talk = await makeCall(site, { from: "phoneA", to: "user200", meanwhile });
      if (!talk.established) return ["There was no call to stop", ...talk.problems];
      const found = talk.hearings.filter((hearing) => audioProblems(hearing).length > 0);
      return found.length === 2 ? [] : ["The check found nothing wrong, so it proves nothing"];
    } finally {
      log = sipmasq.log;
    }
  }).finally(() => site.remove());
  if (!passed) report.note(log);
}

function swappedProblems(talk: Talk | undefined): string[] {
  const [first, second] = talk?.hearings ?? [];
  if (first === undefined || second === undefined) return [];
  return [
    ...audioProblems({ ...first, recording: second.recording }),
    ...audioProblems({ ...second, recording: first.recording }),
  ];
}

async function firewallProblems(site: Site): Promise<string[]> {
  const before = await droppedPackets(site.network, "router");
  const send = `echo stray > /dev/udp/${ADDRESSES.routerOutside}/9999`;
  await site.network.run("stranger", ["bash", "-c", send]);
  const after = await droppedPackets(site.network, "router");
  return after === before + 1
    ? []
    : [`A stray packet raised the counter of dropped ones from ${before} to ${after}`];
}

async function readmeProblems(): Promise<string[]> {
  const readme = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
  const missing = ADMITTED_PORTS.filter((ports) => !readme.includes(ports));
  return missing.map((ports) => `The README does not name UDP ${ports}`);
}
