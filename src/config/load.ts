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
  /** How files are read; `Deno.readFile` unless given, and it must throw as that does. */
  readonly read?: (path: string) => Promise<Uint8Array>;
}

/** Loads the configuration; the reason holds one line for each problem, ready to print. */
export async function loadConfiguration(
  options: LoadOptions = {},
): Promise<Result<LoadedConfiguration, readonly string[]>> {
  const { file, defaultFile = DEFAULT_FILE, read: readBytes = Deno.readFile } = options;
  const path = file ?? defaultFile;
  const text = await readText(path, readBytes);
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

async function readText(
  path: string,
  read: NonNullable<LoadOptions["read"]>,
): Promise<Result<string, unknown>> {
  let bytes: Uint8Array | undefined;
  try {
    bytes = await read(path);
    return bytes.includes(0)
      ? refuse(new TypeError(whyNoText(bytes)))
      : ok(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    return refuse(bytes === undefined ? error : new TypeError(whyNoText(bytes)));
  }
}

/** Says why bytes are no text. */
function whyNoText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (isUtf16) return "it is UTF-16 text; save it as UTF-8";
  if (bytes.includes(0)) return "it is a binary file, not TOML text";
  const lines = new TextDecoder().decode(bytes).split("\n");
  const line = lines.findIndex((text) => text.includes("\ufffd")) + 1;
  return `it is not UTF-8 text, first on line ${line}; save it as UTF-8`;
}

function unreadable(path: string, error: unknown): string {
  const problem = (text: string): Problem => ({ line: undefined, path: "", text });
  const text = `Cannot read the configuration: ${whyUnreadable(path, error)}`;
  return describeProblems(path, [problem(text)])[0]!;
}

function whyUnreadable(path: string, error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "no such file; check its path";
  if (error instanceof Deno.errors.PermissionDenied) {
    return "permission denied; check the file's owner and mode";
  }
  if (error instanceof TypeError) return error.message;
  const reason = error instanceof Error ? error.message : String(error);
  const isFolder = error instanceof Deno.errors.IsADirectory || /is a directory/i.test(reason);
  return isFolder
    ? `it is a folder; name a file in it, as in ${path.replace(/\/+$/, "")}/config.toml`
    : reason;
}
