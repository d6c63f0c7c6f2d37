import { type Flow, formatAddress } from "../base/address.ts";
import { readable } from "../base/log_text.ts";
import { isKeepalive } from "./keepalive_formats.ts";
import { sideOf } from "./view.ts";
import type { World } from "./world.ts";

/** Credentials, and answers to them: whoever has one may try passwords on it (RFC 7616 §5). */
const CREDENTIALS =
  /^((?:proxy-)?authorization|(?:proxy-)?authentication-info)([ \t]*:[ \t]*)(.*(?:\r?\n[ \t].*)*)/gim;
const DIGEST = /^digest\b/i;
const PROOF = /\b((?:rspauth|response)[ \t]*=[ \t]*)(?:"[^"]*"?|[^\s,"]+)/gi;
/** Lines of a session description with keys of media (RFC 4568, RFC 4566 §5.12). */
const KEY_LINES = /^(?:a=crypto|k=).*/gim;
const KEYS = /(inline:|^k=\w+:)[^\s|;]+/gi;

/** Shows a message in full in the log, if its level is debug; keep-alives say nothing. */
export function noteMessage(
  world: World,
  way: "from" | "to",
  message: { flow: Flow; text: string },
): void {
  const { flow, text } = message;
  if (!world.debugs || isKeepalive(text)) return;
  world.debug("message", () => {
    const side = sideOf(world, flow);
    const where = `${way} ${formatAddress(flow.remote)} (${side})`;
    return { text: `Message ${where}, ${text.length} bytes`, detail: masked(readable(text)) };
  }, flow);
}

/** A message without what would tell a password or a key of media. */
export function masked(text: string): string {
  return text.replace(CREDENTIALS, (_, name: string, colon: string, value: string) => {
    const isInfo = /info$/i.test(name);
    if (!isInfo && !DIGEST.test(value)) return `${name}${colon}${value.split(/\s/)[0]} ***`;
    return `${name}${colon}${value.replace(PROOF, "$1***")}`;
  }).replace(KEY_LINES, (line) => line.replace(KEYS, "$1***"));
}
