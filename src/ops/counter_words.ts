/** What a source was refused, in words: by kind, or by how the kind begins. */
const REFUSED: Readonly<Record<string, string>> = {
  budget: "more messages than its budget",
  oversized: "longer than a message may be",
  "response.unmatched": "answers to nothing that we sent",
  "response.source": "answers to what was sent to others",
  "dialog.source": "requests in calls of others",
  "ack.unknown": "ACKs of no call that we know",
  "no-phone": "calls for which no phone was found",
  challenge: "questions for a password by none of the phone's provider",
  "side.inside": "from elsewhere to our inside address",
  "side.outside": "from inside to our outside address",
  "stranger.": "not answered: ",
  "unparsable.": "not understood: ",
};

/** What is counted, in words: by kind, or by how the kind begins. */
const COUNTED: Readonly<Record<string, string>> = {
  keepalive: "keep-alives received",
  unacknowledged: "answers that were never acknowledged",
  "ack.hops": "ACKs with Max-Forwards 0",
  "ack.unknown": "ACKs of no call that we know, from inside",
  "ack.unroutable": "ACKs that could not be passed on",
  "own.unroutable": "requests of our own that could not be sent",
  "send.failed": "messages that the kernel did not send",
  "waiting.outside": "requests that waited for our outside address",
  "forks.dropped": "forks of a call beyond those that are followed",
  "full.": "refused, all places are taken: ",
  "share.": "refused, the source has its share: ",
  "guests.": "refused, places of hosts that have not registered: ",
};

/** Why a source was refused, for people. */
export function refusedWords(kind: string): string {
  return words(REFUSED, kind);
}

/** What a counter of the core counts, for people. */
export function counterWords(kind: string): string {
  const refused = /^refused\.(.*)$/s.exec(kind)?.[1];
  return refused === undefined ? words(COUNTED, kind) : `refused, ${refusedWords(refused)}`;
}

function words(table: Readonly<Record<string, string>>, kind: string): string {
  const whole = table[kind];
  if (whole !== undefined) return whole;
  const dot = kind.indexOf(".") + 1;
  const begin = table[kind.slice(0, dot)];
  return begin === undefined ? kind : begin + spaced(kind.slice(dot));
}

/** `serverTransactions` and `start-line` as words. */
export function spaced(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replaceAll("-", " ");
}
