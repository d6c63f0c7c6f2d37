import { type Flow, formatAddress } from "../base/address.ts";
import { durationWords } from "../base/duration_words.ts";
import { logText } from "../base/log_text.ts";
import type { Passage } from "./contexts.ts";
import { phoneNames, phonesConcerned } from "./phone_names.ts";
import type { World } from "./world.ts";

/** A name that leads to no server, and what is done about it. */
export interface NotFound {
  readonly reason: string;
  /** The server that is asked all the same, since it has answered before (RULES N3). */
  readonly pinned: Flow | undefined;
  /** Whose request it was. */
  readonly passage: Passage;
}

/** Says that the name of a server leads nowhere: once, and now and then while that goes on. */
export function nameFailed(world: World, name: string, failed: NotFound): void {
  const { now } = world;
  const { say, since } = world.nameOutages.fail(keyOf(name), { kind: "not found", now });
  if (!say) return;
  const { reason, pinned, passage } = failed;
  const still = since === undefined ? "" : `, for ${durationWords(now - since)} now`;
  const then = pinned === undefined
    ? "it is looked up again with the next request"
    : `${formatAddress(pinned.remote)} is asked instead, which has answered before`;
  const here = [...world.bindings.values()].filter(({ hop }) => hop === name);
  const phones = phoneNames(phonesConcerned(passage, here));
  world.note(
    "warn",
    "dns",
    `Cannot find the server of ${logText(name)}: ${reason}${still}; ${then}; ` +
      `phones concerned: ${phones}`,
    passage.source,
  );
}

/** Notes that a name leads to a server; said if its trouble was. */
export function nameFound(world: World, name: string): void {
  const recovery = world.nameOutages.end(keyOf(name), world.now);
  if (recovery === undefined) return;
  const text = `The server of ${logText(name)} is found again after ` +
    durationWords(recovery.lastedMs);
  world.note(recovery.said ? "info" : "debug", "dns", text);
}

/** What is no name may be of any length. */
function keyOf(name: string): string {
  return name.slice(0, 253);
}
