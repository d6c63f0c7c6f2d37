import { registrationProblems } from "./checks.ts";
import type { Report } from "./report.ts";
import { Scene } from "./scene.ts";
import { ADDRESSES, OUTBOUND, type Site } from "./topology.ts";

const FOLLOW_MS = 15_000;
const REFRESH_MS = 15_000;

/** The outside address changes between two calls, as with a new lease; sipmasq is not touched. */
export function addressSteps(report: Report, folder: string): Promise<void> {
  const sipmasq = { inside: 'refresh_max = "10s"' };
  return Scene.play({ title: "new address", report, folder, sipmasq }, async (scene) => {
    const { site } = scene;
    const { routerInside, routerMoved } = ADDRESSES;
    await site.startPhones(["user200"]);
    await site.startPhones(["phoneA"], { outbound: OUTBOUND });
    await scene.call("phone A calls out before", { from: "phoneA", to: "user200" });
    await scene.step("sipmasq follows the outside address", async () => {
      await moveRouter(site);
      const follows = await scene.sipmasq.listens([routerInside, routerMoved], {
        timeoutMs: FOLLOW_MS,
      });
      return follows ? [] : [`It does not listen on ${routerMoved}`];
    });
    await scene.call("phone A calls out at once", { from: "phoneA", to: "user200" });
    await scene.step("the phone's next refresh tells the registrar", async () => {
      const known = () => site.provider.registrations().findLast(({ from }) => isFrom(from));
      await site.provider.logged(
        `lab: registered aor=100@${ADDRESSES.provider} from=${routerMoved}:`,
        {
          timeoutMs: REFRESH_MS,
        },
      );
      return [...registrationProblems("100", known(), routerMoved), ...leftProblems(site)];
    });
    await scene.call("phone A is called at the new address", { from: "user200", to: "phoneA" });
  });
}

function isFrom(from: string): boolean {
  return from.startsWith(`${ADDRESSES.routerMoved}:`);
}

async function moveRouter(site: Site): Promise<void> {
  await site.network.moveAddress("router", {
    device: "outside",
    from: `${ADDRESSES.routerOutside}/24`,
    to: `${ADDRESSES.routerMoved}/24`,
    gateway: ADDRESSES.internet,
  });
}

/** The old Contact has to be taken back in the same request. */
function leftProblems(site: Site): string[] {
  const registration = site.provider.registrations().find(({ from }) => isFrom(from));
  const old = new RegExp(
    `@${ADDRESSES.routerOutside.replaceAll(".", "\\.")}:5060;line=\\w+>;expires=0`,
  );
  return old.test(registration?.second ?? "")
    ? []
    : [`The first REGISTER does not take the old Contact back, but has ${registration?.second}`];
}
