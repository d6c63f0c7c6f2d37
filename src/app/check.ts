import { loadConfiguration } from "../config/load.ts";
import { printSettings } from "../config/print.ts";
import { systemAddresses, systemRoutes } from "../net/interfaces.ts";
import { planNetwork } from "../net/plan.ts";
import type { NetworkReader } from "../net/watch.ts";
import { findObstacles } from "./obstacles.ts";
import { capacityOf } from "./start.ts";

/** What {@linkcode check} uses. */
export interface CheckWorld {
  readonly network: NetworkReader;
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
}

const WORLD: CheckWorld = {
  network: { addresses: systemAddresses, routes: systemRoutes },
  print: (text) => console.log(text),
  complain: (text) => console.error(text),
};

/**
 * `sipmasq check`: all problems and exit code 2, or the effective configuration as TOML with notes in comments; with
 * exit code 1 when something on this host would end a start all the same.
 */
export async function check(
  { config }: { config: string | undefined },
  world: CheckWorld = WORLD,
): Promise<number> {
  const loaded = await loadConfiguration({ file: config });
  if (!loaded.ok) {
    for (const problem of loaded.reason) world.complain(problem);
    return 2;
  }
  const { settings, sentence } = loaded.value;
  const { routes } = await world.network.routes();
  const plan = planNetwork({ ...world.network.addresses(), routes }, settings);
  const sharedAddress = plan.kind === "one" || plan.kind === "loopback";
  const capacity = await capacityOf(settings, { sharedAddress });
  const obstacles = await findObstacles(settings, plan.listeners);
  for (const fault of obstacles.faults) world.complain(fault);
  const notes = [sentence, ...plan.sentences.map((one) => one.text), capacity, ...obstacles.notes];
  world.print(`${notes.map((note) => `# ${note}\n`).join("")}\n${printSettings(loaded.value)}`);
  if (obstacles.misconfigured) return 2;
  return obstacles.faults.length === 0 ? 0 : 1;
}
