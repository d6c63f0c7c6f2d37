import { type AdvertisedPlace, usableAddress } from "../net/advertise_check.ts";
import { AdvertisedName } from "../net/advertised_name.ts";
import type { NetworkPlan } from "../net/plan.ts";
import { lookUpAddress } from "../net/resolver.ts";
import type { DnsFunctions } from "../net/system_dns.ts";
import type { LogLevel, Settings } from "../proxy/settings.ts";
import { advertiseKey, noAddressText } from "./advertise_words.ts";

/** What {@linkcode Advertised} needs. */
export interface AdvertisedOptions {
  readonly dns: DnsFunctions;
  /** What an address that a name was found to have is held against. */
  readonly place: () => AdvertisedPlace | undefined;
  /** A name leads elsewhere now. */
  readonly changed: () => void;
  readonly say: (level: LogLevel, text: string) => void;
  /** Told each failed look-up, which may be many alike. */
  readonly warn: (text: string) => void;
}

/** What we say our outside address is: a configured one, the interface's own, or where a name leads. */
export class Advertised {
  readonly #options: AdvertisedOptions;
  #name: AdvertisedName | undefined;

  constructor(options: AdvertisedOptions) {
    this.#options = options;
  }

  /** The address by these settings and this plan; undefined while it is not known. */
  by({ outside: { advertise } }: Settings, plan: NetworkPlan): string | undefined {
    switch (advertise.kind) {
      case "auto":
        return plan.outsideIp;
      case "ip":
        return advertise.ip;
      case "name":
        return this.#name?.current;
    }
  }

  /** Follows the name of the settings, if they have one. */
  follow({ outside: { advertise } }: Settings): void {
    if (advertise.kind !== "name") return;
    const { dns, place, changed, say, warn } = this.#options;
    const { name } = advertise;
    this.#name = new AdvertisedName({
      name,
      lookup: async (name) => usableAddress(await lookUpAddress(dns, name), place()),
      changed: (ip) => {
        say("info", `${advertiseKey(name)} is now ${ip}`);
        changed();
      },
      failed: (reason) => warn(noAddressText(name, { reason, current: this.#name?.current })),
    });
    this.#name.start();
  }

  /** Follows no name any more, and forgets where it led. */
  async stop(): Promise<void> {
    await this.#name?.stop();
    this.#name = undefined;
  }
}
