/** What a finished command left. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end, at most `timeoutMs` (10 s by default), whatever its exit code. */
export async function tryCommand(
  command: readonly string[],
  options: { input?: string; timeoutMs?: number } = {},
): Promise<CommandResult> {
  const [program, ...args] = command;
  const child = new Deno.Command(program!, {
    args,
    stdin: options.input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(options.timeoutMs ?? 10_000),
  }).spawn();
  if (options.input !== undefined) {
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(options.input));
    await writer.close();
  }
  const output = await child.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code: output.code, stdout: text(output.stdout), stderr: text(output.stderr) };
}

/** Runs a command that has to succeed and gives its standard output. */
export async function runCommand(
  command: readonly string[],
  options: { input?: string; timeoutMs?: number } = {},
): Promise<string> {
  const result = await tryCommand(command, options);
  if (result.code !== 0) {
    throw new Error(
      `Command failed with code ${result.code}: ${command.join(" ")}: ${result.stderr.trim()}`,
    );
  }
  return result.stdout;
}

/** Waits `ms` milliseconds. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Asks `condition` every 25 ms until it holds or the time is over; says which. */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  options: { timeoutMs: number },
): Promise<boolean> {
  const end = performance.now() + options.timeoutMs;
  while (!await condition()) {
    if (performance.now() > end) return false;
    await pause(25);
  }
  return true;
}
