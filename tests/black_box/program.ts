const PATH = "/usr/bin:/bin";
// Nobody's, where the tests run as root: most of what can go wrong, goes wrong for ordinary users.
const ORDINARY = ["--reuid=65534", "--regid=65534", "--clear-groups"];
const LONGEST_MS = 60_000;

/** How a program ended, and all it wrote. */
export interface Outcome {
  readonly code: number;
  readonly output: string;
}

/** Who runs the program, and what they have set. */
export interface Caller {
  /** As root; an ordinary user otherwise. */
  readonly root?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Not even `PATH` is set. */
  readonly bare?: boolean;
  /** How many files it may have open; as many as the test unless told. */
  readonly files?: number;
  /** Options of `env` for the start, as the README advises them. */
  readonly envOptions?: readonly string[];
}

/** A program that has been started. */
export class Running {
  readonly outcome: Promise<Outcome>;
  readonly #child: Deno.ChildProcess;
  #output = "";
  #grown: () => void = () => {};

  constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.outcome = this.#follow();
  }

  /** Its process id: what leads to the program replaces itself by it. */
  get pid(): number {
    return this.#child.pid;
  }

  /** All it wrote until now. */
  get output(): string {
    return this.#output;
  }

  /** Waits until it has written a text so many times; throws with what it wrote when it ends or is silent before. */
  async says(text: string, times = 1): Promise<void> {
    let over: Outcome | undefined;
    void this.outcome.then((outcome) => {
      over = outcome;
      this.#grown();
    });
    const timer = setTimeout(() => this.kill("SIGKILL"), LONGEST_MS);
    while (this.#output.split(text).length <= times) {
      if (over !== undefined) {
        throw new Error(`Expected "${text}", it ended with ${over.code}:\n${over.output}`);
      }
      await new Promise<void>((resolve) => this.#grown = resolve);
    }
    clearTimeout(timer);
  }

  /** Sends a signal; the program ends by it, or has ended. */
  kill(signal: Deno.Signal): void {
    try {
      this.#child.kill(signal);
    } catch {
      // It has ended.
    }
  }

  async #follow(): Promise<Outcome> {
    const [{ code }] = await Promise.all([
      this.#child.status,
      this.#read(this.#child.stdout),
      this.#read(this.#child.stderr),
    ]);
    return { code, output: this.#output };
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      this.#output += text;
      this.#grown();
    }
  }
}

/** The built program in a folder of its own, run as by somebody who has nothing but `/usr/bin` and `/bin`. */
export class Program {
  /** The test's folder: everybody may read it. */
  readonly folder: string;
  /** True for the kind that unpacks itself. */
  readonly unpacks: boolean;
  readonly #file: string;
  #folders = 0;
  #cache: Promise<string> | undefined;

  private constructor(folder: string, unpacks: boolean) {
    this.folder = folder;
    this.unpacks = unpacks;
    this.#file = `${folder}/sipmasq`;
  }

  /** Takes a copy of the built file. */
  static async take(built: string): Promise<Program> {
    const folder = await Deno.makeTempDir({ prefix: "sipmasq-black-box-" });
    await Deno.chmod(folder, 0o755);
    await Deno.copyFile(built, `${folder}/sipmasq`);
    await Deno.chmod(`${folder}/sipmasq`, 0o755);
    const bytes = new Uint8Array(2);
    using file = await Deno.open(built);
    await file.read(bytes);
    return new Program(folder, String.fromCharCode(...bytes) === "#!");
  }

  /** Removes the folder and all in it. */
  async remove(): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }

  /** A fresh folder that belongs to the ordinary user, with mode 0700. */
  async home(): Promise<string> {
    const path = `${this.folder}/home${++this.#folders}`;
    await Deno.mkdir(path, { mode: 0o700 });
    if (Deno.uid() === 0) await Deno.chown(path, 65534, 65534);
    return path;
  }

  /** What a user sets, with a home of his own; what is unpacked is shared, since that takes seconds each time. */
  async env(): Promise<{ readonly HOME: string; readonly XDG_CACHE_HOME: string }> {
    this.#cache ??= this.home();
    return { HOME: await this.home(), XDG_CACHE_HOME: await this.#cache };
  }

  /** Writes a configuration that everybody may read. */
  async configuration(text: string): Promise<string> {
    const path = `${this.folder}/config${++this.#folders}.toml`;
    await Deno.writeTextFile(path, text, { mode: 0o644 });
    return path;
  }

  /** Starts it. */
  start(args: readonly string[], caller: Caller = {}, file = this.#file): Running {
    // Set for the program alone: what is preloaded into it must not begin as root.
    const set = Object.entries(caller.env ?? {}).map(([name, value]) => `${name}=${value}`);
    const limit = caller.files === undefined
      ? []
      : ["/usr/bin/prlimit", `--nofile=${caller.files}`];
    const options = caller.envOptions ?? [];
    const own = [...limit, "/usr/bin/env", ...options, ...set, file, ...args];
    const command = Deno.uid() === 0 && !caller.root
      ? ["/usr/bin/setpriv", ...ORDINARY, ...own]
      : own;
    const child = new Deno.Command(command[0]!, {
      args: command.slice(1),
      clearEnv: true,
      env: caller.bare === true ? {} : { PATH },
      cwd: "/",
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    return new Running(child);
  }

  /** Runs it to its end; after a minute it is killed. */
  async run(args: readonly string[], caller: Caller = {}, file = this.#file): Promise<Outcome> {
    const running = this.start(args, caller, file);
    const timer = setTimeout(() => running.kill("SIGKILL"), LONGEST_MS);
    const outcome = await running.outcome;
    clearTimeout(timer);
    return outcome;
  }
}
