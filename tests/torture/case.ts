/**
 * What becomes of a message: it goes on (`accept`), we answer it ourselves, well (`answer`) or with a failure
 * (`refuse`), or nothing leaves and it is counted under that name (`drop`).
 */
export type Verdict = "accept" | `answer ${number}` | `refuse ${number}` | `drop ${string}`;

/** One hostile or odd message with what must become of it. */
export interface TortureCase {
  /** As the RFC names it, or ours. */
  readonly name: string;
  /** RFC and section, or the class of attack. */
  readonly section: string;
  readonly text: string;
  /** When a phone sends it. */
  readonly phone: Verdict;
  /** When a known provider sends it. */
  readonly provider: Verdict;
  /** Header fields that must not go on as they came, each with what must go on instead: the RFC says so. */
  readonly repaired?: readonly (readonly [came: string, goesOn: string])[];
}

/** What a message that goes on must look like but for what is ours: as it came, with what has to be repaired. */
export function repairedText({ text, repaired = [] }: TortureCase): string {
  return repaired.reduce((whole, [came, goesOn]) => whole.replace(came, () => goesOn), text);
}

/** Lines and an empty one, each with CR LF, then the body. */
export function message(lines: readonly string[], body = ""): string {
  return [...lines, "", body].join("\r\n");
}

/** A session description for messages that need any. */
export const SDP = [
  "v=0",
  "o=mhandley 29739 7272939 IN IP4 192.0.2.1",
  "s=-",
  "c=IN IP4 192.0.2.1",
  "t=0 0",
  "m=audio 49217 RTP/AVP 0 12",
  "a=rtpmap:12 iLBC/8000",
  "",
].join("\r\n");

/** The two lines that announce {@linkcode SDP}. */
export const SDP_LINES = ["Content-Type: application/sdp", `Content-Length: ${SDP.length}`];
