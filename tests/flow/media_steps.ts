import { fill, matches } from "./pattern.ts";
import { rtcpPacket, rtpPacket, type RtpWords, stunPacket, udptlPacket } from "./rtp.ts";
import type { Run } from "./runner.ts";
import type { Step } from "./script.ts";

/** The steps with `rtp`, `rtcp`, `udptl` or `stun packet` in them. */
export class MediaSteps {
  /** Next sequence number by source. */
  #sequences = new Map<string, number>();

  constructor(readonly run: Run) {}

  /** `A sends [n] rtp to 192.168.1.1:{a} [from ip:port] [ssrc 7]`, `P gets [n] rtp [at ip:port] [from ip:port]`, `nobody gets rtp`. */
  perform(step: Step): void {
    const words = step.text.split(/\s+/);
    if (words[1] === "sends") return this.#sends(words);
    if (words[0] === "nobody") return this.expectNothing();
    this.#gets(words);
  }

  /** No relayed packet may be left that no step has looked at. */
  expectNothing(): void {
    const [first] = this.run.stage.relayed;
    if (first === undefined) return;
    throw new Error(`unexpected media packet from ${first.from} to ${first.to}`);
  }

  #sends(words: readonly string[]): void {
    const { stage, bindings } = this.run;
    const to = fill(after(words, "to") ?? "", bindings);
    const from = fill(after(words, "from") ?? this.#usualPlace(words[0]!), bindings);
    const ssrc = Number(after(words, "ssrc") ?? 1);
    const type = Number(after(words, "type") ?? 8);
    for (let left = Number(/^\d+$/.test(words[2]!) ? words[2] : 1); left > 0; left--) {
      const key = `${from} ${ssrc}`;
      const sequence = Number(after(words, "sequence") ?? this.#sequences.get(key) ?? 100);
      this.#sequences.set(key, sequence + 1);
      stage.media(from, to, packetOf(words, { ssrc, sequence, type }));
    }
  }

  #gets(words: readonly string[]): void {
    const { stage, bindings } = this.run;
    const at = after(words, "at") ?? this.#usualPlace(words[0]!);
    const from = after(words, "from") ?? "…";
    for (let left = Number(/^\d+$/.test(words[2]!) ? words[2] : 1); left > 0; left--) {
      const packet = stage.relayed.shift();
      if (packet === undefined) throw new Error(`missing: a media packet at ${at}`);
      if (!matches(at, packet.to, bindings) || !matches(from, packet.from, bindings)) {
        throw new Error(
          `expected media at ${at} from ${from}, got ${packet.to} from ${packet.from}`,
        );
      }
    }
  }

  /** Where `with sdp` puts an agent's audio. */
  #usualPlace(name: string): string {
    const { address, side } = this.run.cast.get(name).options;
    return `${address.replace(/:\d+$/, "")}:${side === "inside" ? 4000 : 30_000}`;
  }
}

function packetOf(words: readonly string[], rtp: RtpWords): Uint8Array {
  if (words.includes("rtcp")) return rtcpPacket(rtp.ssrc);
  if (words.includes("udptl")) return udptlPacket(rtp.sequence);
  return words.includes("stun") ? stunPacket() : rtpPacket(rtp);
}

function after(words: readonly string[], name: string): string | undefined {
  const index = words.indexOf(name);
  return index < 0 ? undefined : words[index + 1];
}
