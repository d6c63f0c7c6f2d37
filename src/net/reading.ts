import type { NetworkReading } from "./interfaces.ts";
import type { NetworkSettings } from "./plan.ts";
import type { Route } from "./routes.ts";

/** How the host's network is read; all are injected so that tests need no network. */
export interface NetworkReader {
  readonly addresses: () => Omit<NetworkReading, "routes" | "devices">;
  readonly routes: () => Promise<{ readonly routes: readonly Route[]; readonly problem?: string }>;
  /** Names of all interfaces; asked for only when one that is named has no address. */
  readonly devices?: () => Promise<readonly string[] | undefined>;
}

/** Reads addresses, routes and, where it matters, interfaces. */
export async function readNetwork(
  reader: NetworkReader,
  settings: NetworkSettings,
): Promise<NetworkReading & { readonly problem?: string }> {
  const addresses = reader.addresses();
  const devices = await missingDevices(reader, { settings, ...addresses });
  return { ...addresses, ...await reader.routes(), ...devices };
}

/** The interfaces of the host, if one of them is named and has no address. */
export async function missingDevices(
  reader: NetworkReader,
  { settings, addresses }: Pick<NetworkReading, "addresses"> & { settings: NetworkSettings },
): Promise<Pick<NetworkReading, "devices">> {
  const known = new Set(addresses.flatMap(({ name, device }) => [name, device]));
  const names = [settings.inside.interface, settings.outside.interface];
  const missing = names.some((name) => name !== "auto" && !name.includes("/") && !known.has(name));
  const devices = missing ? await reader.devices?.() : undefined;
  return devices === undefined ? {} : { devices };
}
