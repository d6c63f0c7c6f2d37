import { isSignalling, textOf } from "./capture.ts";
import { ADDRESSES, type Site } from "./topology.ts";

/** In every message of somebody hostile, so that a capture shows how far it came. */
export const MARK = "mallory";

/** A request that somebody hostile writes. */
export interface HostileRequest {
  /** Where it says it comes from. */
  readonly ip: string;
  readonly method?: string;
  readonly uri: string;
  readonly to?: string;
  readonly from?: string;
  readonly contact?: string;
  readonly callId?: string;
  /** Tags of a dialog that was overheard. */
  readonly fromTag?: string;
  readonly toTag?: string;
  readonly cseq?: number;
  readonly headers?: readonly string[];
  /** How many audio streams an INVITE offers; one unless said otherwise. */
  readonly streams?: number;
}

/** Its text; an INVITE offers audio. */
export function hostileRequest(request: HostileRequest): string {
  const { ip, uri, method = "INVITE", to = `sip:100@${ADDRESSES.provider}` } = request;
  const name = crypto.randomUUID();
  const session = `v=0\r\no=- 1 1 IN IP4 ${ip}\r\ns=-\r\nc=IN IP4 ${ip}\r\nt=0 0\r\n`;
  const audio = "m=audio 30000 RTP/AVP 0\r\n".repeat(request.streams ?? 1);
  const body = method === "INVITE" ? session + audio : "";
  const toTag = request.toTag === undefined ? "" : `;tag=${request.toTag}`;
  return [
    `${method} ${uri} SIP/2.0`,
    `Via: SIP/2.0/UDP ${ip}:5060;branch=z9hG4bK${MARK}${name};rport`,
    `From: <${request.from ?? `sip:${MARK}@${ip}`}>;tag=${request.fromTag ?? name}`,
    `To: <${to}>${toTag}`,
    `Call-ID: ${request.callId ?? name}`,
    `CSeq: ${request.cseq ?? 1} ${method}`,
    `Contact: ${request.contact ?? `<sip:${MARK}@${ip}:5060>`}`,
    `User-Agent: ${MARK}`,
    "Max-Forwards: 70",
    ...request.headers ?? [],
    ...(body === "" ? [] : ["Content-Type: application/sdp"]),
    `Content-Length: ${body.length}`,
    "",
    body,
  ].join("\r\n");
}

/** Sends it from a host whose SIP port is somebody else's. */
export async function sendBeside(
  site: Site,
  host: "provider" | "farAway",
  request: HostileRequest,
): Promise<void> {
  await sendTextBeside(site, host, hostileRequest(request));
}

/** The same for a text as it stands. */
export async function sendTextBeside(
  site: Site,
  host: "provider" | "farAway",
  text: string,
): Promise<void> {
  const file = `${site.folder}/attempt`;
  await Deno.writeTextFile(file, text);
  const send = `cat ${file} > /dev/udp/${ADDRESSES.routerOutside}/5060`;
  await site.network.run(host, ["bash", "-c", send]);
}

/** What became of what somebody at this address sent since a time: seen at a phone, or answered. */
export async function markProblems(
  site: Site,
  { sinceMs, ip }: { sinceMs: number; ip: string },
): Promise<string[]> {
  const [inside, outside] = await Promise.all(
    ["inside", "outside"].map((name) => site.captures.get(name)!.packets(sinceMs)),
  );
  const marked = [...inside!, ...outside!]
    .filter((packet) => isSignalling(packet) && textOf(packet).includes(MARK));
  if (!marked.some(({ from }) => from.startsWith(`${ip}:`))) return ["nothing was sent"];
  const rang = inside!.filter((packet) =>
    marked.includes(packet) && !packet.from.startsWith(`${ip}:`) &&
    !packet.to.startsWith(`${ip}:`)
  );
  const back = marked.filter(({ to }) => to.startsWith(`${ip}:`));
  const problems: string[] = [];
  if (rang.length > 0) problems.push(`it was seen inside in ${rang.length} packets`);
  if (back.length > 0) problems.push(`it got ${back.length} answers`);
  return problems;
}

/** A header of a message, undefined when it has none. */
export function headerOf(text: string, name: string): string | undefined {
  return new RegExp(`\\r\\n${name}: ([^\\r]*)`, "i").exec(text)?.[1];
}
