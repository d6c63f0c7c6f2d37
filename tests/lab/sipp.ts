import type { Network } from "./network.ts";
import type { LabProcess } from "./process.ts";

/** What SIPp is started with. */
export interface SippOptions {
  readonly host: string;
  readonly ip: string;
  /** The file of a scenario in XML. */
  readonly scenario: string;
  readonly folder: string;
  /** In the names of its files and in what is reported of it. */
  readonly name: string;
  /** Where it sends to, `ip:port`; none for a scenario that waits. */
  readonly target?: string;
  readonly arguments?: readonly string[];
}

/** What a run of SIPp counted, by the columns of its statistics file. */
export interface SippStatistics {
  readonly created: number;
  readonly successful: number;
  readonly failed: number;
  readonly unexpected: number;
  readonly retransmissions: number;
}

/** The file of one of the lab's scenarios. */
export function scenarioFile(name: string): string {
  return new URL(`scenarios/${name}.xml`, import.meta.url).pathname;
}

/** A SIPp that plays one scenario. */
export class Sipp {
  readonly #process: LabProcess;
  readonly #statistics: string;
  readonly #errors: string;

  private constructor(process: LabProcess, files: { statistics: string; errors: string }) {
    this.#process = process;
    this.#statistics = files.statistics;
    this.#errors = files.errors;
  }

  /** Starts it on a host, with port 5060. */
  static start(network: Network, options: SippOptions): Sipp {
    const base = `${options.folder}/sipp-${options.name}`;
    const files = { statistics: `${base}.csv`, errors: `${base}.errors` };
    const process = network.start(options.host, [
      "sipp",
      ...["-sf", options.scenario, "-i", options.ip, "-p", "5060", "-nostdin"],
      ...["-trace_stat", "-stf", files.statistics, "-fd", "1"],
      ...["-trace_err", "-error_file", files.errors],
      ...options.arguments ?? [],
      ...(options.target === undefined ? [] : [options.target]),
    ], { name: `sipp ${options.name}` });
    return new Sipp(process, files);
  }

  /** Undefined as long as it runs. */
  get exitCode(): number | undefined {
    return this.#process.exitCode;
  }

  /** What it complained of, shortened. */
  async errors(): Promise<string> {
    const text = await Deno.readTextFile(this.#errors).catch(() => "");
    return (text === "" && this.exitCode !== 0 ? this.#process.output : text).slice(-1_500);
  }

  /** What it has counted so far. */
  async statistics(): Promise<SippStatistics> {
    return readStatistics(await Deno.readTextFile(this.#statistics).catch(() => ""));
  }

  async stop(): Promise<void> {
    // USR1 lets it write its statistics to the end.
    await this.#process.stop("SIGUSR1");
  }
}

/** Reads SIPp's statistics file: the last line of it counts; everything is NaN when there is none. */
export function readStatistics(text: string): SippStatistics {
  const lines = text.split("\n").filter((line) => line !== "");
  const names = lines[0]?.split(";") ?? [];
  const values = lines.length < 2 ? [] : lines.at(-1)!.split(";");
  const value = (name: string) => Number(values[names.indexOf(name)] ?? NaN);
  return {
    created: value("TotalCallCreated"),
    successful: value("SuccessfulCall(C)"),
    failed: value("FailedCall(C)"),
    unexpected: value("FailedUnexpectedMessage(C)"),
    retransmissions: value("Retransmissions(C)"),
  };
}
