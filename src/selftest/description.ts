import { type Address, makeAddress } from "../base/address.ts";
import { refuse, type Result } from "../base/result.ts";

/** Media type of a session description. */
export const SDP_TYPE = "application/sdp";

/** A session description (RFC 8866) that offers, or answers with, PCMU at this RTP address. */
export function writeDescription(media: Address, session: number): string {
  const network = `IN IP${media.family} ${media.ip}`;
  return [
    "v=0",
    `o=- ${session} ${session} ${network}`,
    "s=-",
    `c=${network}`,
    "t=0 0",
    `m=audio ${media.port} RTP/AVP 0`,
    "a=rtpmap:0 PCMU/8000",
    "a=ptime:20",
    "a=sendrecv",
    "",
  ].join("\r\n");
}

/** The RTP address of a description's first audio stream; read on its own, so that no fault of the proxy's reader hides here. */
export function readDescription(body: string): Result<Address> {
  const sections = body.split(/\r?\n(?=m=)/);
  const audio = sections.find((section) => section.startsWith("m=audio "));
  if (audio === undefined) return refuse("No audio stream in the session description");
  const ip = connectionIp(audio) ?? connectionIp(sections[0]!);
  if (ip === undefined) return refuse("No connection address in the session description");
  return makeAddress(ip, Number(audio.split(" ", 2)[1]));
}

function connectionIp(section: string): string | undefined {
  const line = section.split(/\r?\n/).find((candidate) => candidate.startsWith("c="));
  return line?.split(" ")[2];
}
