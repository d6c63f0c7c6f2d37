import { registrationProblems } from "./checks.ts";
import { eventually, pause } from "./command.ts";
import type { Report } from "./report.ts";
import { Scene } from "./scene.ts";
import { ADDRESSES, OUTBOUND, type Site } from "./topology.ts";

const FOLLOW_MS = 15_000;
const REFRESH_MS = 15_000;
/** Longer than sipmasq's patience with an address that is renewed. */
const GONE_MS = 6_000;

/** The outside comes up late, changes its address between two calls, goes and comes back; sipmasq runs through. */
export function addressSteps(report: Report, folder: string): Promise<void> {
  const { routerInside, routerOutside, routerMoved } = ADDRESSES;
  return Scene.play({
    title: "new address",
    report,
    folder,
    sipmasq: { inside: 'refresh_max = "10s"', ips: [routerInside] },
    prepare: (site) => takeOutside(site, routerOutside),
  }, async (scene) => {
    const { site } = scene;
    const calls = async (when: string) => {
      await scene.call(`phone A calls out ${when}`, { from: "phoneA", to: "user200" });
    };
    await scene.step("the outside comes up late", () => follow(scene, routerOutside));
    await site.startPhones(["user200"]);
    await site.startPhones(["phoneA"], { outbound: OUTBOUND });
    await calls("then");
    await scene.step("the outside address changes", async () => {
      await takeOutside(site, routerOutside);
      return await follow(scene, routerMoved);
    });
    await calls("at once");
    await scene.step(
      "the phone's next refresh tells the registrar and takes the old Contact back",
      () => refreshProblems(site, { from: routerOutside, to: routerMoved }),
    );
    await scene.call("phone A is called at the new address", { from: "user200", to: "phoneA" });
    await scene.step("the outside goes, and comes back with the first address", async () => {
      await takeOutside(site, routerMoved);
      await pause(GONE_MS);
      return await follow(scene, routerOutside);
    });
    await scene.step(
      "the phone's next refresh tells the registrar again",
      () => refreshProblems(site, { from: routerMoved, to: routerOutside }),
    );
    await calls("as before");
    await scene.call("phone A is called as before", { from: "user200", to: "phoneA" });
  });
}

async function takeOutside(site: Site, ip: string): Promise<void> {
  await site.network.takeAddress("router", { device: "outside", address: `${ip}/24` });
}

/** Gives the outside an address; sipmasq has to listen there. */
async function follow(scene: Scene, ip: string): Promise<string[]> {
  await scene.site.network.giveAddress("router", {
    device: "outside",
    address: `${ip}/24`,
    gateway: ADDRESSES.internet,
  });
  const ips = [ADDRESSES.routerInside, ip];
  const follows = await scene.sipmasq.listens(ips, { timeoutMs: FOLLOW_MS });
  return follows ? [] : [`It does not listen on ${ip}`];
}

/** The first registration after a move: from the new address, and the old Contact taken back in the same request. */
async function refreshProblems(site: Site, move: { from: string; to: string }): Promise<string[]> {
  const after = site.provider.registrations().findLastIndex(({ from }) => isAt(from, move.from));
  const first = () =>
    site.provider.registrations().slice(after + 1).find(({ from }) => isAt(from, move.to));
  await eventually(() => first() !== undefined, { timeoutMs: REFRESH_MS });
  const registration = first();
  const problems = registrationProblems("100", registration, move.to);
  const old = `@${move.from}:5060;line=`;
  const { second = "" } = registration ?? {};
  if (second.includes(old) && second.endsWith(">;expires=0")) return problems;
  return [...problems, `The old Contact is not taken back: ${second || "there is no second one"}`];
}

function isAt(address: string, ip: string): boolean {
  return address.startsWith(`${ip}:`);
}
