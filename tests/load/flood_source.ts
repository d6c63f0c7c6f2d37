import { textToBytes } from "../../src/base/bytes.ts";
import { atRate } from "../bench/machine.ts";

/** What a flood is made of. */
export const KINDS = ["INVITE", "REGISTER", "OPTIONS", "garbage"] as const;

/** One of {@linkcode KINDS}. */
export type Kind = typeof KINDS[number];

interface Target {
  readonly hostname: string;
  readonly port: number;
  readonly sockets: readonly Deno.DatagramConn[];
}

/** A message of a kind from a source; each has identifiers of its own. */
function message(kind: Kind, number: number, from: Deno.NetAddr): string {
  if (kind === "garbage") return "\x80\x00garbage".repeat(40) + number;
  const user = `sip:${number % 10_000}@127.0.7.3:9`;
  return [
    `${kind} ${kind === "REGISTER" ? "sip:127.0.7.3:9" : user} SIP/2.0`,
    `Via: SIP/2.0/UDP ${from.hostname}:${from.port};branch=z9hG4bK-flood-${number};rport`,
    "Max-Forwards: 70",
    `From: <${user}>;tag=${number}`,
    `To: <${user}>`,
    `Call-ID: flood-${number}@${from.hostname}`,
    `CSeq: 1 ${kind}`,
    `Contact: <sip:flood@${from.hostname}:${from.port}>`,
    "User-Agent: friendly",
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");
}

/** Usage: flood_source.ts KIND RATE SECONDS SOURCES PREFIX=IP:PORT… (sources have addresses PREFIX.10 and above). */
async function main(): Promise<void> {
  const [kind, rate, seconds, sources, ...places] = Deno.args;
  const targets = places.map((place): Target => {
    const [prefix = "", target = ""] = place.split("=");
    const [hostname = "", port] = target.split(":");
    const sockets = Array.from(
      { length: Number(sources) },
      (_, index) =>
        Deno.listenDatagram({ transport: "udp", hostname: `${prefix}.${index + 10}`, port: 0 }),
    );
    return { hostname, port: Number(port), sockets };
  });
  const start = performance.now();
  const sent = await atRate({ perSecond: Number(rate), seconds: Number(seconds) }, (index) => {
    const { hostname, port, sockets } = targets[index % targets.length]!;
    const socket = sockets[Math.floor(index / targets.length) % sockets.length]!;
    const bytes = textToBytes(message(kind as Kind, index, socket.addr as Deno.NetAddr));
    socket.send(bytes, { transport: "udp", hostname, port }).catch(() => {});
  });
  // So many a second, whatever was asked for.
  console.log(Math.round(sent * 1_000 / (performance.now() - start)));
  for (const { sockets } of targets) for (const socket of sockets) socket.close();
}

if (import.meta.main) await main();
