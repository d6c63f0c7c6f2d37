/** What the benchmark says, and what must not be: speed is printed, losses fail it. */
export class Report {
  readonly #losses: string[] = [];

  /** Begins a part. */
  title(text: string): void {
    console.log(`\n${text}`);
  }

  /** One figure. */
  line(text: string): void {
    console.log(`  ${text}`);
  }

  /** Counts what did not come. */
  expect(what: string, counts: { readonly wanted: number; readonly got: number }): void {
    const { wanted, got } = counts;
    if (got < wanted || wanted === 0) this.#losses.push(`${what}: ${wanted} wanted, ${got} came`);
  }

  /** Prints what was lost; true when nothing was. */
  finish(): boolean {
    for (const loss of this.#losses) console.log(`Lost: ${loss}`);
    return this.#losses.length === 0;
  }
}
