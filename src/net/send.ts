import { type Address, parseIp } from "../base/address.ts";
import type { SendFault } from "../base/send_fault.ts";

/** What sends: a bound UDP socket. */
export type DatagramSender = Pick<Deno.DatagramConn, "send">;

/**
 * The one function of the program that sends UDP. It never rejects: a failure goes to `failed` with its reason.
 *
 * The bytes are read when the socket takes them, which may be later: they must not change before it settles.
 */
export function sendDatagram(
  socket: DatagramSender,
  bytes: Uint8Array,
  { to, failed }: { to: Pick<Address, "ip" | "port">; failed: (fault: SendFault) => void },
): Promise<unknown> {
  // Deno looks names up by the system, and sends port 70000 to 4464: neither may get this far.
  if (parseIp(to.ip) === undefined || !(to.port >= 1 && to.port <= 65535)) {
    failed({ kind: "other", reason: `not an address to send to: ${to.ip} port ${to.port}` });
    return NOTHING;
  }
  try {
    const sent = socket.send(bytes, { transport: "udp", hostname: to.ip, port: to.port });
    return sent.catch((error) => failed(sendFaultOf(error)));
  } catch (error) {
    failed(sendFaultOf(error));
    return NOTHING;
  }
}

const NOTHING = Promise.resolve();

/** What the kernel's error codes mean for a send (`sendto(2)`). */
const FAULTS: Readonly<Record<string, SendFault>> = {
  ENETUNREACH: { kind: "unreachable", reason: "network is unreachable" },
  EHOSTUNREACH: { kind: "unreachable", reason: "no route to host" },
  ENETDOWN: { kind: "unreachable", reason: "network is down" },
  EADDRNOTAVAIL: { kind: "unreachable", reason: "address not available" },
  EPERM: { kind: "forbidden", reason: "operation not permitted (a firewall rule?)" },
  EACCES: { kind: "forbidden", reason: "permission denied (a prohibited route?)" },
  EMSGSIZE: { kind: "too-long", reason: "message too long" },
};

/** Why a send failed, by the kernel's code where Deno tells it. */
export function sendFaultOf(error: unknown): SendFault {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  const known = typeof code === "string" ? FAULTS[code] : undefined;
  if (known !== undefined) return known;
  const reason = reasonOf(error).replace(/ \(os error \d+\)$/, "");
  return { kind: "other", reason: reason.charAt(0).toLowerCase() + reason.slice(1) };
}

/** An unknown error in words, without its class. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
