/**
 * Seeds of worlds in which a fault that was once found shows, each with what it did; with that fault put back they
 * fail, and the tests run them for ever.
 */
export const FOUND: Readonly<Record<number, string>> = {
  17: "the record of a subscription that ran out in a restart stayed",
  29: "a keep-alive had nowhere to go while the outside address was unknown",
  82: "an INVITE whose party did not fit went out with the phone's own Contact",
  116: "a 180 whose dialog did not fit went out with the phone's own Contact",
  452:
    "after a restart a 200 that came again, while the outside address was unknown, ended its call",
  552: "a call that was cancelled while its 200 waited for the outside address stayed for ever",
  775:
    "after a change of our address a SUBSCRIBE went out with the registered Contact, which led nowhere",
  2544: "a second phone's answer to an OPTIONS threw while the outside address was unknown",
};
