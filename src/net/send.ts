import { type Address, parseIp } from "../base/address.ts";

/** What sends: a bound UDP socket. */
export type DatagramSender = Pick<Deno.DatagramConn, "send">;

/**
 * The one function of the program that sends UDP. It never rejects: a failure goes to `failed` in words.
 *
 * The bytes are read when the socket takes them, which may be later: they must not change before it settles.
 */
export function sendDatagram(
  socket: DatagramSender,
  bytes: Uint8Array,
  { to, failed }: { to: Pick<Address, "ip" | "port">; failed: (reason: string) => void },
): Promise<unknown> {
  // Deno looks names up by the system, and sends port 70000 to 4464: neither may get this far.
  if (parseIp(to.ip) === undefined || !(to.port >= 1 && to.port <= 65535)) {
    failed(`Not an address to send to: ${to.ip} port ${to.port}`);
    return NOTHING;
  }
  try {
    const sent = socket.send(bytes, { transport: "udp", hostname: to.ip, port: to.port });
    return sent.catch((error) => failed(reasonOf(error)));
  } catch (error) {
    failed(reasonOf(error));
    return NOTHING;
  }
}

const NOTHING = Promise.resolve();

/** An unknown error in words, without its class. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
