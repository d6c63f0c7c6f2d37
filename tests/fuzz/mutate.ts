import type { Dice } from "./dice.ts";

type Mutation = (text: string, dice: Dice) => string;

/** What parsers stumble over: ends, borders of numbers, marks of the grammar, addresses of the inside. */
const WORDS = [
  "\r\n",
  "\r\n\r\n",
  "\n",
  "\r",
  "\0",
  " ",
  "\t",
  "\r\n ",
  '"',
  "\\",
  "<",
  ">",
  ";",
  ",",
  ":",
  "@",
  "=",
  "%",
  "%00",
  "[",
  "]",
  "(",
  "\xff",
  "\xc3\xa9",
  "-1",
  "0",
  "65536",
  "2147483648",
  "4294967296",
  "18446744073709551617",
  ";lr",
  ";maddr=192.168.1.20",
  ";received=192.168.1.20",
  ";line=aaaaaaaaaaaaaaaaaaaa",
  "sip:",
  "sips:",
  "tel:+49301",
  "192.168.1.20",
  "192.168.1.1:5060",
  "[::1]",
  "0.0.0.0",
  "255.255.255.255",
  "%31%39%32.168.1.20",
  ";tag=",
  ";branch=z9hG4bK",
  "Content-Length: 0\r\n",
  "l: 7\r\n",
  "Route: <sip:203.0.113.5;lr>\r\n",
  "Record-Route: <sip:192.168.1.20;lr>\r\n",
  "Contact: *\r\n",
  "Contact: <sip:alice@192.168.1.20>\r\n",
  "Require: 100rel\r\n",
  "Replaces: x;to-tag=a;from-tag=b\r\n",
  "P-Asserted-Identity: <sip:alice@192.168.1.20>\r\n",
  "c=IN IP4 192.168.1.20\r\n",
  "m=audio 0 RTP/AVP 0\r\n",
  "a=candidate:1 1 UDP 1 192.168.1.20 4000 typ host\r\n",
];

const MUTATIONS: readonly Mutation[] = [
  (text, dice) => replaceAt(text, dice.below(text.length), String.fromCharCode(dice.below(256))),
  (text, dice) => insertAt(text, dice.below(text.length + 1), dice.pick(WORDS)),
  (text, dice) => insertAt(text, dice.below(text.length + 1), dice.pick(WORDS)),
  cutRange,
  (text, dice) => text.slice(0, dice.below(text.length)),
  repeatRange,
  dropLine,
  doubleLine,
  swapLines,
  changeNumber,
  changeCase,
  growRun,
  nameRudely,
];

/** The text with one to four faults. */
export function mutate(text: string, dice: Dice): string {
  let result = text;
  for (let left = 1 + dice.below(4); left > 0; left--) result = dice.pick(MUTATIONS)(result, dice);
  return result;
}

/** The same for what comes from outside: nobody there knows an inside address, so none may be named. */
export function mutateOutside(text: string, dice: Dice): string {
  return mutate(text, dice).replaceAll(/192\.168\.1|%31%39%32\.168\.1/g, "198.51.100");
}

/** The bytes with one to four faults. */
export function mutateBytes(bytes: Uint8Array, dice: Dice): Uint8Array {
  let result = Uint8Array.from(bytes);
  for (let left = 1 + dice.below(4); left > 0; left--) {
    if (dice.chance(0.2)) result = result.slice(0, dice.below(result.length + 1));
    else if (result.length > 0) result[dice.below(Math.min(result.length, 16))] = dice.below(256);
  }
  return result;
}

function insertAt(text: string, at: number, word: string): string {
  return text.slice(0, at) + word + text.slice(at);
}

function replaceAt(text: string, at: number, word: string): string {
  return text.slice(0, at) + word + text.slice(at + 1);
}

function cutRange(text: string, dice: Dice): string {
  const from = dice.below(text.length);
  return text.slice(0, from) + text.slice(from + 1 + dice.below(20));
}

function repeatRange(text: string, dice: Dice): string {
  const from = dice.below(text.length);
  const part = text.slice(from, from + 1 + dice.below(40));
  return insertAt(text, from, part.repeat(1 + dice.below(4)));
}

function dropLine(text: string, dice: Dice): string {
  const lines = text.split("\r\n");
  return lines.toSpliced(dice.below(lines.length), 1).join("\r\n");
}

function doubleLine(text: string, dice: Dice): string {
  const lines = text.split("\r\n");
  return lines.toSpliced(dice.below(lines.length), 0, dice.pick(lines)).join("\r\n");
}

function swapLines(text: string, dice: Dice): string {
  const lines = text.split("\r\n");
  const [from, to] = [dice.below(lines.length), dice.below(lines.length)];
  return lines.with(from, lines[to]!).with(to, lines[from]!).join("\r\n");
}

function changeNumber(text: string, dice: Dice): string {
  const numbers = [...text.matchAll(/\d{1,20}/g)];
  if (numbers.length === 0) return text;
  const { 0: digits, index } = dice.pick(numbers);
  const made = dice.pick([
    "0",
    "-1",
    "00",
    "1",
    "255",
    "256",
    "65535",
    "65536",
    "2147483648",
    "1e9",
  ]);
  return text.slice(0, index) + made + text.slice(index + digits.length);
}

function changeCase(text: string, dice: Dice): string {
  const from = dice.below(text.length);
  const end = from + 1 + dice.below(12);
  const part = text.slice(from, end);
  // ASCII only: other letters would leave the range of a byte.
  const made = part.replaceAll(
    /[a-zA-Z]/g,
    (letter) => String.fromCharCode(letter.charCodeAt(0) ^ 32),
  );
  return text.slice(0, from) + made + text.slice(end);
}

/** What a sentence of the log must not take over as it came: it steers terminals, forges lines, or never ends. */
const RUDE = [
  "\x9b31m",
  "\xc2\x9b2J",
  "\xe2\x80\xaeexe.txt",
  "\xe2\x80\xa8Call 1",
  "x".repeat(600),
];

/** A user, a host, a reason phrase or a method of the message with such a text in it. */
function nameRudely(text: string, dice: Dice): string {
  const names = [
    ...text.matchAll(
      /(?<=sips?:)[^@\s;<>]+(?=@)|(?<=SIP\/2\.0 \d\d\d )[^\r\n]+|(?<=@)[a-z][\w.]+/g,
    ),
  ];
  if (names.length === 0) return text;
  const { index } = dice.pick(names);
  return insertAt(text, index, dice.pick(RUDE));
}

/** One character or word very often: what is quadratic shows. */
function growRun(text: string, dice: Dice): string {
  if (!dice.chance(0.05)) return text;
  return insertAt(text, dice.below(text.length + 1), dice.pick(WORDS).repeat(dice.below(3_000)));
}
