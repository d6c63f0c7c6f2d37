import { textOf } from "./capture.ts";
import { pause } from "./command.ts";
import { headerOf, hostileRequest } from "./hostile.ts";
import type { Report } from "./report.ts";
import { Scene } from "./scene.ts";
import { SipHost } from "./sip_host.ts";
import { callProblems, makeCall } from "./talk.ts";
import { ADDRESSES, DOMAIN, OUTBOUND, SILENT_DOMAIN, type Site } from "./topology.ts";

/** Phone A registers every few seconds. */
const REGISTER_MS = 12_000;
/** So few that some dozens of calls could take them all. */
const PORTS = "10000-10199";
/** The flood has reached its share by then, and goes on. */
const UNTIL_SHARE_MS = 2_000;
/** Silent queries at work for a host without a registration: one name's three, and some that are repeated. */
const MOST_QUERIES = 6;

/** Who takes what he can get. */
interface Greedy {
  /** A host inside without a registration. */
  readonly guest: SipHost;
  /** A host inside that registers at a server of its own. */
  readonly registered: SipHost;
  /** That server: it grants every REGISTER and SUBSCRIBE, and lets every call ring. */
  readonly server: SipHost;
  /** Somebody in the Internet. */
  readonly stranger: SipHost;
}

/** What one host asks for. */
interface Flood {
  readonly from: SipHost;
  readonly to?: string;
  readonly texts: readonly string[];
  readonly everyMs: number;
  /** How it is told that it has its share. */
  readonly refusal?: RegExp;
  /** What is dialled by the phone that calls. */
  readonly domain?: string;
}

/**
 * While one host takes what it can get, phones register, call and are called (RULES V7). The table of ports could be
 * filled; those of dialogs (20,000) and bindings (10,000) take too long: there it is shown that the host is refused at
 * its share, and `tests/unit/proxy/fairness_test.ts` fills them.
 */
export function exhaustionSteps(report: Report, folder: string): Promise<void> {
  const sipmasq = { media: `ports = "${PORTS}"` };
  const prepare = async (site: Site) => {
    await site.addFarAway();
    await site.addNameServer();
    const second = ["ip", "address", "add", `${ADDRESSES.besideC}/24`, "dev", "eth0"];
    await site.network.run("phoneC", second);
  };
  return Scene.play({ title: "exhaustion", report, folder, sipmasq, prepare }, async (scene) => {
    const { site } = scene;
    const { network } = site;
    const greedy: Greedy = {
      guest: await SipHost.start(network, "phoneC", ADDRESSES.phoneC),
      registered: await SipHost.start(network, "phoneC", ADDRESSES.besideC),
      server: await SipHost.start(network, "stranger", ADDRESSES.stranger),
      stranger: await SipHost.start(network, "farAway", ADDRESSES.farAway),
    };
    await site.startPhones(["user200", "user201"]);
    const inside = { outbound: OUTBOUND, domain: DOMAIN };
    await site.startPhones(["phoneB"], inside);
    // So often that it has to register in each of the floods.
    await site.startPhones(["phoneA"], { ...inside, registerSeconds: 8 });
    await scene.step("a phone registers, calls and is called", () => servedProblems(site));
    await guestSteps(scene, greedy);
    await registeredSteps(scene, greedy);
    await scene.step("after a restart it is so too", async () => {
      await scene.sipmasq.kill();
      await scene.start();
      return await servedProblems(site);
    });
  });
}

/** A host without a registration has a sixteenth of what is free. */
async function guestSteps(scene: Scene, { guest, server }: Greedy): Promise<void> {
  const { site } = scene;
  const ip = ADDRESSES.phoneC;
  const away = (index: number) => `sip:${index}@${ADDRESSES.stranger}`;
  const flooded = (name: string, flood: Flood) =>
    scene.step(`one host asks for ${name}: a phone registers, calls and is called`, async () => {
      const before = (await server.report()).received.length;
      const problems = await floodProblems(site, flood);
      const taken = (await server.report()).received.length - before;
      return taken > 0 || flood.refusal === undefined ? problems : [...problems, "None was taken"];
    });
  await flooded("calls that ring for ever, with four streams and with one", {
    from: guest,
    texts: manyOf(
      150,
      (index) => hostileRequest({ ip, uri: away(index), streams: index < 60 ? 4 : 1 }),
    ),
    everyMs: 20,
    refusal: /^SIP\/2\.0 500 Too many calls from this phone/,
  });
  await scene.step("one host asks for names that nobody answers for: a name is found", async () => {
    const startedMs = Date.now();
    const texts = manyOf(
      400,
      (index) => hostileRequest({ ip, method: "MESSAGE", uri: `sip:x@n${index}.${SILENT_DOMAIN}` }),
    );
    // A name that no binding needs.
    const domain = `sip1.${DOMAIN}`;
    const problems = await floodProblems(site, { from: guest, texts, everyMs: 10, domain });
    return [...problems, ...await queryProblems(site, startedMs)];
  });
  const headers = ["Event: presence", "Expires: 604800"];
  await flooded("1,100 subscriptions for a week", {
    from: guest,
    texts: manyOf(
      1_100,
      (index) => hostileRequest({ ip, method: "SUBSCRIBE", uri: away(index), headers }),
    ),
    everyMs: 10,
    // Each is a request at work too for half a minute, of which its share is as large.
    refusal: /^SIP\/2\.0 500 Too many (calls and subscriptions|requests) from this phone/,
  });
}

/** One with registrations, which it grants itself, has up to half; who calls it has what strangers have. */
async function registeredSteps(
  scene: Scene,
  { registered, stranger }: Greedy,
): Promise<void> {
  const { site } = scene;
  const register = (index: number, contacts: number) =>
    hostileRequest({
      ip: ADDRESSES.besideC,
      method: "REGISTER",
      uri: `sip:${ADDRESSES.stranger}`,
      to: `sip:${index}@${ADDRESSES.stranger}`,
      contact: manyOf(contacts, (one) => `<sip:${index}x${one}@${ADDRESSES.besideC}>`).join(", "),
      headers: ["Expires: 604800"],
    });
  const inside = { to: ADDRESSES.routerInside };
  await scene.step("a stranger with a token calls for ever: phones are served", async () => {
    await registered.send([register(0, 1)], inside);
    const uri = await seenToken(site);
    const ip = ADDRESSES.farAway;
    return await floodProblems(site, {
      from: stranger,
      to: ADDRESSES.routerOutside,
      texts: manyOf(150, (index) => hostileRequest({ ip, uri, streams: index < 60 ? 4 : 1 })),
      everyMs: 30,
      refusal: /^SIP\/2\.0 480 Too many calls from this address/,
    });
  });
  await scene.step(
    "one host asks for 4,800 registrations: phones are served",
    () =>
      floodProblems(site, {
        from: registered,
        texts: manyOf(300, (index) => register(index + 1, 16)),
        everyMs: 15,
        refusal: /^SIP\/2\.0 500 Too many registrations from this phone/,
      }),
  );
}

/** What is wrong with the phones while a flood goes on, and with what becomes of it. */
async function floodProblems(
  site: Site,
  { from, to = ADDRESSES.routerInside, texts, everyMs, refusal, domain }: Flood,
): Promise<string[]> {
  const before = await from.report();
  const sending = from.send(texts, { to, everyMs });
  await pause(UNTIL_SHARE_MS);
  const problems = await servedProblems(site, domain);
  await sending;
  const { sent, received } = await from.report();
  if (sent - before.sent < texts.length) problems.push(`Only ${sent - before.sent} were sent`);
  const answers = received.slice(before.received.length);
  if (refusal !== undefined && !answers.some((line) => refusal.test(line))) {
    problems.push(`Nothing was refused: ${[...new Set(answers)].slice(0, 8).join("; ")}`);
  }
  return problems;
}

/** A phone registers anew, and both phones have a call with audio at once, one out and one in. */
async function servedProblems(site: Site, domain?: string): Promise<string[]> {
  const times = granted(site, "100").length + 1;
  const registered = site.provider.registered("100", { timeoutMs: REGISTER_MS, times });
  const talks = await Promise.all([
    makeCall(site, {
      from: "phoneA",
      to: "user200",
      ...(domain === undefined ? {} : { domain }),
    }),
    // Who is outside has no name server.
    makeCall(site, { from: "user201", to: "phoneB", domain: ADDRESSES.provider }),
  ]);
  const problems = talks.flatMap(callProblems);
  return await registered === undefined
    ? ["Phone A did not register again", ...problems]
    : problems;
}

/** What is wrong with the queries that went out at once for who wants names that nobody answers for. */
async function queryProblems(site: Site, sinceMs: number): Promise<string[]> {
  const packets = await site.captures.get("outside")!.packets(sinceMs);
  const [label] = SILENT_DOMAIN.split(".");
  const asked =
    packets.filter(({ to, payload, timeMs }) =>
      to === `${ADDRESSES.nameServer}:53` && timeMs < sinceMs + UNTIL_SHARE_MS &&
      new TextDecoder("latin1").decode(payload).includes(label!)
    ).length;
  if (asked === 0) return ["No such name was looked up, so nothing was tried"];
  return asked <= MOST_QUERIES ? [] : [`${asked} queries were made for the one host at once`];
}

/** The masked Contact of the greedy host's registration. */
async function seenToken(site: Site): Promise<string> {
  await pause(500);
  const packets = await site.captures.get("outside")!.packets();
  const contacts = packets.filter(({ to }) => to === `${ADDRESSES.stranger}:5060`).map(textOf)
    .filter((text) => text.startsWith("REGISTER "))
    .map((text) => /<(sip:[^>]+)>/.exec(headerOf(text, "Contact") ?? "")?.[1]);
  return contacts.at(-1) ?? "sip:none";
}

function manyOf(count: number, one: (index: number) => string): string[] {
  return Array.from({ length: count }, (_, index) => one(index));
}

function granted(site: Site, user: string) {
  return site.provider.registrations().filter(({ aor }) => aor.startsWith(`${user}@`));
}
