import { text } from "./messages.ts";

/** A repeatable source of numbers in [0, 1): a linear congruential generator. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function pick<T>(random: () => number, choices: readonly T[]): T {
  return choices[Math.floor(random() * choices.length)]!;
}

function several(random: () => number, make: () => string): string[] {
  return Array.from({ length: 1 + Math.floor(random() * 3) }, make);
}

const SPACES = ["", "", "", " ", "\t", "  ", "\r\n ", " \r\n\t"];
const COLONS = [": ", ":", " : ", ":\r\n ", "\t:  "];
const NAMES = ["", "Bob ", '"Bob, \\"<sip:x@y>\\"" ', '"\xc3\xa0" ', "J. R. (x) "];
const HOSTS = ["example.com", "192.0.2.7", "[2001:db8::1]", "h_1:5070", "[::1]:1"];
const USERS = ["", "a@", "%61(b)@", "x;y=1,2?z:p@", "+49-30@", "\xc3\xbc@"];
const URI_PARAMS = ["", ";lr", ";transport=tcp;lr=on", ";;x", ";line=abc"];
const PARAMS = ["tag=x", "q = 0.3", 'x="a;b,c"', "flag", "RECEIVED=2001:db8::1", "\trport"];

function address(random: () => number): string {
  const uri = `sip:${pick(random, USERS)}${pick(random, HOSTS)}${pick(random, URI_PARAMS)}`;
  return `${pick(random, NAMES)}<${uri}>${params(random)}`;
}

function params(random: () => number): string {
  return several(random, () => `${pick(random, SPACES)};${pick(random, PARAMS)}`).join("");
}

function via(random: () => number): string {
  const space = pick(random, SPACES);
  return `SIP${space}/2.0/${space}UDP ${pick(random, HOSTS)}${params(random)}`;
}

function list(random: () => number, make: (random: () => number) => string): string {
  return several(random, () => make(random)).join(`${pick(random, SPACES)},`);
}

function field(random: () => number, names: readonly string[], value: string): string {
  return `${pick(random, names)}${pick(random, COLONS)}${value}${pick(random, ["", "", " "])}`;
}

/** The text of a valid request with every freedom of the grammar that is known to have hurt somebody. */
export function randomRequest(random: () => number): string {
  const body = pick(random, ["", "v=0\r\n", "\0\r\r\n\xff: \n\n"]);
  const fields = [
    ...several(random, () => field(random, ["Via", "v", "VIA"], list(random, via))),
    field(random, ["From", "f"], address(random)),
    field(random, ["To", "t", "TO"], address(random)),
    field(random, ["Call-ID", "i"], `c${Math.floor(random() * 1000)}@<x>`),
    field(
      random,
      ["CSeq", "CSEQ"],
      `${Math.floor(random() * 2 ** 31)}${pick(random, [" ", "\r\n "])}INVITE`,
    ),
    field(random, ["Contact", "m"], list(random, address)),
    field(random, ["X-Odd", "p"], pick(random, ["", ";;,,", '"open', "a\r\n b", "\xe5\x82\x85 "])),
    ...(random() < 0.8 ? [field(random, ["l", "Content-Length"], String(body.length))] : []),
  ];
  fields.sort(() => random() - 0.5);
  const written = text(`INVITE sip:${pick(random, USERS)}example.com SIP/2.0`, ...fields);
  return (random() < 0.1 ? written.replaceAll("\r\n", "\n") : written) + body;
}
