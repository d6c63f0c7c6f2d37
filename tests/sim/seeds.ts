/** Seeds that failed once with ample limits, each with what they found; the tests run them for ever. */
export const FOUND: Readonly<Record<number, string>> = {
  20: "a 100 went out before the INVITE's record: after a crash the caller waited for nothing",
  16: "a failure followed a 2xx that had gone out before a restart",
  49: "a 2xx that came again after the call's end opened its media again",
  262: "after a restart a copy of an INVITE got no answer, and its CANCEL was forgotten",
  256: "audio of a call within the house went to an address that had been ours",
  1391: "two records claimed one port after a crash, and the older call got it",
  4639: "a restart swallowed an ACK, and the 2xx that came again belonged to nobody",
  5632: "the same, after a restart",
};

/** Seeds that failed once with the small limits that they draw. */
export const FOUND_TIGHT: Readonly<Record<number, string>> = {
  23: "each copy of a refused INVITE got a To tag of its own",
  429: "a 180 whose dialog did not fit went out with the phone's own Contact",
  496: "an INVITE whose party did not fit went out with the phone's own Contact",
  991: "an answered call whose dialog did not fit could not be ended",
  1055: "a stored call that did not fit left its media behind",
  1196: "a copy of a refused CANCEL found room",
};

/** Seeds that failed once with all that may happen now. */
export const FOUND_BUSY: Readonly<Record<number, string>> = {
  192: "the record of a subscription that ran out in a restart stayed",
  290:
    "after a change of our address a SUBSCRIBE went out with the registered Contact, which led nowhere",
  7306: "a BYE for which there was no room left the other party in the call until no audio came",
};
