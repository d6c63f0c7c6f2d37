import { registrationProblems } from "./checks.ts";
import type { Report } from "./report.ts";
import { Scene } from "./scene.ts";
import { ADDRESSES, OUTBOUND } from "./topology.ts";

/** The same user name at two providers: nobody is mistaken for the other. */
export function providerSteps(report: Report, folder: string): Promise<void> {
  return Scene.play({ title: "two providers", report, folder }, async (scene) => {
    const { site } = scene;
    await scene.step("user 100 of each registers there", async () => {
      const second = await site.addProvider("secondProvider");
      await site.startPhones(["user200"]);
      await site.startPhones(["user201"], { domain: ADDRESSES.secondProvider });
      const setup = { outbound: OUTBOUND, user: "100" };
      await site.startPhones(["phoneA"], setup);
      await site.startPhones(["phoneB"], { ...setup, domain: ADDRESSES.secondProvider });
      const problems: string[] = [];
      for (const provider of [site.provider, second]) {
        const granted = provider.registrations().filter(({ aor }) => aor.startsWith("100@"));
        if (granted.length !== 1) problems.push(`${provider.ip} has ${granted.length} of them`);
        problems.push(...registrationProblems("100", granted[0]));
      }
      return problems;
    });
    await scene.call("user 100 of the first is called", { from: "user200", to: "phoneA" });
    await scene.call("user 100 of the second is called", { from: "user201", to: "phoneB" });
    await scene.call("user 100 of the first calls", { from: "phoneA", to: "user200" });
    await scene.call("user 100 of the second calls", { from: "phoneB", to: "user201" });
  });
}
