/** A figure that shall not be larger than its aim. */
export interface Aim {
  readonly what: string;
  readonly value: number;
  readonly most: number;
  readonly unit: string;
}

/** What the benchmark says, and what must not be: speed is printed beside its aims, losses fail it. */
export class Report {
  readonly #say: (line: string) => void;
  readonly #losses: string[] = [];
  readonly #aims: Aim[] = [];

  constructor(say: (line: string) => void = console.log) {
    this.#say = say;
  }

  /** Begins a part. */
  title(text: string): void {
    this.#say(`\n${text}`);
  }

  /** One figure. */
  line(text: string): void {
    this.#say(`  ${text}`);
  }

  /** Puts a figure beside its aim; being beyond it fails nothing, since that is the machine's doing too. */
  aim(aim: Aim): void {
    this.#aims.push(aim);
    this.line(`  ${aimText(aim)}`);
  }

  /** Counts what did not come. */
  expect(what: string, counts: { readonly wanted: number; readonly got: number }): void {
    const { wanted, got } = counts;
    if (got < wanted || wanted === 0) this.#losses.push(`${what}: ${wanted} wanted, ${got} came`);
  }

  /** Prints how the aims stand and what was lost; true when nothing was. */
  finish(): boolean {
    const beyond = this.#aims.filter((aim) => !isWithin(aim));
    this.#say(`\nAims: ${this.#aims.length - beyond.length} within, ${beyond.length} beyond`);
    for (const aim of beyond) this.line(aimText(aim));
    for (const loss of this.#losses) this.#say(`Lost: ${loss}`);
    return this.#losses.length === 0;
  }
}

function aimText(aim: Aim): string {
  const { what, value, most, unit } = aim;
  const stands = isWithin(aim) ? "within" : "beyond";
  return `${what}: ${rounded(value)}${unit}, aim at most ${most}${unit}: ${stands}`;
}

/** What was not measured is within nothing. */
function isWithin({ value, most }: Aim): boolean {
  return value <= most;
}

function rounded(value: number): string {
  return String(Math.round(value * 100) / 100);
}
