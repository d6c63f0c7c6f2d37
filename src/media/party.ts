import type { Holder } from "../base/shares.ts";
import type { Viewpoint } from "./reach.ts";

/** One party of a message with a body. */
export interface MediaParty extends Viewpoint {
  /** The IP this party must see in descriptions. */
  readonly shown: string;
}

/** A body on its way through us. */
export interface Description {
  readonly session: string;
  /** Who holds the ports that it takes (RULES V7). */
  readonly holder: Holder;
  /** The SIP transaction whose failure would undo an offer; an ACK belongs to its INVITE's. */
  readonly exchange: string;
  /** True when the sender sent the first INVITE. */
  readonly caller: boolean;
  /** Tag of the called party; undefined in the first INVITE. */
  readonly dialog: string | undefined;
  /** Nothing is written to it, so it need not be known what it must see. */
  readonly from: Viewpoint;
  readonly to: MediaParty;
  /** True in a 1xx. */
  readonly early: boolean;
  /** True in a request; tells crossing offers apart from answers. Worked out where it is left out. */
  readonly request?: boolean;
  readonly contentType: string;
  readonly body: string;
  readonly now: number;
}

/** A body that names a session's ports without being an offer or answer. */
export interface Shown {
  /** Undefined outside a call: all ports become 0. */
  readonly session: string | undefined;
  /** True when the sender sent the first INVITE. */
  readonly caller: boolean;
  readonly to: MediaParty;
  readonly contentType: string;
  readonly body: string;
}

/** A body as it goes on. */
export interface Described {
  readonly body: string;
  readonly contentType: string;
  /** True when at least one m-line is live. */
  readonly media: boolean;
}

/** Whether a body stands in a request; a dialog that is only being opened tells, and so does a 1xx. */
export function requestOf(description: Description): boolean | undefined {
  if (description.request !== undefined) return description.request;
  if (description.early) return false;
  return description.dialog === undefined && description.caller ? true : undefined;
}

/** What of a viewpoint is kept with a statement. */
export function partyOf({ side, local, sipIp, learns }: Viewpoint): Viewpoint {
  return learns === true ? { side, local, sipIp, learns } : { side, local, sipIp };
}
