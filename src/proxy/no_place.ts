import type { Holder, NoPlace, Shares } from "../base/shares.ts";
import type { Side } from "../base/side.ts";
import type { Refusal } from "./contexts.ts";
import { isDue } from "./due.ts";
import type { World } from "./world.ts";

/** The tables whose places are shared: what they hold, and what a phone is told that it has too many of. */
const TABLES = {
  calls: { held: "calls", told: "calls" },
  ports: { held: "media port pairs", told: "calls" },
  dialogs: { held: "calls and subscriptions", told: "calls and subscriptions" },
  bindings: { held: "registrations", told: "registrations" },
  parked: { held: "places for requests that wait for a name", told: "requests" },
  transactions: { held: "requests at work", told: "requests" },
} as const;

/** Told who begins something where everything is taken. */
export const TOO_BUSY = "Too busy, try again later";

/** What there was no place in. */
export interface Refused {
  readonly table: keyof typeof TABLES;
  readonly why: NoPlace;
  /** What the holder has. */
  readonly held: number;
  /** What everybody has together when it is full. */
  readonly limit: number;
}

/** Who asked for a place, on which side. */
export interface Asker {
  readonly holder: Holder;
  readonly side: Side;
}

/** What whoever asked is told when there is no place (RULES V7): counted, and now and then said. */
export function noPlace(world: World, asker: Asker, refused: Refused): Refusal {
  const { table, why } = refused;
  world.count(`${why}.${table}`);
  const key = why === "share" ? sayer(asker) : `${why} ${table}`;
  if (isDue(world.warned, key, world.now)) {
    world.note("warn", "share", sentence(asker, refused));
  }
  return noRoom(asker.side, reasonOf(asker, refused));
}

/** The same, of a table that tells its numbers. */
export function noPlaceIn(
  world: World,
  asker: Asker,
  { shares, ...refused }: { shares: Shares; table: Refused["table"]; why: NoPlace },
): Refusal {
  const held = shares.heldBy(asker.holder.name);
  return noPlace(world, asker, { ...refused, held, limit: shares.places });
}

/** The same, of a table of transactions. */
export function tooBusy(world: World, asker: Asker, shares: Shares): Refusal {
  const why = shares.refusal(asker.holder) ?? "full";
  return noPlaceIn(world, asker, { shares, table: "transactions", why });
}

/** What whoever asked on `side` is told when something is full (RULES V7): a provider hears of a phone that is not there. */
export function noRoom(side: Side, reason: string): Refusal {
  return { status: side === "inside" ? 500 : 480, reason };
}

function reasonOf({ side }: Asker, { table, why }: Refused): string {
  const many = `Too many ${TABLES[table].told}`;
  if (why !== "share") return table === "transactions" ? TOO_BUSY : many;
  return `${many} from this ${side === "inside" ? "phone" : "address"}`;
}

/** Strangers are many, and one sentence does for all of them. */
function sayer({ holder, side }: Asker): string {
  return side === "outside" && holder.guest ? "strangers" : holder.name;
}

function sentence({ holder, side }: Asker, { table, why, held, limit }: Refused): string {
  const what = `${limit} ${TABLES[table].held}`;
  switch (why) {
    case "full":
      return `All ${what} are taken: further ones are refused; find out who needs so many`;
    case "guests":
      return `Sources without a registration hold half of ${what}: further ones of theirs are ` +
        "refused, the rest is kept for registered phones; find out what floods us";
    case "share":
      return `${namedHolder(holder)} ${held} of ${what}: further ones are refused; ` +
        advice(holder, side);
  }
}

function namedHolder({ name }: Holder): string {
  return name.startsWith("to ") ? `What comes for ${name.slice(3)} holds` : `${name} holds`;
}

function advice({ guest }: Holder, side: Side): string {
  if (side === "outside") return "find out who calls so often";
  return guest
    ? "let it register, or find out what it does"
    : "find out what it does: one that needs more has more registrations";
}
