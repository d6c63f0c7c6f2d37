import type { Random } from "./random.ts";

/** How bad the world may be: probabilities, and ms. */
export interface Climate {
  readonly loss: number;
  readonly duplication: number;
  /** Longest additional delay: packets overtake each other within it. */
  readonly jitter: number;
  readonly nameFailure: number;
  readonly bindFailure: number;
  readonly commitFailure: number;
}

/** Nothing goes wrong. */
export const FAIR: Climate = {
  loss: 0,
  duplication: 0,
  jitter: 0,
  nameFailure: 0,
  bindFailure: 0,
  commitFailure: 0,
};

/** What can go wrong in a seed's world; half of the worlds have a fault of each kind. */
export function makeClimate(random: Random): Climate {
  const sometimes = (most: number) => random.chance(0.5) ? random.between(0, most) : 0;
  return {
    loss: sometimes(0.25),
    duplication: sometimes(0.2),
    jitter: sometimes(300),
    nameFailure: sometimes(0.4),
    bindFailure: sometimes(0.4),
    commitFailure: sometimes(0.5),
  };
}

/** The climate, and the hours in which it shows. */
export class Weather {
  /** Until when nothing goes wrong, in virtual ms. */
  calmUntil = 0;

  constructor(readonly climate: Climate, readonly now: () => number) {}

  /** What can go wrong now. */
  get today(): Climate {
    return this.now() < this.calmUntil ? FAIR : this.climate;
  }

  /** True when this kind of fault happens now, as a stream of whoever may be struck says. */
  strikes(kind: Exclude<keyof Climate, "jitter">, random: Random): boolean {
    const probability = this.today[kind];
    return probability > 0 && random.chance(probability);
  }

  /** Nothing goes wrong for so long. */
  calm(ms: number): void {
    this.calmUntil = Math.max(this.calmUntil, this.now() + ms);
  }
}
