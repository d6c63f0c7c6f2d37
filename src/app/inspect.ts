import type { LoadedConfiguration } from "../config/load.ts";
import { describeProblems } from "../config/problem.ts";
import { lineOf } from "../config/read.ts";
import { systemDevices } from "../net/devices.ts";
import { systemAddresses, systemRoutes } from "../net/interfaces.ts";
import { type NetworkPlan, planNetwork } from "../net/plan.ts";
import type { PlanFault } from "../net/plan_checks.ts";
import { type NetworkReader, readNetwork } from "../net/reading.ts";

/** Reads this host's network. */
export const SYSTEM_NETWORK: NetworkReader = {
  addresses: systemAddresses,
  routes: systemRoutes,
  devices: systemDevices,
};

/** What a configuration makes of this host's network. */
export interface Inspection {
  readonly plan: NetworkPlan;
  /** What keeps a start with it from going on (RULES S1): one line each, ready to print. */
  readonly errors: readonly string[];
}

/** Holds a configuration against the network as it is now. */
export async function inspectNetwork(
  { settings, origins, file }: LoadedConfiguration,
  reader: NetworkReader = SYSTEM_NETWORK,
): Promise<Inspection> {
  const plan = planNetwork(await readNetwork(reader, settings), settings);
  const problemOf = ({ keys, text }: PlanFault) => {
    const path = keys.find((key) => lineOf(origins, key) !== undefined) ?? keys[0]!;
    return { line: lineOf(origins, path), path, text };
  };
  const errors = plan.faults.filter(({ level }) => level === "error");
  return { plan, errors: describeProblems(file ?? "Defaults", errors.map(problemOf)) };
}
