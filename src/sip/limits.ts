/** The longest message read, in bytes: what a UDP datagram can carry. */
export const MESSAGE_LENGTH_MAX = 65_536;

/** The most header fields in a message. */
export const HEADER_FIELDS_MAX = 256;

/** The first number that is no CSeq any more (RFC 3261 §8.1.1.5). */
export const CSEQ_END = 2 ** 31;
