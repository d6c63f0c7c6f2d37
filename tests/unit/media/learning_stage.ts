import { rtp, Stage } from "./stage.ts";

/** Who is neither signalled nor accepted, nor near. */
export const STRANGER = "192.0.2.66:5";
/** Who is near the signalled address. */
export const NEIGHBOUR = "198.51.100.99:5";

/** Sends `count` RTP packets with rising sequence; how many crossed. */
export function row(
  stage: Stage,
  options: {
    from: string;
    to: string;
    count: number;
    ssrc?: number;
    first?: number;
    type?: number;
  },
): number {
  let crossed = 0;
  for (let index = 0; index < options.count; index++) {
    const sequence = (options.first ?? 1) + index;
    const bytes = rtp({ sequence, ssrc: options.ssrc ?? 7, type: options.type ?? 0 });
    if (stage.send(options.from, options.to, bytes) !== undefined) crossed++;
  }
  return crossed;
}

/** A stage with a confirmed call on it, and our two ports. */
export function called(
  options: { far?: string; phone?: string; learns?: boolean } = {},
): { stage: Stage; inside: string; outside: string } {
  const stage = new Stage();
  return { stage, ...stage.call(options) };
}
