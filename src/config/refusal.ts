import { refuse } from "../base/result.ts";

/** Why a text is no value of a key, and which texts would be. */
export interface Refusal {
  /** What is wrong; without offers it ends in the next step. */
  readonly what: string;
  /** Texts that the key takes instead, most likely first. */
  readonly offers: readonly string[];
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

/** What a reason offers. */
export function offersOf(reason: Reason): readonly string[] {
  return typeof reason === "string" ? [] : reason.offers;
}

/** A reason as one sentence; each offer is a text in TOML's quotes. */
export function sentenceOf(reason: Reason): string {
  if (typeof reason === "string") return reason;
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
