import { textToBytes } from "../../src/base/bytes.ts";
import { atRate } from "../bench/machine.ts";
import { FIRST_SOURCE, NOBODY } from "./places.ts";

/** What a flood is made of. */
export const KINDS = ["INVITE", "REGISTER", "OPTIONS", "garbage"] as const;

/** One of {@linkcode KINDS}. */
export type Kind = typeof KINDS[number];

/** What a source did: messages, and the seconds it took. */
export interface Sent {
  readonly messages: number;
  readonly seconds: number;
}

/** A message of a kind from a source; each has identifiers of its own. */
function message(kind: Kind, number: number, from: Deno.NetAddr): string {
  if (kind === "garbage") return "\x80\x00garbage".repeat(40) + number;
  const user = `sip:${number % 10_000}@${NOBODY}`;
  return [
    `${kind} ${kind === "REGISTER" ? `sip:${NOBODY}` : user} SIP/2.0`,
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

/** Usage: flood_source.ts KIND RATE SECONDS SOURCES PREFIX IP PORT; prints {@linkcode Sent} as JSON. */
async function main(): Promise<void> {
  const [kind, rate, seconds, sources, prefix, hostname = "", port] = Deno.args;
  const target: Deno.NetAddr = { transport: "udp", hostname, port: Number(port) };
  const sockets = Array.from({ length: Number(sources) }, (_, index) =>
    Deno.listenDatagram({
      transport: "udp",
      hostname: `${prefix}.${FIRST_SOURCE + index}`,
      port: 0,
    }));
  const start = performance.now();
  const messages = await atRate({ perSecond: Number(rate), seconds: Number(seconds) }, (index) => {
    const socket = sockets[index % sockets.length]!;
    const bytes = textToBytes(message(kind as Kind, index, socket.addr as Deno.NetAddr));
    socket.send(bytes, target).catch(() => {});
  });
  const sent: Sent = { messages, seconds: (performance.now() - start) / 1_000 };
  console.log(JSON.stringify(sent));
  for (const socket of sockets) socket.close();
}

if (import.meta.main) await main();
