import { loadConfiguration } from "../config/load.ts";
import { printSettings } from "../config/print.ts";
import { usableAddress } from "../net/advertise_check.ts";
import { askAddress } from "../net/advertised_name.ts";
import type { NetworkPlan } from "../net/plan.ts";
import type { NetworkReader } from "../net/reading.ts";
import { lookUpAddress } from "../net/resolver.ts";
import { type DnsFunctions, SYSTEM_DNS } from "../net/system_dns.ts";
import type { Settings } from "../proxy/settings.ts";
import { inspectNetwork, SYSTEM_NETWORK } from "./inspect.ts";
import { advertiseNote } from "./advertise_words.ts";
import { findObstacles } from "./obstacles.ts";
import { capacityOf } from "./start.ts";

/** What {@linkcode check} uses. */
export interface CheckWorld {
  readonly network: NetworkReader;
  readonly dns: DnsFunctions;
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
}

const WORLD: CheckWorld = {
  network: SYSTEM_NETWORK,
  dns: SYSTEM_DNS,
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
  const { plan, errors } = await inspectNetwork(loaded.value, world.network);
  for (const error of errors) world.complain(error);
  if (errors.length > 0) return 2;
  const sharedAddress = plan.kind === "one" || plan.kind === "loopback";
  const capacity = await capacityOf(settings, { sharedAddress });
  const obstacles = await findObstacles(settings, plan.listeners);
  for (const fault of obstacles.faults) world.complain(fault);
  const network = [...plan.sentences, ...plan.faults].map(({ level, text }) =>
    level === "warn" ? `Warning: ${text}` : text
  );
  const advertised = await advertisedNotes(settings, { plan, dns: world.dns });
  const notes = [sentence, ...network, ...advertised, capacity, ...obstacles.notes];
  world.print(`${notes.map((note) => `# ${note}\n`).join("")}\n${printSettings(loaded.value)}`);
  if (obstacles.misconfigured) return 2;
  return obstacles.faults.length === 0 ? 0 : 1;
}

/** Tries a name to advertise, as the start would. */
async function advertisedNotes(
  { outside }: Settings,
  { plan, dns }: { readonly plan: NetworkPlan; readonly dns: DnsFunctions },
): Promise<string[]> {
  const { advertise } = outside;
  if (advertise.kind !== "name") return [];
  const found = await askAddress(advertise.name, { lookup: (name) => lookUpAddress(dns, name) });
  return [advertiseNote(advertise.name, usableAddress(found, plan.advertisedPlace))];
}
