/*
 * Runs on a host of the lab (see sip_host.ts): sends SIP messages as they are given, and answers those that come.
 * One command of JSON a line comes in, a report of JSON a line goes out.
 */

import { makeAddress } from "../../src/base/address.ts";
import { headerText, headerValues } from "../../src/sip/headers.ts";
import type { SipRequest } from "../../src/sip/message.ts";
import { parseMessage } from "../../src/sip/parse.ts";
import { makeResponse, writeMessage } from "../../src/sip/write.ts";
import { ASKING } from "./asking.ts";

/** What the program is told. */
export type SipCommand =
  /** Sends each text once, so many ms apart. */
  | {
    readonly do: "send";
    readonly to: { readonly ip: string; readonly port: number };
    readonly texts: readonly string[];
    readonly everyMs: number;
  }
  | { readonly do: "report" };

/** What it has sent and got so far. */
export interface SipReport {
  readonly sent: number;
  /** First lines of what came, oldest first. */
  readonly received: readonly string[];
}

const PORT = 5060;
/** As long as a greedy host would like it. */
const WEEK_S = 604_800;

const ip = Deno.args[0] ?? "";
const socket = Deno.listenDatagram({ transport: "udp", hostname: ip, port: PORT });
const received: string[] = [];
let sent = 0;

function send(text: string, to: { ip: string; port: number }): void {
  sent++;
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  socket.send(bytes, { transport: "udp", hostname: to.ip, port: to.port }).catch(() => {});
}

async function receive(): Promise<void> {
  const buffer = new Uint8Array(65_535);
  for (;;) {
    const [bytes, addr] = await socket.receive(buffer);
    const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
    const message = parseMessage(text);
    if (!message.ok) continue;
    received.push(text.slice(0, text.indexOf("\r\n")));
    if (message.value.kind === "response" || message.value.method === "ACK") continue;
    const { hostname, port } = addr as Deno.NetAddr;
    const from = makeAddress(hostname, port);
    if (from.ok) send(writeMessage(answerTo(message.value)), from.value);
  }
}

/** Some calls are challenged; registrations and subscriptions are granted for a week, calls ring for ever, the rest is well. */
function answerTo(request: SipRequest) {
  if (request.method === "INVITE" && request.uri.startsWith(`sip:${ASKING}@`)) {
    const challenge = `Digest realm="${ip}", nonce="${crypto.randomUUID()}", algorithm=MD5`;
    const headers = [["Proxy-Authenticate", challenge]] as const;
    return makeResponse(request, { status: 407, toTag: crypto.randomUUID(), headers });
  }
  const contacts = headerValues(request, "contact");
  const status = request.method === "INVITE" ? 180 : 200;
  const expires = headerText(request, "expires") ?? String(WEEK_S);
  const listed = request.method === "REGISTER"
    ? contacts.map((contact) => ["Contact", `${contact};expires=${expires}`] as const)
    : [["Contact", `<sip:${ip}:${PORT}>`] as const];
  return makeResponse(request, {
    status,
    toTag: crypto.randomUUID(),
    headers: [...listed, ["Expires", expires]],
  });
}

async function perform(command: SipCommand): Promise<void> {
  if (command.do !== "send") return;
  for (const text of command.texts) {
    send(text, command.to);
    if (command.everyMs > 0) await new Promise((done) => setTimeout(done, command.everyMs));
  }
}

async function serve(): Promise<void> {
  receive();
  let unread = "";
  for await (const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
    const lines = (unread + text).split("\n");
    unread = lines.pop()!;
    for (const line of lines) {
      await perform(JSON.parse(line));
      console.log(JSON.stringify({ sent, received } satisfies SipReport));
    }
  }
}

if (import.meta.main) await serve();
