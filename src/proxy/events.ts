import type { Holder } from "../base/shares.ts";
import type { Address, Flow, Transport } from "../base/address.ts";
import type { Cidr } from "../base/cidr.ts";
import type { NoteKind } from "../base/note_kinds.ts";
import type { SendFault } from "../base/send_fault.ts";
import type { Side } from "../base/side.ts";
import type { RelayNews } from "../media/relay_table.ts";
import type { CoreSettings, LogLevel } from "./settings.ts";

/** One bound socket for SIP. */
export interface Listener {
  /** Unique name, e.g. `inside/udp/192.168.1.1:5060`; flows refer to it. */
  readonly id: string;
  /** The sides it serves: both when one network serves both (RULES S1). */
  readonly sides: readonly Side[];
  readonly transport: Transport;
  readonly address: Address;
  /** The interface's own prefix: which listener faces a peer (RULES S2). */
  readonly prefix: Cidr;
}

/** What the shell knows of addresses and routes; sent at start and after each change. */
export interface Network {
  readonly listeners: readonly Listener[];
  /** What we say our outside address is; undefined while it is unknown (PPP down, name not resolved). */
  readonly advertised: string | undefined;
  /** Prefixes behind the inside: the inside interfaces' own and `[inside] networks`. */
  readonly insideNetworks: readonly Cidr[];
  /** Prefixes the outside reaches by another route than the default one. */
  readonly outsideRoutes: readonly Cidr[];
  /** The default gateway. */
  readonly gateway: string | undefined;
  /** Every address of this host. */
  readonly ownIps: readonly string[];
  /** The prefixes of all its interfaces: their broadcast addresses are nobody's (RULES L5). */
  readonly prefixes: readonly Cidr[];
}

/** A server of a SIP domain (RFC 3263), as found by the resolver; unordered. */
export interface ServerRecord {
  readonly transport: Transport;
  readonly address: Address;
  /** SRV priority, lowest first; 0 for A/AAAA. */
  readonly priority: number;
  /** SRV weight; 0 for A/AAAA. */
  readonly weight: number;
}

/** What the core asks the resolver: RFC 3263 for a host, or plain addresses of a host with a port. */
export interface ServerQuery {
  readonly host: string;
  /** Explicit port: no NAPTR and SRV then (RFC 3263 §4.2). */
  readonly port: number | undefined;
  /** Explicit transport: no NAPTR then. */
  readonly transport: Transport | undefined;
  /** The name of a live binding or of the configuration: its last good answer stays (RULES N3). */
  readonly kept?: boolean;
}

/** What the resolver found. `reason` is in words for log lines. */
export type ServerAnswer =
  | { readonly ok: true; readonly servers: readonly ServerRecord[] }
  | { readonly ok: false; readonly reason: string };

/** What happens to the core. */
export type CoreEvent =
  | { readonly type: "sip.received"; readonly flow: Flow; readonly text: string }
  /** A message of `owner` could not leave (RULES N4). */
  | {
    readonly type: "sip.failed";
    readonly owner: Owner;
    readonly flow: Flow;
    readonly fault: SendFault;
  }
  | { readonly type: "dns.answer"; readonly ticket: number; readonly answer: ServerAnswer }
  | { readonly type: "network.changed"; readonly network: Network }
  /** The configuration was read again; `media` is as at the start. */
  | { readonly type: "settings.changed"; readonly settings: CoreSettings }
  | { readonly type: "media.bound"; readonly pair: number }
  /** `inUse`: another program has one of its ports, so that none of our own pairs would make room for it. */
  | {
    readonly type: "media.gone";
    readonly pair: number;
    readonly reason: string;
    readonly inUse?: boolean;
  }
  | { readonly type: "media.closed"; readonly pair: number }
  | { readonly type: "media.news"; readonly news: readonly RelayNews[] };

/** Who owns a message that is sent: {@linkcode Core.destination} reads the address from the owner's table. */
export type Owner =
  /** A server transaction: where its request came from (RULES V4). */
  | { readonly kind: "server"; readonly id: number }
  /** A client transaction: its target (RULES N1). */
  | { readonly kind: "client"; readonly id: number }
  /** A dialog's party on one side: the ACK of a 2xx, which belongs to no transaction. */
  | { readonly kind: "dialog"; readonly key: string; readonly side: Side }
  /** A binding: keep-alives to the phone (`inside`) or to its registrar (`outside`). */
  | { readonly kind: "binding"; readonly token: string; readonly side: Side }
  /** A request that can have no transaction (full table, unparsable): one stateless answer to its source. */
  | { readonly kind: "reply"; readonly id: number };

/** A pair of media sockets that the shell binds: RTP on the even `port`, RTCP on `port + 1`. */
export interface MediaPair {
  readonly pair: number;
  readonly ip: string;
  readonly port: number;
}

/** What the core wants done. */
export type CoreEffect =
  /** `committed`: leaves after the store effects before it are on disk (RULES X1). */
  | {
    readonly type: "sip.send";
    readonly owner: Owner;
    readonly text: string;
    readonly committed: boolean;
  }
  /** `holder`: for whom, since each has a share of look-ups (RULES V7). */
  | {
    readonly type: "dns.resolve";
    readonly ticket: number;
    readonly query: ServerQuery;
    readonly holder: Holder;
  }
  | { readonly type: "media.bind"; readonly pair: MediaPair }
  | { readonly type: "media.close"; readonly pair: number }
  /** `value` undefined deletes. `urgent`: a `committed` message waits for it; else within 100 ms, or 60 s when `lazy`. */
  | {
    readonly type: "store.set";
    readonly key: readonly string[];
    readonly value: unknown;
    readonly when: "urgent" | "soon" | "lazy";
  }
  | { readonly type: "note"; readonly note: Note };

/** One sentence for the log, as data. */
export interface Note {
  readonly level: LogLevel;
  /** What kind of thing happened; the table of kinds says how the log treats it. */
  readonly kind: NoteKind;
  /** One sentence, sentence case, no period; what a peer wrote is in it as {@linkcode logText} shows it. */
  readonly text: string;
  /** Lines that stand below the sentence, as a peer wrote them: at debug only. */
  readonly detail?: string;
  /** Who caused it, if that is a peer: `known` is a registered phone, or a provider. */
  readonly by?: { readonly ip: string; readonly known: boolean };
}
