/** Who asks for places in tables, and how much of them may be his (RULES V7). */
export interface Holder {
  /** Names him, in the log too: `192.168.1.66`. */
  readonly name: string;
  /** He may hold this part of what is free: the fuller the table, the smaller his share. */
  readonly part: number;
  /** True for one without a registration: half of the table is kept for the others. */
  readonly guest: boolean;
  /** What is asked for is an emergency call, or ends a call: there are places for that alone. */
  readonly urgent?: boolean;
}

/** This program itself: what it begins is bounded by what others have begun. */
export const SELF: Holder = { name: "sipmasq", part: 1, guest: false };

/** What is kept of a holder. */
interface Account {
  readonly name: string;
  held: number;
  reserved: number;
}

/** A place that is taken, to be given back. */
export interface Seat {
  readonly account: Account;
  readonly kind: "kept" | "guest" | "reserve";
}

/** Why there is no place: he holds his share, the half for guests is taken, or everything is. */
export type NoPlace = "share" | "guests" | "full";

/** How large a table is. */
export interface SharesOptions {
  /** Places for whatever comes. */
  readonly limit: number;
  /** Further places for what is urgent. */
  readonly reserve?: number;
  /** A holder may hold so many though less is free; a five-hundredth of the places in any case. */
  readonly least?: number;
}

/** How places are asked for. */
export interface Asking {
  /** So many at once, or none. */
  readonly count?: number;
  /** They were his before a restart: his share is what it is in a table that is otherwise empty. */
  readonly restored?: boolean;
}

/** Numbers of a table, for those who watch it. */
export interface SharesState {
  readonly held: number;
  readonly guests: number;
  /** The holder of most places. */
  readonly most: { readonly name: string; readonly held: number } | undefined;
}

/** Divides the places of one table among those who ask for them (RULES V7). */
export class Shares {
  readonly limit: number;
  readonly #reserve: number;
  readonly #last: number;
  readonly #least: number;
  readonly #accounts = new Map<string, Account>();
  #held = 0;
  #guests = 0;
  #reserved = 0;

  constructor({ limit, reserve = 0, least = 1 }: SharesOptions) {
    this.limit = limit;
    this.#reserve = reserve;
    // Who has next to nothing finds the last eighth: sixty greedy ones can fill that, and not one alone.
    this.#last = limit >> 3;
    this.#least = Math.max(least, limit >> 9);
  }

  /** Places in all. */
  get places(): number {
    return this.limit + this.#reserve;
  }

  /** Why a holder gets no place now; undefined when he would. */
  refusal(holder: Holder, asking: Asking = {}): NoPlace | undefined {
    const refused = this.#ordinary(holder, asking);
    if (refused === undefined || !holder.urgent) return refused;
    return this.#hasReserve(holder, asking) ? undefined : refused;
  }

  /** Takes a place; undefined when {@linkcode refusal} says why not. */
  take(holder: Holder, asking: Asking = {}): Seat | undefined {
    const refused = this.#ordinary(holder, asking);
    if (refused !== undefined && !(holder.urgent && this.#hasReserve(holder, asking))) {
      return undefined;
    }
    return this.#seat(holder, refused === undefined ? ordinaryKind(holder) : "reserve");
  }

  /** Moves a place to another holder, whatever he holds. */
  move(seat: Seat, holder: Holder): Seat {
    this.give(seat);
    return this.#seat(holder, seat.kind === "reserve" ? "reserve" : ordinaryKind(holder));
  }

  /** Gives a place back. */
  give({ account, kind }: Seat): void {
    if (kind === "reserve") {
      account.reserved--;
      this.#reserved--;
    } else {
      account.held--;
      this.#held--;
      if (kind === "guest") this.#guests--;
    }
    if (account.held + account.reserved === 0) this.#accounts.delete(account.name);
  }

  /** Places that a holder has. */
  heldBy(name: string): number {
    const account = this.#accounts.get(name);
    return account === undefined ? 0 : account.held + account.reserved;
  }

  /** Numbers of the table. */
  state(): SharesState {
    let most: SharesState["most"];
    for (const { name, held } of this.#accounts.values()) {
      if (held > (most?.held ?? 0)) most = { name, held };
    }
    return { held: this.#held + this.#reserved, guests: this.#guests, most };
  }

  #ordinary(holder: Holder, { count = 1, restored = false }: Asking): NoPlace | undefined {
    if (this.#held + count > this.limit) return "full";
    const held = this.#accounts.get(holder.name)?.held ?? 0;
    // As if they were taken one by one.
    const free = this.limit - this.#last - (restored ? held : this.#held) - (count - 1);
    if (held + count > Math.max(this.#least, Math.floor(holder.part * free))) return "share";
    const half = Math.ceil(this.limit / 2);
    return holder.guest && this.#guests + count > half ? "guests" : undefined;
  }

  /** One holder leaves others half of what is left, here too: anybody may call an emergency. */
  #hasReserve({ name }: Holder, { count = 1 }: Asking): boolean {
    const free = this.#reserve - this.#reserved;
    if (count > free) return false;
    const reserved = this.#accounts.get(name)?.reserved ?? 0;
    return reserved + count <= Math.max(1, Math.floor(free / 2));
  }

  #seat({ name }: Holder, kind: Seat["kind"]): Seat {
    const account = this.#accounts.get(name) ?? { name, held: 0, reserved: 0 };
    this.#accounts.set(name, account);
    if (kind === "reserve") {
      account.reserved++;
      this.#reserved++;
    } else {
      account.held++;
      this.#held++;
      if (kind === "guest") this.#guests++;
    }
    return { account, kind };
  }
}

function ordinaryKind({ guest }: Holder): Seat["kind"] {
  return guest ? "guest" : "kept";
}
