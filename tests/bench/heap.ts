/** What Deno says of its inspector. */
const INSPECTOR = /^Debugger listening on (ws:\S+)$/gm;

interface Asked {
  readonly resolve: (result: Record<string, number>) => void;
  readonly reject: (error: Error) => void;
}

/** Where a program that was started with `--inspect` can be looked into, from what it said; the latest start counts. */
export function inspectorUrl(log: string): string {
  const url = [...log.matchAll(INSPECTOR)].at(-1)?.[1];
  if (url === undefined) throw new Error(`No inspector in the log:\n${log.slice(0, 500)}`);
  return url;
}

/** The heap of a running program, seen through its inspector (`--inspect`). */
export class Heap {
  readonly #socket: WebSocket;
  readonly #asked = new Map<number, Asked>();
  #last = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      const { id, result, error } = JSON.parse(data);
      const asked = this.#asked.get(id);
      this.#asked.delete(id);
      if (error === undefined) asked?.resolve(result);
      else asked?.reject(new Error(`The inspector refused: ${error.message}`));
    };
  }

  /** Opens the inspector at a WebSocket URL; throws when nobody answers there. */
  static async open(url: string): Promise<Heap> {
    const socket = new WebSocket(url);
    await new Promise<void>((resolve, reject) => {
      socket.onopen = () => resolve();
      socket.onerror = () => reject(new Error(`Cannot look into the program's heap at ${url}`));
    });
    const heap = new Heap(socket);
    socket.onerror = null;
    socket.onclose = () => heap.#gone();
    return heap;
  }

  /**
   * What is reachable, in megabytes (2^20 bytes): everything else is collected before. Buffers, as of datagrams, lie
   * beside the heap of objects and are counted too. Throws when the program has ended or refuses.
   */
  async megabytes(): Promise<number> {
    await this.#ask("HeapProfiler.collectGarbage");
    const { usedSize, backingStorageSize } = await this.#ask("Runtime.getHeapUsage");
    if (usedSize === undefined || backingStorageSize === undefined) {
      throw new Error("The inspector does not say what objects and buffers take");
    }
    return (usedSize + backingStorageSize) / 1024 ** 2;
  }

  /** Lets the program go on unseen. */
  async close(): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise<void>((resolve) => {
      this.#socket.addEventListener("close", () => resolve(), { once: true });
    });
    this.#socket.close();
    await closed;
  }

  #ask(method: string): Promise<Record<string, number>> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify({ id, method, params: {} }));
    });
  }

  #gone(): void {
    for (const { reject } of this.#asked.values()) reject(new Error("The program has ended"));
    this.#asked.clear();
  }
}
