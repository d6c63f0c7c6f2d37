import { eventually } from "./command.ts";
import type { LabProcess } from "./process.ts";

const ANSWER_MS = 30_000;

/** A program on a host that takes one command of JSON a line and answers each with one line of JSON. */
export class AskedProgram<Command, Answer> {
  readonly #process: LabProcess;
  readonly #answers: Answer[] = [];
  #asked = 0;
  #unread = "";

  /** @param opening What every answer begins with; other lines are not looked at. */
  constructor(process: LabProcess, readonly opening: string) {
    this.#process = process;
    process.onOutput((text) => this.#take(text));
  }

  /** Gives a command and waits for its answer. */
  async ask(command: Command): Promise<Answer> {
    const number = ++this.#asked;
    await this.#process.write(`${JSON.stringify(command)}\n`);
    const answered = () => this.#answers.length >= number;
    if (!await eventually(answered, { timeoutMs: ANSWER_MS })) {
      throw new Error(
        `${this.#process.name} did not answer: ${this.#process.output.slice(-1_500)}`,
      );
    }
    return this.#answers[number - 1]!;
  }

  /** Ends it. */
  async stop(): Promise<void> {
    await this.#process.stop();
  }

  #take(text: string): void {
    const lines = (this.#unread + text).split("\n");
    this.#unread = lines.pop()!;
    for (const line of lines) {
      if (line.startsWith(this.opening)) this.#answers.push(JSON.parse(line));
    }
  }
}
