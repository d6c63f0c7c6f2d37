import type { Provider } from "./kamailio.ts";
import type { NameServer } from "./name_server.ts";
import type { Report } from "./report.ts";
import { Scene } from "./scene.ts";
import { ADDRESSES, DOMAIN, OUTBOUND } from "./topology.ts";

/** Phones come back to a server that died within a refresh, its try of the dead one included. */
const REFRESH_MS = 25_000;

/** A provider with two servers in the DNS, of which the first one dies. */
export function failoverSteps(report: Report, folder: string): Promise<void> {
  let names: NameServer | undefined;
  let second: Provider | undefined;
  const options = {
    title: "fail-over",
    report,
    folder,
    // The phone comes back soon, instead of after five minutes.
    sipmasq: { inside: 'refresh_max = "10s"' },
  };
  return Scene.play({
    ...options,
    prepare: async (site) => {
      names = await site.addNameServer();
      second = await site.addProvider("secondProvider");
    },
  }, async (scene) => {
    const { site } = scene;
    await scene.step("phone A registers with the preferred server of its domain", async () => {
      await site.startPhones(["user200"]);
      await site.startPhones(["user201"], { domain: ADDRESSES.secondProvider });
      await site.startPhones(["phoneA"], { outbound: OUTBOUND, domain: DOMAIN });
      const problems: string[] = [];
      if (await site.provider.registered("100", { timeoutMs: 0 }) === undefined) {
        problems.push("It is not registered with the preferred server");
      }
      if (await second!.registered("100", { timeoutMs: 0 }) !== undefined) {
        problems.push("It is registered with the other server");
      }
      const asked = names!.log.includes(`_sip._udp.${DOMAIN}`);
      return asked ? problems : [...problems, "The name server was not asked for SRV records"];
    });
    await scene.call("phone A is called over the preferred server", {
      from: "user200",
      to: "phoneA",
      domain: ADDRESSES.provider,
    });
    await scene.step(
      "the preferred server dies, phone A is registered with the other",
      async () => {
        await site.network.setLink("provider", { up: false });
        const registered = await second!.registered("100", { timeoutMs: REFRESH_MS });
        return registered === undefined ? ["It is not"] : [];
      },
    );
    await scene.call("phone A calls out over the other server", {
      from: "phoneA",
      to: "user201",
      domain: DOMAIN,
    });
    await scene.call("phone A is called over the other server", {
      from: "user201",
      to: "phoneA",
      domain: ADDRESSES.secondProvider,
    });
  });
}
