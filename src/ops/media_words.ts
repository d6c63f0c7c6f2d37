import type { StreamSnapshot } from "../media/snapshot.ts";

/** Payload types that stand for the same codec everywhere (RFC 3551 §6). */
const CODECS: Readonly<Record<number, string>> = {
  0: "PCMU",
  3: "GSM",
  4: "G723",
  8: "PCMA",
  9: "G722",
  10: "L16",
  11: "L16",
  15: "G728",
  18: "G729",
  26: "JPEG",
  31: "H261",
  34: "H263",
};

/** What a stream carries: its kind, and the codec that whoever answered put first. */
export function streamWords({ kind, types }: StreamSnapshot): string {
  const what = kind === "image" ? "fax" : kind ?? "media";
  const [first] = types;
  if (first === undefined) return what;
  return `${what} ${CODECS[first] ?? `type ${first}`}`;
}

/** All streams of a call. */
export function mediaWords(streams: readonly StreamSnapshot[]): string {
  return streams.length === 0 ? "none" : streams.map(streamWords).join(", ");
}
