/** What the addresses of phones and of sources of floods inside begin with. */
export const INSIDE = "127.0.6";
/** What those of providers and of sources of floods outside begin with. */
export const OUTSIDE = "127.0.7";
/** Ours end so. */
export const OURS = 1;
/** The first phone's and the first provider's end so. */
export const FIRST_SCENE = 2;
/** The first source's of a flood ends so; phones and providers have lower ones. */
export const FIRST_SOURCE = 10;
/** Where the messages of floods lead: an address outside at which nobody listens. */
export const NOBODY = `${OUTSIDE}.9:9`;
