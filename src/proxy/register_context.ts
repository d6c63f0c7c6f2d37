import type { Flow } from "../base/address.ts";

/** One Contact of a REGISTER on its way out. */
export interface RegisteredContact {
  readonly token: string;
  /** The phone's own value, byte for byte (RULES C5). */
  readonly original: string;
  /** Its URI, as written, and the user part of it. */
  readonly uri: string;
  readonly user: string;
  readonly instance: string;
  readonly registrationId: string;
  /** Asked for, in s; undefined when the phone leaves it to the registrar. */
  readonly expires: number | undefined;
}

/** What a REGISTER asked for, kept until its answer. */
export interface RegisterContext {
  /** Canonical address of record, its user part and domain. */
  readonly aor: string;
  readonly user: string;
  readonly domain: string;
  /** The host it is sent to: its answer concerns that registrar's bindings alone (RULES C1). */
  readonly host: string;
  /** The addresses that host was found under (RULES S3). */
  readonly servers: readonly string[];
  readonly flow: Flow;
  readonly contacts: readonly RegisteredContact[];
  /** Path values of inside elements (RULES R4). */
  readonly path: readonly string[];
  /** `Contact: *` (RULES R3): the phone's own bindings, and whether the AOR has others here. */
  readonly star: { readonly tokens: readonly string[]; readonly others: boolean } | undefined;
}
