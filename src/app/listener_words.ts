import { formatAddress } from "../base/address.ts";
import type { Network } from "../proxy/events.ts";

/** The listeners and the advertised address in words. */
export function listenerWords(
  { listeners, advertised }: Pick<Network, "listeners" | "advertised">,
): string {
  const words = listeners.map(({ sides, transport, address }) =>
    `${sides.join(" and ")} ${transport} ${formatAddress(address)}`
  );
  const where = words.length === 0 ? "nothing yet" : words.join(", ");
  const as = advertised ?? "nothing yet: phones wait for it";
  return `${where}; advertised as ${as}`;
}
