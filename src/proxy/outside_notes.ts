import type { Flow } from "../base/address.ts";
import { durationWords } from "../base/duration_words.ts";
import { headerText } from "../sip/headers.ts";
import type { SipRequest } from "../sip/message.ts";
import { parseNameAddr } from "../sip/name_addr.ts";
import { phoneName, phoneNames } from "./phone_names.ts";
import { hasOutside } from "./view.ts";
import type { World } from "./world.ts";

/** Says that our outside address is another one, and which phones cannot be called until they register again (RULES R2). */
export function noteOutside(world: World): void {
  const { outside, network, bindings, settings } = world;
  if (!hasOutside(world)) return;
  outside.waiting = false;
  const { advertised } = network;
  const { last } = outside;
  outside.last = advertised;
  if (last === undefined || last === advertised || bindings.size === 0) return;
  const names = new Set([...bindings.values()].map(({ aor }) => phoneName(aor)));
  const within = durationWords(settings.inside.refreshMaxMs);
  world.note(
    "warn",
    "outside",
    `Our outside address is ${advertised} now, no longer ${last}: ${phoneNames([...names])} ` +
      `can be called again when they next register, in ${within} at most`,
  );
}

/** Says that phones' REGISTERs wait until our outside address is known: once each time that it is not. */
export function noteWaiting(world: World, source: Flow, request: SipRequest): void {
  if (world.outside.waiting) return;
  world.outside.waiting = true;
  const to = parseNameAddr(headerText(request, "to") ?? "");
  const phone = to.ok ? `that of ${phoneName(to.value.uri)}, ` : "";
  world.note(
    "warn",
    "outside",
    `Registrations wait until our outside address is known, first ${phone}` +
      `from ${source.remote.ip}: is the outside interface up, and [outside] advertise right`,
    source,
  );
}
