import { hostLiteral } from "../base/address.ts";
import type { Place, RelayNews } from "../media/relay_table.ts";
import { callName } from "./call_words.ts";
import type { Call } from "./calls.ts";
import { providerOf } from "./providers.ts";
import type { World } from "./world.ts";

/** Says what the relay learned of a call's packets and its parties should know (RULES L2, L3, X2). */
export function noteMedia(world: World, news: readonly RelayNews[]): void {
  for (const item of news) {
    const leg = world.media.table.legOf(item.socket);
    const call = leg && world.calls.get(leg.hearing.id);
    if (call === undefined) continue;
    const outside = leg?.side === "outside";
    switch (item.kind) {
      case "moved":
        noteMove(world, call, { item, outside });
        break;
      case "unheard":
        noteUnheard(world, call, { item, outside });
        break;
      case "unsent":
        noteUnsent(world, call, item);
        break;
      default:
    }
  }
}

function noteMove(
  world: World,
  call: Call,
  { item, outside }: { item: RelayNews; outside: boolean },
): void {
  if (item.before === undefined) return;
  // RTCP follows RTP, and its sockets are the odd ones.
  const rtcp = item.socket % 2 === 1;
  world.note(
    rtcp ? "debug" : "info",
    "media.moved",
    `${callName(call)}: ${rtcp ? "RTCP" : "media"} of ${partyOf(outside)} now comes from ` +
      `${text(item)}, before from ${text(item.before)}`,
    call.holder,
  );
}

function noteUnheard(
  world: World,
  call: Call,
  { item, outside }: { item: RelayNews; outside: boolean },
): void {
  const hint = outside ? outsideHint(world, call) : INSIDE_HINT;
  world.note(
    "warn",
    "media.refused",
    `${callName(call)}: nothing is heard of ${partyOf(outside)}; all that comes is from ` +
      `${text(item)}, which the call does not name, and is refused${hint}`,
    call.holder,
  );
}

const INSIDE_HINT = "; let the phone name the address that it sends audio from";

/** What would take that audio, where the configuration can. */
function outsideHint(world: World, call: Call): string {
  const domain = [...call.dialogs].find(({ party }) => party.domain !== undefined)?.party.domain;
  const provider = domain === undefined ? undefined : providerOf(world, domain);
  if (domain === undefined || provider?.media === "learn") return "";
  const line = `'media = "learn"'`;
  const lines = provider === undefined
    ? `these three lines to the configuration: '[[provider]]', 'domain = "${domain}"', ${line}`
    : `the line ${line} below [[provider]] with the domain "${provider.domain}"`;
  return `; if that is your provider's address, add ${lines}`;
}

function noteUnsent(world: World, call: Call, item: RelayNews): void {
  world.note(
    "warn",
    "media.unsent",
    `${callName(call)}: cannot send audio to ${text(item)}: ${item.reason ?? "unknown"}; ` +
      "if our address has changed, the call has to be made again",
    call.holder,
  );
}

function partyOf(outside: boolean): string {
  return outside ? "the far end" : "the phone";
}

function text({ ip, port }: Place): string {
  return `${hostLiteral(ip)}:${port}`;
}
