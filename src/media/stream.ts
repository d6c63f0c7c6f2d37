import { isLive, isRtp, type MediaDescription } from "../sdp/description.ts";

/** Kinds of media that a stream may be told to have. */
export const MEDIA_KINDS = ["audio", "video", "image", "text", "application", "message"] as const;
/** One of them. */
export type MediaKind = (typeof MEDIA_KINDS)[number];

/** What one party says about one stream, as far as the relay needs it; plain data, kept over restarts. */
export interface SignalledStream {
  /** Undefined for one that {@linkcode MEDIA_KINDS} lacks. */
  readonly kind?: MediaKind;
  /** False for port 0 and for m-lines over TCP. */
  readonly live: boolean;
  /** True when packets carry RTP headers. */
  readonly rtp: boolean;
  /** Undefined for a host name: an unknown address (RULES P1). */
  readonly ip?: string;
  readonly port: number;
  /** `0.0.0.0` or `::`: a hold, no address. */
  readonly unspecified: boolean;
  readonly rtcpIp?: string;
  /** 0 when there is none. */
  readonly rtcpPort: number;
  /** RTP payload types offered or answered. */
  readonly types: readonly number[];
  readonly sends: boolean;
  readonly receives: boolean;
}

/** Reads a stream's addresses and directions from its m-line. */
export function streamOf(media: MediaDescription): SignalledStream {
  const unspecified = media.connection?.unspecified ?? false;
  const ip = unspecified ? undefined : media.connection?.ip;
  const rtcpIp = media.rtcp?.connection?.ip ?? ip;
  const kind = MEDIA_KINDS.find((one) => one === media.kind);
  return {
    ...(kind === undefined ? {} : { kind }),
    live: isLive(media),
    rtp: isRtp(media.protocol),
    ...(ip === undefined ? {} : { ip }),
    port: media.port,
    unspecified,
    ...(rtcpIp === undefined ? {} : { rtcpIp }),
    rtcpPort: rtcpPortOf(media),
    types: payloadTypes(media.formats),
    sends: media.direction === "sendrecv" || media.direction === "sendonly",
    receives: !unspecified && (media.direction === "sendrecv" || media.direction === "recvonly"),
  };
}

/** True while a party holds the stream: it takes part in one direction at most. */
export function isHeld(stream: SignalledStream): boolean {
  return !stream.sends || !stream.receives;
}

function payloadTypes(formats: readonly string[]): number[] {
  const types = formats.filter((format) => /^\d{1,3}$/.test(format)).map(Number);
  return [...new Set(types.filter((type) => type < 128))];
}

function rtcpPortOf(media: MediaDescription): number {
  const port = media.rtcp?.port ?? media.port + 1;
  return port > 65535 ? 0 : port;
}
