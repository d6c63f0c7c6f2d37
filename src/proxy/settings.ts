import type { Cidr } from "../base/cidr.ts";

/** A server of a provider as configured: a prefix, or a name that is looked up. */
export type ProviderServer = Cidr | string;

/** Settings that hold for one SIP domain (DESIGN §1). */
export interface ProviderSettings {
  /** In lower case. */
  readonly domain: string;
  /** Next hop for everything out of dialog (RULES N1); undefined: the domain's own servers. */
  readonly outboundProxy: { readonly host: string; readonly port: number | undefined } | undefined;
  /** Further servers from which its calls come (RULES S3). */
  readonly servers: readonly ProviderServer[];
  /** From whom an INVITE with a registration token is accepted (RULES C2): from anybody who has it, or the provider set only. */
  readonly admit: "token" | "known";
  /** Which masked Contact its calls carry (RULES C2): one of their own, or the registered one, for providers that compare. */
  readonly contact: "dialog" | "registered";
  /** Whether its media may come from other addresses than those it names (RULES L2). */
  readonly media: "strict" | "learn";
}

/** What the core needs of the configuration (DESIGN §6); frozen, handed in. */
export interface CoreSettings {
  readonly inside: {
    /** Longest expiry a phone is granted, in ms (RULES R2). */
    readonly refreshMaxMs: number;
  };
  readonly outside: {
    /** Interval of keep-alives, in ms (RULES N6). */
    readonly keepaliveMs: number;
  };
  readonly media: {
    /** First and last port of the range, inclusive; pairs begin on even ports. */
    readonly ports: { readonly low: number; readonly high: number };
    /** A call whose media has been silent for so long is dead, in ms (RULES X2). */
    readonly idleMs: number;
    /** The same for a stream on hold, in ms. */
    readonly holdMs: number;
  };
  readonly log: { readonly level: LogLevel };
  readonly providers: readonly ProviderSettings[];
}

/** One entry of `listen`: transport and port. */
export interface ListenSpec {
  readonly transport: "udp";
  readonly port: number;
}

/** What we say our outside address is (DESIGN §6 `advertise`). */
export type Advertise =
  | { readonly kind: "auto" }
  | { readonly kind: "ip"; readonly ip: string }
  | { readonly kind: "name"; readonly name: string };

/** The whole configuration after defaults: what `check` prints and `startApp` takes. */
export interface Settings extends CoreSettings {
  readonly inside: CoreSettings["inside"] & {
    /** "auto" or an interface name. */
    readonly interface: string;
    readonly listen: readonly ListenSpec[];
    /** Further prefixes behind this side. */
    readonly networks: readonly Cidr[];
  };
  readonly outside: CoreSettings["outside"] & {
    readonly interface: string;
    readonly listen: readonly ListenSpec[];
    readonly advertise: Advertise;
  };
  readonly state: {
    /** "auto" or the path of the KV file. */
    readonly path: string;
  };
}

/** Log levels, least to most talkative. */
export type LogLevel = "error" | "warn" | "info" | "debug";
