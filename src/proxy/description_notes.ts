import { type Flow, formatAddress } from "../base/address.ts";
import { readSdpBody } from "../sdp/body.ts";
import { decisionWords } from "../sdp/decisions.ts";
import { headerText } from "../sip/headers.ts";
import type { SipMessage } from "../sip/message.ts";
import type { World } from "./world.ts";

/** A message whose session description we changed: as it came, as it goes on, and between whom. */
export interface Described {
  readonly message: SipMessage;
  readonly body: string;
  readonly from: Flow;
  readonly to: Flow;
}

/** Says at debug which addresses and ports the far end sees, and what was left out of a description and why (RULES P1, P2). */
export function noteDescription(world: World, described: Described): void {
  world.debug("sdp", () => {
    const { message, body, from, to } = described;
    const type = headerText(message, "content-type") ?? "";
    const before = readSdpBody(type, message.body);
    const after = readSdpBody(type, body);
    const lines = before.ok && after.ok
      ? before.value.descriptions.flatMap((one, index) => {
        const edited = after.value.descriptions[index];
        return edited === undefined ? [] : decisionWords(one, edited);
      })
      : [];
    const between = `${formatAddress(from.remote)} for ${formatAddress(to.remote)}`;
    const text = `Session description from ${between}`;
    return lines.length === 0
      ? { text: `${text}: nothing to decide` }
      : { text, detail: lines.join("\n") };
  }, described.from);
}
