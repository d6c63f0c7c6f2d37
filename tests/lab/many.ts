import { eventually, pause } from "./command.ts";
import { keys, registerProblems, statisticsProblems } from "./load.ts";
import { MediaHost } from "./media_host.ts";
import type { Place, Sending, SocketReport } from "./media_program.ts";
import { seenDescriptions } from "./offers.ts";
import type { Report } from "./report.ts";
import { Scene } from "./scene.ts";
import { scenarioFile, Sipp } from "./sipp.ts";
import { ADDRESSES, MACHINE_USER, type Site } from "./topology.ts";

/** So many calls one phone makes, and another one gets. */
const EACH_WAY = 250;
/** One phone's share of the usual ports is about 80 calls (RULES V7): of these it is more than it needs. */
const PORTS = "10000-13999";
const RATE = 25;
/** Each call's audio in each direction: less often than a phone's, since the senders share this machine. */
const EVERY_MS = 60;
const SEND_MS = 10_000;
/** How late the last packets may be. */
const LATEST_MS = 6_000;
/** From the first call to the last packet of all. */
const CALL_MS = 10_000 + SEND_MS + LATEST_MS + 4_000;

const HOSTS = ["phoneA", "machine", "user200", "phoneB"] as const;
type MediaHosts = Readonly<Record<typeof HOSTS[number], MediaHost>>;

/** One call's two ends, and where each of them sends its audio to. */
interface Pair {
  readonly near: Place;
  readonly far: Place;
  readonly inside: Place;
  readonly outside: Place;
}

/** Many calls at once: every packet of every call arrives, in both directions, from the right port. */
export function manySteps(report: Report, folder: string): Promise<void> {
  const sipmasq = { level: "info", media: `ports = "${PORTS}"` } as const;
  const prepare = (site: Site) => site.admitMedia(PORTS);
  return Scene.play({ title: "many calls", report, folder, sipmasq, prepare }, async (scene) => {
    const { site } = scene;
    await site.addOutsideHost("machine");
    const media = await startMedia(site);
    const calls = await startCalls(site, folder);
    await scene.step(`${2 * EACH_WAY} calls stand, and every packet arrives`, async () => {
      const pairs = await establishedPairs(site);
      if (pairs.length < 2 * EACH_WAY) return [`Only ${pairs.length} calls stand`];
      return await audioProblems(media, pairs);
    });
    await scene.step("all of them end well", async () => {
      const ended = () => calls.every((sipp) => sipp.exitCode !== undefined);
      await eventually(ended, { timeoutMs: CALL_MS });
      const problems = await Promise.all(calls.map(async (sipp) => {
        const found = statisticsProblems(await sipp.statistics(), EACH_WAY);
        return found.length === 0 ? [] : [...found, await sipp.errors()];
      }));
      return problems.flat();
    });
  });
}

async function startMedia(site: Site): Promise<MediaHosts> {
  const started = await Promise.all(HOSTS.map((host) => MediaHost.start(site.network, host)));
  const [phoneA, machine, user200, phoneB] = started as [
    MediaHost,
    MediaHost,
    MediaHost,
    MediaHost,
  ];
  return { phoneA, machine, user200, phoneB };
}

/** Registers both phones inside, lets both sides answer, and starts both callers. */
async function startCalls(site: Site, folder: string): Promise<Sipp[]> {
  for (const [host, user] of [["phoneA", "100"], ["phoneB", "101"]] as const) {
    const problems = await registerProblems(site, host, user);
    if (problems.length > 0) throw new Error(problems.join("\n"));
  }
  for (const host of ["machine", "phoneB"] as const) {
    const scenario = await ownPorts(folder, "called");
    const ip = ADDRESSES[host];
    Sipp.start(site.network, { host, ip, scenario, folder, name: `called-${host}` });
  }
  await pause(500);
  const scenario = await ownPorts(folder, "caller");
  const callers = [["phoneA", "100", MACHINE_USER], ["user200", "200", "101"]] as const;
  return callers.map(([host, user, called]) => {
    const proxy = host === "phoneA" ? ADDRESSES.routerInside : ADDRESSES.provider;
    return Sipp.start(site.network, {
      host,
      ip: ADDRESSES[host],
      scenario,
      folder,
      name: `caller-${host}`,
      target: `${proxy}:5060`,
      arguments: [
        ...keys(user),
        ...["-key", "called", called, "-r", String(RATE), "-m", String(EACH_WAY)],
        ...["-l", String(EACH_WAY)],
      ],
    });
  });
}

/** The usual scenario with a media port for each call, and calls that last longer. */
async function ownPorts(folder: string, name: "caller" | "called"): Promise<string> {
  const usual = await Deno.readTextFile(scenarioFile(name));
  // SIPp itself opens the first ports of its range, and 8888 to be controlled by.
  const own = usual.replaceAll("[media_port]", "[auto_media_port+6000]")
    .replace('<pause milliseconds="1000"', `<pause milliseconds="${CALL_MS}"`);
  const file = `${folder}/many-${name}.xml`;
  await Deno.writeTextFile(file, own);
  return file;
}

/** All calls in whose descriptions both ends and both sides of sipmasq have shown their ports. */
async function establishedPairs(site: Site): Promise<Pair[]> {
  let pairs: Pair[] = [];
  await eventually(async () => {
    await pause(1_000);
    pairs = pairsOf(seenDescriptions(await site.packets(0)));
    return pairs.length >= 2 * EACH_WAY;
  }, { timeoutMs: CALL_MS - SEND_MS });
  return pairs;
}

function pairsOf(seen: ReturnType<typeof seenDescriptions>): Pair[] {
  const calls = new Map<string, Map<string, number>>();
  const answered = new Set<string>();
  for (const { callId, ip, ports, what } of seen) {
    const call = calls.get(callId) ?? new Map<string, number>();
    calls.set(callId, call.set(ip, ports["audio"] ?? 0));
    if (what === "200") answered.add(callId);
  }
  const pairs: Pair[] = [];
  for (const [callId, call] of calls) {
    const place = (...ips: string[]): Place | undefined => {
      const ip = ips.find((one) => call.has(one));
      return ip === undefined ? undefined : { ip, port: call.get(ip)! };
    };
    const near = place(ADDRESSES.phoneA, ADDRESSES.phoneB);
    const far = place(ADDRESSES.machine, ADDRESSES.user200);
    const inside = place(ADDRESSES.routerInside);
    const outside = place(ADDRESSES.routerOutside);
    if (near && far && inside && outside && answered.has(callId)) {
      pairs.push({ near, far, inside, outside });
    }
  }
  return pairs;
}

/** Lets every end of every call send for a while, and compares what was sent with what arrived. */
async function audioProblems(media: MediaHosts, pairs: readonly Pair[]): Promise<string[]> {
  const streams: Record<string, Sending[]> = {};
  for (const [index, { near, far, inside, outside }] of pairs.entries()) {
    (streams[near.ip] ??= []).push({ from: near, to: [inside], ssrc: 2 * index + 1 });
    (streams[far.ip] ??= []).push({ from: far, to: [outside], ssrc: 2 * index + 2 });
  }
  await Promise.all(
    HOSTS.map((host) =>
      media[host].listen((streams[ADDRESSES[host]] ?? []).map(({ from }) => from))
    ),
  );
  await Promise.all(
    HOSTS.map((host) => media[host].send(streams[ADDRESSES[host]] ?? [], { everyMs: EVERY_MS })),
  );
  await pause(SEND_MS);
  await Promise.all(HOSTS.map((host) => media[host].stopSending()));
  const reports = await settledReports(media);
  const problems = pairs.flatMap(({ near, far, inside, outside }) => [
    ...arrivalProblems(reports, { from: near, by: outside, to: far }),
    ...arrivalProblems(reports, { from: far, by: inside, to: near }),
  ]);
  return problems.length > 5
    ? [...problems.slice(0, 5), `and ${problems.length - 5} more`]
    : problems;
}

/** What was counted once nothing more arrives: on a busy machine packets are late, not lost. */
async function settledReports(media: MediaHosts): Promise<Map<string, SocketReport>> {
  const reports = new Map<string, SocketReport>();
  const received = () => [...reports.values()].reduce((sum, report) => sum + report.received, 0);
  await eventually(async () => {
    const before = received();
    await pause(500);
    for (const host of HOSTS) {
      for (const report of await media[host].report()) reports.set(report.at, report);
    }
    return received() === before;
  }, { timeoutMs: LATEST_MS });
  return reports;
}

/** What is wrong with what came of one end's packets at the other: some are missing, or came from elsewhere than `by`. */
export function arrivalProblems(
  reports: ReadonlyMap<string, SocketReport>,
  { from, by, to }: { from: Place; by: Place; to: Place },
): string[] {
  const text = ({ ip, port }: Place) => `${ip}:${port}`;
  const sent = reports.get(text(from))?.sent ?? 0;
  const { received = 0, sources = {} } = reports.get(text(to)) ?? {};
  const where = `${text(from)} > ${text(to)}`;
  const problems: string[] = [];
  if (sent < SEND_MS / EVERY_MS / 2) problems.push(`${where}: only ${sent} packets were sent`);
  if (received !== sent) problems.push(`${where}: ${received} of ${sent} packets arrived`);
  const strange = Object.keys(sources).filter((source) => source !== text(by));
  if (strange.length > 0) problems.push(`${where}: packets came from ${strange.join(", ")}`);
  return problems;
}
