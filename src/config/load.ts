import { ok, refuse, type Result } from "../base/result.ts";
import { describeProblems, type Problem } from "./problem.ts";
import { type Configuration, defaultConfiguration, readSettings } from "./read.ts";

/** Read when no file is named and it exists. */
export const DEFAULT_FILE = "/etc/sipmasq/config.toml";

/** A configuration with the file it came from. */
export interface LoadedConfiguration extends Configuration {
  /** Path of the file; undefined when every key has its default. */
  readonly file: string | undefined;
  /** One sentence for the log that says which file it was, or that there is none. */
  readonly sentence: string;
}

/** What to load. */
export interface LoadOptions {
  /** The file named by `--config`; it must exist. */
  readonly file?: string | undefined;
  /** Read without `file`, if it exists; {@linkcode DEFAULT_FILE} unless given. */
  readonly defaultFile?: string;
}

/** Loads the configuration; the reason holds one line for each problem, ready to print. */
export async function loadConfiguration(
  options: LoadOptions = {},
): Promise<Result<LoadedConfiguration, readonly string[]>> {
  const { file, defaultFile = DEFAULT_FILE } = options;
  const path = file ?? defaultFile;
  const text = await readText(path);
  if (!text.ok && file === undefined && text.reason instanceof Deno.errors.NotFound) {
    const sentence =
      `No configuration file: every key has its default; to change one write ${path}`;
    return ok({ ...defaultConfiguration(), file: undefined, sentence });
  }
  if (!text.ok) return refuse([unreadable(path, text.reason)]);
  const read = readSettings(text.value);
  if (!read.ok) return refuse(describeProblems(path, read.reason));
  return ok({ ...read.value, file: path, sentence: `Configuration is ${path}` });
}

async function readText(path: string): Promise<Result<string, unknown>> {
  try {
    const bytes = await Deno.readFile(path);
    return ok(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    return refuse(error);
  }
}

function unreadable(path: string, error: unknown): string {
  const problem = (text: string): Problem => ({ line: undefined, path: "", text });
  return describeProblems(path, [problem(whyUnreadable(error))])[0]!;
}

function whyUnreadable(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) {
    return "Cannot read the configuration: no such file; check the path after --config";
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return "Cannot read the configuration: permission denied; check the file's owner and mode";
  }
  if (error instanceof TypeError) return "Cannot read the configuration: it is not UTF-8 text";
  const reason = error instanceof Error ? error.message : String(error);
  return `Cannot read the configuration: ${reason}`;
}
