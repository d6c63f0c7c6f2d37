import type { Result } from "../../src/base/result.ts";

/** What was tried, and what of it came to its end as it should. */
export interface Tries {
  readonly done: number;
  readonly tried: number;
}

/** A phone in a call that talks all the time, while it registers again and again. */
export interface Line {
  /** What both ends of its call heard, in the words of the self-test. */
  readonly talk: Result<string>;
  readonly registrations: Tries;
}

/** Calls that come and go at one phone, and why some of them failed. */
export interface Passing extends Tries {
  readonly problems: readonly string[];
}

/** What those who used the program during a flood saw. */
export interface Life {
  readonly talking: readonly Line[];
  readonly passing: Passing;
  /** Lines seen outside that name the inside. */
  readonly leaks: readonly string[];
}

/** What they did meanwhile: each end of a call that talks sent so many packets. */
export interface Due {
  readonly seconds: number;
  readonly packets: number;
}

/** What a flood did to those who use the program meanwhile. */
export interface Experience {
  readonly problems: string[];
  readonly words: string;
}

/** The longest that one try may take, with the pause after it: who tried less often was not tried at all. */
const TRY_SECONDS = 5;
const ENDS = 2;

/** Judges a life: all was tried as often as it should be, and came to its end. */
export function experienceOf({ talking, passing, leaks }: Life, due: Due): Experience {
  const heard = talking.map(({ talk }) => talk.ok ? packetsIn(talk.value) : []);
  const packets = sum(heard.flat());
  const registrations = sum(talking.map((line) => line.registrations));
  const problems = [...passing.problems];
  for (const [index, { talk }] of talking.entries()) {
    if (!talk.ok) problems.push(talk.reason);
    else if (!isWhole(heard[index]!, due.packets)) {
      problems.push(`expected ${due.packets} packets at both ends of a call: ${talk.value}`);
    }
  }
  if (talking.length === 0) problems.push("no call talked");
  problems.push(
    ...triesProblems("calls", [passing], due),
    ...triesProblems("registrations", talking.map((line) => line.registrations), due),
    ...leaks.slice(0, 3).map((line) => `seen outside: ${line}`),
  );
  const words = [
    `${text(packets)} packets of ${talking.length} calls`,
    `${text(passing)} new calls`,
    `${text(registrations)} registrations`,
  ];
  return { problems, words: words.join(", ") };
}

/** Each phone must have tried, and no try may be lost. */
function triesProblems(what: string, each: readonly Tries[], { seconds }: Due): string[] {
  const least = Math.max(1, Math.floor(seconds / TRY_SECONDS));
  const few = each.filter(({ tried }) => tried < least);
  const { done, tried } = sum(each);
  return [
    ...few.map((one) => `a phone tried ${one.tried} ${what}, not ${least} or more`),
    ...(done < tried ? [`${tried - done} of ${tried} ${what} were lost`] : []),
  ];
}

/** What each end heard, from the self-test's words. */
function packetsIn(words: string): Tries[] {
  return [...words.matchAll(/(\d+) of (\d+) packets/g)].map(([, done, tried]) => ({
    done: Number(done),
    tried: Number(tried),
  }));
}

function isWhole(heard: readonly Tries[], packets: number): boolean {
  return heard.length === ENDS &&
    heard.every(({ done, tried }) => done === packets && tried === packets);
}

function sum(tries: readonly Tries[]): Tries {
  return tries.reduce((all, one) => ({
    done: all.done + one.done,
    tried: all.tried + one.tried,
  }), { done: 0, tried: 0 });
}

function text({ done, tried }: Tries): string {
  return `${done} of ${tried}`;
}
