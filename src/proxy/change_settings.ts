import { startKeepalives } from "./keepalive.ts";
import { followProviders } from "./providers.ts";
import type { CoreSettings } from "./settings.ts";
import type { World } from "./world.ts";

/** Takes new settings while running: who reads them next finds them; keep-alives keep their beat unless it changed. */
export function changeSettings(world: World, settings: CoreSettings): void {
  const { keepaliveMs } = world.settings.outside;
  world.settings = settings;
  if (settings.outside.keepaliveMs !== keepaliveMs) startKeepalives(world);
  followProviders(world);
}
