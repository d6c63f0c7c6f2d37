import { reflected } from "../fuzz/reflection.ts";
import type { TortureCase, Verdict } from "./case.ts";
import { CASES } from "./cases.ts";
import { drive, type Outcome, type Sender } from "./drive.ts";

/** What became of one file, and whether it surprises. */
export interface Judgement {
  /** One line for who runs it. */
  readonly words: string;
  /** What should not have happened, in words; empty when all is well. */
  readonly surprises: readonly string[];
}

/** Drives a message through a core; {@linkcode drive} but in the tests of the judge. */
export type Drive = (text: string, sender: Sender) => Outcome;

const SENDERS = ["phone", "provider", "stranger"] as const;
/** Largest payload of a UDP datagram over IPv4 (RFC 768, RFC 791). */
const DATAGRAM_MOST = 65_507;
const BY_NAME = new Map(CASES.map((each) => [each.name.toLowerCase(), each]));

/** The name of the message in a file: `WSINV.dat` holds `wsinv`; undefined for a file of another kind. */
export function messageName(file: string): string | undefined {
  return /^(.+?)\.(?:dat|txt|sip|bin)$/i.exec(file)?.[1]?.toLowerCase();
}

/**
 * Sends a message as a phone, a provider and a stranger would. One whose name is in our table must fare as
 * the table says. Any other may fare as it likes, but must not throw, tell of the inside, or draw an answer
 * from us to a stranger that is larger than itself (RULES S3).
 */
export function judge(name: string, text: string, run: Drive = drive): Judgement {
  if (text.length > DATAGRAM_MOST) {
    return { words: `${name}: ${text.length} bytes`, surprises: ["longer than a datagram can be"] };
  }
  const known = BY_NAME.get(name);
  const surprises: string[] = [];
  const verdicts = SENDERS.map((sender) => {
    try {
      const { verdict, sent } = run(text, sender);
      surprises.push(...surprisesIn({ known, sender, verdict }));
      const outside = sent.filter(({ side }) => side === "outside").map(({ text }) => text);
      if (sender === "stranger") surprises.push(...reflected(text, outside));
      return `${verdict} from a ${sender}`;
    } catch (error) {
      surprises.push(`from a ${sender}: ${error instanceof Error ? error.message : error}`);
      return `thrown out from a ${sender}`;
    }
  });
  const ours = known === undefined ? "" : ` (${known.section})`;
  return { words: `${name}${ours}: ${verdicts.join(", ")}`, surprises };
}

function surprisesIn(
  { known, sender, verdict }: {
    known: TortureCase | undefined;
    sender: Sender;
    verdict: Verdict;
  },
): string[] {
  if (known === undefined || sender === "stranger") return [];
  const expected = known[sender];
  return verdict === expected ? [] : [`expected ${expected} from a ${sender}, came ${verdict}`];
}
