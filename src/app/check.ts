import { loadConfiguration } from "../config/load.ts";
import { printSettings } from "../config/print.ts";
import { systemAddresses, systemRoutes } from "../net/interfaces.ts";
import { planNetwork } from "../net/plan.ts";
import type { NetworkReader } from "../net/watch.ts";
import { capacityOf } from "./start.ts";
import { statePlaceText } from "./state_path.ts";

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

/** `sipmasq check`: all problems and exit code 2, or the effective configuration as TOML with notes in comments. */
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
  const place = statePlaceText(settings.state.path);
  const notes = [sentence, ...plan.sentences.map((one) => one.text), capacity, place];
  world.print(`${notes.map((note) => `# ${note}\n`).join("")}\n${printSettings(loaded.value)}`);
  return 0;
}
