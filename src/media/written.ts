import { type SdpBody, writeSdpBody } from "../sdp/body.ts";
import type { Leg } from "./far_end.ts";
import type { Described } from "./party.ts";

/** A body with the ports of the legs that its m-lines have, and port 0 where an m-line has none (RULES P1). */
export function written(
  body: SdpBody,
  options: { contentType: string; shown: string; legs: readonly (Leg | undefined)[] },
): Described {
  const { contentType, shown, legs } = options;
  const text = writeSdpBody(body, { shown, port: (index) => legs[index]?.port });
  return { body: text, contentType, media: legs.some((leg) => leg !== undefined) };
}
