import { type Address, makeAddress } from "../../src/base/address.ts";
import { ToneSender } from "../../src/selftest/rtp.ts";
import { listenUdp, SipSocket } from "../../src/selftest/sip_socket.ts";
import { TransferAgent } from "./transfer_agent.ts";

/**
 * The program of one {@linkcode TransferAgent}: settings as JSON in its argument, commands (`call URI`,
 * `transfer`, `hangup`) by standard input, what happens as lines of JSON by standard output.
 */
const settings: AgentSettings = JSON.parse(Deno.args[0] ?? "");
const media = listenUdp(settings.ip);
const tone = new ToneSender({ frequency: settings.toneHz, ssrc: settings.toneHz, sequence: 1 });
let far: Address | undefined;

interface AgentSettings {
  readonly user: string;
  readonly password: string;
  readonly domain: string;
  readonly ip: string;
  readonly outbound?: string;
  readonly toneHz: number;
}

const { user, password, domain, ip, outbound } = settings;
const socket = SipSocket.open(ip);
const agent = new TransferAgent({
  account: { user, password, domain },
  local: socket.address,
  media: media.address,
  ...(outbound === undefined ? {} : { outboundProxy: addressOf(outbound) }),
  send: socket.send,
  random: Math.random,
  event: (event) => {
    // The latest call has the tone: that is who the user would talk to.
    if (event.kind === "answered" || event.kind === "established") far = event.farMedia;
    console.log(JSON.stringify(event));
  },
});
socket.attach(agent);
socket.act((now) => agent.register(now));
setInterval(() => {
  if (far === undefined) return;
  const to = { transport: "udp", hostname: far.ip, port: far.port } as const;
  media.socket.send(tone.next(), to).catch(() => {});
}, 20);

for await (const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  for (const line of text.split("\n")) command(line.trim());
}

function command(line: string): void {
  const [verb, uri = ""] = line.split(" ");
  if (verb === "call") socket.act((now) => agent.call(uri, now));
  if (verb === "transfer") socket.act((now) => agent.transfer(now));
  if (verb === "hangup") {
    far = undefined;
    socket.act((now) => agent.hangUp(now));
  }
}

function addressOf(host: string): Address {
  const address = makeAddress(host, 5060);
  if (!address.ok) throw new Error(`Cannot use the outbound proxy ${host}: ${address.reason}`);
  return address.value;
}
