import { formatAddress } from "../../src/base/address.ts";
import { rtpPacket } from "../flow/rtp.ts";
import type { Random } from "./random.ts";
import type { Simulation } from "./simulation.ts";
import { addressAt } from "./wire.ts";

/** Where somebody lives whom nobody knows. */
export const STRANGER = "192.0.2.66";

const SIP = addressAt(STRANGER, 5060);
/** As many packets in a row as would be believed where it is allowed, and one more. */
const ROW = 5;

/** Sends what strangers send: scans, calls to nobody, responses to nothing, noise on media ports. */
export class Stranger {
  #count = 0;
  readonly #random: Random;

  constructor(readonly simulation: Simulation) {
    this.#random = simulation.streams.of("stranger");
  }

  /** One of all that. */
  visit(): void {
    const { router, wire } = this.simulation;
    const us = addressAt(router.network.advertised ?? "203.0.113.5", 5060);
    switch (this.#random.whole(0, 4)) {
      case 0:
        return wire.send(SIP, us, this.#request("OPTIONS", `sip:${us.ip}`));
      case 1:
        return wire.send(SIP, us, this.#request("INVITE", `sip:10@${us.ip}`));
      case 2:
        return wire.send(SIP, us, this.#request("REGISTER", "sip:one.example"));
      case 3:
        return wire.send(
          SIP,
          us,
          "\r\n\r\nINVITE sip:10@one.example SIP/2.0\r\nVia: nonsense\r\n\r\n",
        );
      default:
        return this.#spray();
    }
  }

  #request(method: string, uri: string): string {
    const number = ++this.#count;
    return [
      `${method} ${uri} SIP/2.0`,
      `Via: SIP/2.0/UDP ${formatAddress(SIP)};branch=z9hG4bKstranger${number};rport`,
      "Max-Forwards: 70",
      `From: <sip:friend@${STRANGER}>;tag=s${number}`,
      "To: <sip:10@one.example>",
      `Call-ID: stranger${number}`,
      `CSeq: 1 ${method}`,
      `Contact: <sip:friend@${formatAddress(SIP)}>`,
      "Content-Length: 0",
      "",
      "",
    ].join("\r\n");
  }

  /** A perfect stream to every port that is open outside: nothing of it may be relayed (RULES L2). */
  #spray(): void {
    const { router, wire } = this.simulation;
    const random = this.#random;
    const { advertised, ownIps } = router.network;
    const outsideIp = ownIps.find((ip) => ip !== "192.168.1.1");
    for (const { ip, port } of router.bound.values()) {
      if (ip !== outsideIp || advertised === undefined) continue;
      const ssrc = 0x8000_0000 + random.whole(0, 0x7fff_ffff);
      const first = random.whole(0, 65_535);
      for (let count = 0; count < ROW; count++) {
        const bytes = rtpPacket({ ssrc, sequence: (first + count) % 65_536, type: 0 });
        wire.send(addressAt(STRANGER, 4_000), addressAt(advertised, port), bytes);
      }
    }
  }
}
