import { type Cidr, parseCidr } from "../../../src/base/cidr.ts";
import { type NetworkReading, readAddresses } from "../../../src/net/interfaces.ts";
import type { NetworkSettings } from "../../../src/net/plan.ts";
import type { Route } from "../../../src/net/routes.ts";

/** A prefix of a text that is known to be right. */
export function prefix(text: string): Cidr {
  const parsed = parseCidr(text);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.value;
}

/** A host by `name ip/bits` lines and `device prefix [gateway] [metric]` routes; loopback is always there. */
export function host(addresses: readonly string[], routes: readonly string[] = []): NetworkReading {
  const interfaces = ["lo 127.0.0.1/8", ...addresses].map((text) => {
    const [name, cidr] = text.split(" ");
    return { name: name!, family: "IPv4", address: cidr!.split("/")[0]!, cidr: cidr! };
  });
  return { ...readAddresses(interfaces), routes: routes.map(route) };
}

function route(text: string): Route {
  const [device, destination, gateway, metric] = text.split(" ");
  return {
    device: device!,
    prefix: prefix(destination === "default" ? "0.0.0.0/0" : destination!),
    gateway: gateway === undefined || gateway === "-" ? undefined : gateway,
    metric: Number(metric ?? 0),
  };
}

/** Settings with port 5060 on both sides; interfaces by name. */
export function settings(
  inside = "auto",
  outside = "auto",
  more: {
    networks?: Cidr[];
    insidePort?: number;
    outsidePort?: number;
    /** An address that is advertised. */
    advertise?: string;
  } = {},
): NetworkSettings {
  const { networks = [], insidePort = 5060, outsidePort = 5060, advertise } = more;
  return {
    inside: {
      interface: inside,
      networks,
      listen: [{ transport: "udp", port: insidePort }],
    },
    outside: {
      interface: outside,
      listen: [{ transport: "udp", port: outsidePort }],
      advertise: advertise === undefined ? { kind: "auto" } : { kind: "ip", ip: advertise },
    },
  };
}
