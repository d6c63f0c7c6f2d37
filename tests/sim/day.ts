import type { Random } from "./random.ts";
import type { Simulation } from "./simulation.ts";

/** A restart that waits for a message. */
export interface Trap {
  readonly pattern: RegExp;
  /** Messages of that kind that pass before. */
  skip: number;
}

/** Messages behind which a restart may come: what a call is set up and ended with, and a registration. */
const MOMENTS: readonly RegExp[] = [
  /^INVITE /,
  /^SIP\/2\.0 100 [\s\S]*?CSeq: *\d+ INVITE/,
  /^SIP\/2\.0 407 /,
  /^SIP\/2\.0 180 /,
  /^SIP\/2\.0 200 [\s\S]*?CSeq: *\d+ INVITE/,
  /^ACK /,
  /^CANCEL /,
  /^BYE /,
  /^SIP\/2\.0 200 [\s\S]*?CSeq: *\d+ REGISTER/,
];

const HOUR_MS = 3_600_000;
const YEARS_MS = 55 * 365 * 24 * HOUR_MS;
/** Wide enough that something happens, short enough that thousands of seeds run. */
const DAY_MS = 160_000;

/** Plans what happens in a simulation; the traps returned wait for their messages. */
export function planDay(simulation: Simulation): Trap[] {
  const { cast, timeline } = simulation;
  const random = simulation.streams.of("day");
  const at = (from: number, run: (random: Random) => void) => {
    const own = random.fork();
    timeline.in(random.between(from, DAY_MS), () => run(own));
  };
  for (const phone of cast.inside) timeline.in(random.between(0, 4_000), () => phone.register());
  for (let calls = random.whole(3, 10); calls > 0; calls--) {
    at(5_000, (own) => makeCall(simulation, own));
  }
  for (let jumps = random.whole(0, 2); jumps > 0; jumps--) {
    at(0, (own) => jumpClock(simulation, own));
  }
  for (let breaks = random.whole(0, 2); breaks > 0; breaks--) {
    at(0, (own) => breakSocket(simulation, own));
  }
  for (let visits = random.whole(0, 8); visits > 0; visits--) {
    at(0, () => simulation.stranger.visit());
  }
  if (random.chance(0.2)) at(10_000, (own) => cutPower(simulation, own));
  if (random.chance(0.1)) at(10_000, () => simulation.changeAddress());
  if (random.chance(0.4)) at(5_000, () => simulation.restarts.restart());
  if (random.chance(0.25)) at(5_000, () => simulation.address.lose());
  return Array.from({ length: random.whole(0, 2) }, () => ({
    pattern: random.pick(MOMENTS),
    skip: random.whole(0, 8),
  }));
}

function makeCall(simulation: Simulation, random: Random): void {
  const { cast } = simulation;
  const caller = random.pick([...cast.inside, ...cast.outside]);
  const { account } = caller.options;
  const inside = cast.inside.map(({ options }) => options.account);
  const reachable = [...inside, ...cast.outside.map(({ options }) => options.account)]
    .filter(({ user, domain }) => domain === account.domain && user !== account.user);
  if (reachable.length === 0) return;
  const called = random.pick(reachable);
  simulation.step(() => `${account.user} calls ${called.user}`);
  caller.call(`sip:${called.user}@${called.domain}`);
}

function jumpClock(simulation: Simulation, random: Random): void {
  const { router } = simulation;
  const jump = random.pick([HOUR_MS, -HOUR_MS, YEARS_MS, -YEARS_MS]);
  simulation.step(() => `the wall clock jumps by ${jump / HOUR_MS} h`);
  router.wallOffset += jump;
  if (jump === HOUR_MS) simulation.lostAnHour = true;
}

function breakSocket(simulation: Simulation, random: Random): void {
  const { router, timeline, weather } = simulation;
  if (router.bound.size === 0 || timeline.now < weather.calmUntil) return;
  const pair = random.pick([...router.bound.keys()]);
  simulation.step(() => `media pair ${pair} breaks`);
  router.break(pair, "broken");
}

function cutPower(simulation: Simulation, random: Random): void {
  const { cast, timeline } = simulation;
  const phone = random.pick(cast.inside);
  simulation.step(() => `${phone.aor} loses its power`);
  phone.losePower();
  timeline.in(random.between(1_000, 40_000), () => phone.register());
}
