/** The longest message read, in bytes: what a UDP datagram can carry. */
export const MESSAGE_LENGTH_MAX = 65_536;

/** The most header fields in a message. */
export const HEADER_FIELDS_MAX = 256;

/** The most values in one header field. */
export const FIELD_VALUES_MAX = 256;

/** The most parameters of a URI or header value. */
export const PARAMS_MAX = 100;

/** The first number that is no CSeq any more (RFC 3261 §8.1.1.5). */
export const CSEQ_END = 2 ** 31;
