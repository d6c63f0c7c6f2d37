import { refuse } from "../base/result.ts";

/** Why a text is no value of a key, and which texts would be. */
export interface Refusal {
  /** What is wrong; without offers it ends in the next step. */
  readonly what: string;
  /** Texts that the key takes instead, most likely first. */
  readonly offers: readonly string[];
  /** True when the key's own example is to follow. */
  readonly like?: true;
}

/** A reason: a sentence with its next step, or one with texts to write instead. */
export type Reason = string | Refusal;

/** A refused text with others to write instead. */
export function refuseText(
  what: string,
  ...offers: readonly (string | undefined)[]
): { readonly ok: false; readonly reason: Refusal } {
  return refuse({ what, offers: offers.filter((offer) => offer !== undefined) });
}

/** A refused text of which nothing can be guessed; the key's example follows. */
export function refuseLike(what: string): { readonly ok: false; readonly reason: Refusal } {
  return refuse({ what, offers: [], like: true });
}

/** What a reason offers. */
export function offersOf(reason: Reason): readonly string[] {
  return typeof reason === "string" ? [] : reason.offers;
}

/** A reason as one sentence; each offer, and the key's example, is a text in TOML's quotes. */
export function sentenceOf(reason: Reason, example: string): string {
  if (typeof reason === "string") return reason;
  if (reason.like) return `${reason.what}, as in ${quote(example)}`;
  return withOffers(reason.what, reason.offers.map(quote));
}

/** A sentence with the TOML values to write instead. */
export function withOffers(what: string, values: readonly string[]): string {
  return values.length === 0 ? what : `${what}: write ${values.join(" or ")}`;
}

/** Writes a TOML basic string. */
export function quote(text: string): string {
  return JSON.stringify(text).replaceAll("\x7f", "\\u007f");
}
