import type { Trap } from "./day.ts";
import type { Phone } from "./phone.ts";
import type { Random } from "./random.ts";
import type { Simulation } from "./simulation.ts";
import type { Subscription } from "./subscriptions.ts";
import { Violation } from "./violation.ts";

const DAY_MS = 160_000;
/** A re-INVITE, and the ACK that ends it. */
const REINVITE = /^(?:INVITE|ACK) [\s\S]*?\r\nTo: [^\r]*;tag=/;

/** Plans what happens within calls and beside them: hold and resume, glare, subscriptions, messages. */
export function planMore(simulation: Simulation): Trap[] {
  const { cast, timeline } = simulation;
  const plan = simulation.streams.of("mid-day");
  const phones = [...cast.inside, ...cast.outside];
  const often = (most: number, run: (random: Random) => void) => {
    for (let count = plan.whole(0, most); count > 0; count--) {
      const own = plan.fork();
      timeline.in(plan.between(8_000, DAY_MS), () => run(own));
    }
  };
  often(12, (random) => changeCall(simulation, random));
  often(3, (random) => subscribe(simulation, random.pick(cast.inside), random));
  often(3, (random) => {
    const phone = random.pick(phones);
    const other = random.pick(phones).options.account;
    const method = random.pick(["MESSAGE", "OPTIONS"]);
    const uri = `sip:${other.user}@${phone.options.account.domain}`;
    phone.handset.send(method, uri, { now: timeline.now });
  });
  return plan.chance(0.25) ? [{ pattern: REINVITE, skip: plan.whole(0, 6) }] : [];
}

/** One party of a call that is up offers something else, sometimes both at once. */
function changeCall(simulation: Simulation, random: Random): void {
  const { book } = simulation;
  const up = book.values().filter(({ id, parties }) =>
    [...parties].every((party) => party.stateOf(id) !== "none")
  );
  if (up.length === 0) return;
  const { id, parties } = random.pick(up);
  const all = [...parties];
  const offering = random.chance(0.3) ? all : [random.pick(all)];
  simulation.step(() => `${offering.map(({ aor }) => aor).join(" and ")} change call ${id}`);
  for (const phone of offering) phone.offers.make(id);
}

/** Whoever was accepted as a subscriber has been notified. */
export function checkNotified(subscription: Subscription | undefined): void {
  if (subscription?.accepted !== true || subscription.notified > 0) return;
  throw new Violation("notify", "a subscriber has heard nothing");
}

/** Whatever hindered phones from registering is over. */
export function checkRegistered(phones: readonly Phone[], now: number): void {
  for (const { aor, registeredUntil } of phones) {
    if (registeredUntil <= now) throw new Violation("registration", `${aor} is not registered`);
  }
}

/** Subscribes to somebody at the provider; refreshed once or ended, or left to end by itself. */
export function subscribe(
  simulation: Simulation,
  phone: Phone,
  random: Random,
): string | undefined {
  const { cast, timeline } = simulation;
  const { domain } = phone.options.account;
  // A switch that calls us directly is nobody's subscriber.
  const others = cast.outside.filter(({ options }) =>
    options.account.domain === domain && options.local.port === 5060
  );
  if (others.length === 0) return undefined;
  const { user } = random.pick(others).options.account;
  const { handset } = phone;
  const expires = random.whole(20, 90);
  const id = handset.subscribe(`sip:${user}@${domain}`, { expires, now: timeline.now });
  if (random.chance(0.7)) {
    const next = random.pick([0, expires]);
    timeline.in(expires * 800, () => {
      if (phone.handset === handset) handset.refresh(id, { expires: next, now: timeline.now });
    });
  }
  return id;
}
