import { textOf } from "./capture.ts";
import { branchSteps, lastInvite } from "./branch_attacks.ts";
import { challengeSteps } from "./challenge_attacks.ts";
import { pause } from "./command.ts";
import {
  headerOf,
  type HostileRequest,
  hostileRequest,
  MARK,
  markProblems,
  sendBeside,
} from "./hostile.ts";
import { exhaustionSteps } from "./exhaustion.ts";
import { mediaAttackSteps } from "./media_attacks.ts";
import type { Report } from "./report.ts";
import { Scene } from "./scene.ts";
import { SipHost } from "./sip_host.ts";
import { callProblems, makeCall } from "./talk.ts";
import { ADDRESSES, OUTBOUND, type Site } from "./topology.ts";

const LOOK_MS = 800;

/** Who attacks: a host inside without a phone, a neighbour at the provider, somebody far away in the Internet. */
export interface Attackers {
  readonly insider: SipHost;
  readonly neighbour: SipHost;
  /** It grants every REGISTER and lets every call ring. */
  readonly farAway: SipHost;
}

/** What hostile hosts on both sides try, and must not get (RULES S1, S3, C2, H4, L2, L3, V7). */
export async function attackSteps(report: Report, folder: string): Promise<void> {
  await takeOverSteps(report, folder);
  const own = `${folder}/exhaustion`;
  await Deno.mkdir(own);
  await exhaustionSteps(report, own);
}

function takeOverSteps(report: Report, folder: string): Promise<void> {
  const prepare = (site: Site) => site.addFarAway();
  return Scene.play({ title: "attacks", report, folder, prepare }, async (scene) => {
    const { site } = scene;
    const attackers: Attackers = {
      insider: await SipHost.start(site.network, "phoneC", ADDRESSES.phoneC),
      neighbour: await SipHost.start(site.network, "stranger", ADDRESSES.stranger),
      farAway: await SipHost.start(site.network, "farAway", ADDRESSES.farAway),
    };
    await site.startPhones(["user200"]);
    await site.startPhones(["user201"], { answer: "manual" });
    await site.startPhones(["phoneA", "phoneB"], { outbound: OUTBOUND });
    await registrationSteps(scene, attackers);
    await tokenSteps(scene, attackers);
    await challengeSteps(scene, attackers.farAway);
    await sideSteps(scene, attackers);
    await dialogSteps(scene, attackers);
    await mediaAttackSteps(scene);
  });
}

/** A server of the insider's own grants him phone A's AOR and Contact: phone A keeps its calls (RULES C1, S3). */
async function registrationSteps(scene: Scene, { insider, farAway }: Attackers): Promise<void> {
  const { site } = scene;
  const aor = `sip:100@${ADDRESSES.provider}`;
  const contact = await seenContact(site, ADDRESSES.phoneA);
  const register = (headers: readonly string[], value = contact) =>
    hostileRequest({
      ip: ADDRESSES.phoneC,
      method: "REGISTER",
      uri: `sip:${ADDRESSES.farAway}`,
      from: aor,
      contact: value,
      headers,
    });
  const attempts: [name: string, text: string][] = [
    ["takes phone A's binding", register(["Expires: 600"])],
    ["removes it", register(["Expires: 0"])],
    ["removes all bindings of its AOR", register(["Expires: 0"], "*")],
  ];
  for (const [name, text] of attempts) {
    await scene.step(`a REGISTER at another server ${name}: its calls go on`, async () => {
      const before = (await farAway.report()).received.length;
      const startedMs = Date.now();
      await insider.send([text], { to: ADDRESSES.routerInside });
      await pause(LOOK_MS);
      const problems = callProblems(await makeCall(site, { from: "user200", to: "phoneA" }));
      if ((await farAway.report()).received.length === before) {
        problems.push("The other server got no REGISTER, so nothing was tried");
      }
      return [...problems, ...await forkProblems(site, startedMs)];
    });
  }
  for (const user of ["101", "100", "nobody"]) {
    const uri = `sip:${user}@${ADDRESSES.provider}`;
    await scene.step(`that server calls ${user} by its AOR: no phone rings`, async () => {
      const startedMs = Date.now();
      const request = { ip: ADDRESSES.farAway, uri, to: uri };
      await farAway.send([hostileRequest(request)], { to: ADDRESSES.routerOutside });
      await pause(LOOK_MS);
      const packets = await site.captures.get("inside")!.packets(startedMs);
      const rang = packets.filter((packet) =>
        [ADDRESSES.phoneA, ADDRESSES.phoneB].some((ip) => packet.to.startsWith(`${ip}:`)) &&
        textOf(packet).includes(MARK)
      );
      return rang.length === 0 ? [] : [`It was seen at a phone in ${rang.length} packets`];
    });
  }
}

/** The insider's host gets nothing of a call to phone A. */
async function forkProblems(site: Site, sinceMs: number): Promise<string[]> {
  const packets = await site.captures.get("inside")!.packets(sinceMs);
  const stolen = packets.filter((packet) =>
    packet.to.startsWith(`${ADDRESSES.phoneC}:`) && textOf(packet).startsWith("INVITE ")
  );
  return stolen.length === 0 ? [] : [`The hostile host got ${stolen.length} INVITEs for phone A`];
}

/** Who has overheard a registration's token may call, and nothing else (RULES C2). */
async function tokenSteps(scene: Scene, { farAway }: Attackers): Promise<void> {
  const packets = await scene.site.captures.get("outside")!.packets();
  // Other servers were told of its Contact too, and each has a token of its own.
  const masked = packets.filter(({ to }) => to === `${ADDRESSES.provider}:5060`).map(textOf)
    .filter((text) => text.startsWith("REGISTER ") && text.includes("<sip:100@"))
    .map((text) => /<(sip:[^>]*;line=[a-z2-7]+)/.exec(headerOf(text, "Contact") ?? "")?.[1]);
  const uri = masked.findLast((one) => one !== undefined) ?? "sip:none";
  for (const method of ["NOTIFY", "REFER", "SUBSCRIBE", "MESSAGE", "UPDATE", "OPTIONS"]) {
    const headers = ["Event: check-sync", "Refer-To: <sip:1@far.example>"];
    await refused(scene, farAway, {
      name: `a ${method} with an overheard token`,
      request: { ip: ADDRESSES.farAway, method, uri, headers },
    });
  }
  await scene.control("the same NOTIFY from the registrar", async () => {
    const startedMs = Date.now();
    const ip = ADDRESSES.provider;
    const headers = ["Event: check-sync"];
    await sendBeside(scene.site, "provider", { ip, method: "NOTIFY", uri, headers });
    await pause(LOOK_MS);
    return markProblems(scene.site, { sinceMs: startedMs, ip });
  });
}

/** Sides are told by listener and source (RULES S1). */
async function sideSteps(scene: Scene, { farAway, insider }: Attackers): Promise<void> {
  const { site } = scene;
  for (const method of ["INVITE", "REGISTER", "OPTIONS"]) {
    const uri = method === "INVITE" ? `sip:200@${ADDRESSES.provider}` : `sip:${ADDRESSES.provider}`;
    await refused(scene, farAway, {
      name: `${method} from the Internet to our inside address`,
      request: { ip: ADDRESSES.farAway, method, uri },
      to: ADDRESSES.routerInside,
    });
  }
  await scene.step("a host inside that talks to our outside address is told so", async () => {
    const request = { ip: ADDRESSES.phoneC, uri: `sip:200@${ADDRESSES.provider}` };
    const problems = await attemptProblems(site, insider, {
      request,
      to: ADDRESSES.routerOutside,
    });
    const told = scene.sipmasq.log.split("\n")
      .some((line) => line.includes(ADDRESSES.phoneC) && line.includes("outbound proxy"));
    return told ? problems : [...problems, "The log does not say what to set"];
  });
}

/** Who knows Call-ID, tags or branch ends no call, and no digest is drawn from a phone (RULES S3, H4). */
async function dialogSteps(scene: Scene, { farAway, insider }: Attackers): Promise<void> {
  const { site } = scene;
  await scene.step("who knows a dialog's tags does not end it", async () => {
    const problems: string[] = [];
    const meanwhile = async () => {
      for (const method of ["BYE", "INFO", "INVITE"]) {
        const request = { ...await seenDialog(site), ip: ADDRESSES.farAway, method, cseq: 99 };
        const found = await attemptProblems(site, farAway, { request });
        problems.push(...found.map((problem) => `${method}: ${problem}`));
      }
    };
    const talk = await makeCall(site, { from: "phoneA", to: "user200", meanwhile });
    return [...problems, ...callProblems(talk)];
  });
  await scene.control("the same INFO from the provider", async () => {
    const found: string[] = [];
    const meanwhile = async () => {
      const startedMs = Date.now();
      const ip = ADDRESSES.provider;
      await sendBeside(site, "provider", {
        ...await seenDialog(site),
        ip,
        method: "INFO",
        cseq: 99,
      });
      await pause(LOOK_MS);
      found.push(...await markProblems(site, { sinceMs: startedMs, ip }));
    };
    await makeCall(site, { from: "phoneA", to: "user200", meanwhile });
    return found;
  });
  await scene.step("nor does another host inside, as the phone or as its far end", async () => {
    const problems: string[] = [];
    const meanwhile = async () => {
      const dialog = await seenDialog(site);
      const asPhone = { ...dialog, fromTag: dialog.toTag ?? "", toTag: dialog.fromTag ?? "" };
      const uri = `sip:200@${ADDRESSES.provider}`;
      for (const seen of [{ ...asPhone, uri }, dialog]) {
        for (const method of ["BYE", "INVITE"]) {
          const request = { ...seen, ip: ADDRESSES.phoneC, method, cseq: 99 };
          const to = ADDRESSES.routerInside;
          const found = await attemptProblems(site, insider, { request, to });
          problems.push(...found.map((problem) => `${method} to ${seen.uri}: ${problem}`));
        }
      }
    };
    const talk = await makeCall(site, { from: "phoneA", to: "user200", meanwhile });
    return [...problems, ...callProblems(talk)];
  });
  await branchSteps(scene, farAway);
}

interface Attempt {
  readonly request: HostileRequest;
  readonly to?: string;
}

function refused(
  scene: Scene,
  attacker: SipHost,
  { name, ...attempt }: Attempt & { name: string },
): Promise<boolean> {
  return scene.step(`${name} gets nothing`, () => attemptProblems(scene.site, attacker, attempt));
}

async function attemptProblems(
  site: Site,
  attacker: SipHost,
  { request, to = ADDRESSES.routerOutside }: Attempt,
): Promise<string[]> {
  const startedMs = Date.now();
  await attacker.send([hostileRequest(request)], { to });
  await pause(LOOK_MS);
  const problems = await markProblems(site, { sinceMs: startedMs, ip: request.ip });
  // Nor did it go out again on the other side.
  const outside = await site.captures.get("outside")!.packets(startedMs);
  const on = outside.filter((packet) =>
    packet.from === `${ADDRESSES.routerOutside}:5060` && textOf(packet).includes(MARK)
  );
  if (on.length > 0) problems.push(`it went out again in ${on.length} packets`);
  return problems;
}

/** The Contact of a phone's latest REGISTER, as somebody inside sees it. */
async function seenContact(site: Site, ip: string): Promise<string> {
  const packets = await site.captures.get("inside")!.packets();
  const registers = packets
    .filter((packet) => packet.from.startsWith(`${ip}:`))
    .map(textOf).filter((text) => text.startsWith("REGISTER "));
  return headerOf(registers.at(-1) ?? "", "Contact") ?? "";
}

/** The latest dialog of a call out, as its far end knows it. */
async function seenDialog(site: Site): Promise<Omit<HostileRequest, "ip">> {
  const packets = await site.captures.get("outside")!.packets();
  const answers = packets.filter(({ to }) => to === `${ADDRESSES.routerOutside}:5060`).map(textOf)
    .filter((text) =>
      text.startsWith("SIP/2.0 200") && headerOf(text, "CSeq")?.endsWith(" INVITE")
    );
  const answer = answers.at(-1) ?? "";
  const invite = await lastInvite(site);
  const tagOf = (name: string) => /;tag=([^;\r]+)/.exec(headerOf(answer, name) ?? "")?.[1] ?? "";
  return {
    uri: /<([^>]+)>/.exec(headerOf(invite, "Contact") ?? "")?.[1] ?? "sip:none",
    callId: headerOf(answer, "Call-ID") ?? "",
    fromTag: tagOf("To"),
    toTag: tagOf("From"),
  };
}
