import type { Side } from "../../src/base/side.ts";
import { Violation } from "./violation.ts";

/**
 * What may not be said however full the tables are (RULES V7): a 503 would take us or the trunk out of service, and
 * nobody here but us says 500, which is for phones.
 */
export function checkRefusal(side: Side, text: string): void {
  const status = /^SIP\/2\.0 (\d{3})/.exec(text)?.[1];
  if (status === "503" || (status === "500" && side === "outside")) {
    throw new Violation("refusal", `${status} leaves ${side}:\n${text}`);
  }
}
