/** The heap of a running program, seen through its inspector (`--inspect`). */
export class Heap {
  readonly #socket: WebSocket;
  readonly #answers = new Map<number, (result: Record<string, number>) => void>();
  #last = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      const { id, result } = JSON.parse(data);
      this.#answers.get(id)?.(result);
      this.#answers.delete(id);
    };
  }

  /** Opens the inspector at a WebSocket URL; throws when nobody answers there. */
  static async open(url: string): Promise<Heap> {
    const socket = new WebSocket(url);
    await new Promise<void>((resolve, reject) => {
      socket.onopen = () => resolve();
      socket.onerror = () => reject(new Error(`Cannot look into the program's heap at ${url}`));
    });
    return new Heap(socket);
  }

  /** What is reachable, in megabytes: everything else is collected before. */
  async megabytes(): Promise<number> {
    await this.#ask("HeapProfiler.collectGarbage");
    const { usedSize, backingStorageSize } = await this.#ask("Runtime.getHeapUsage");
    return ((usedSize ?? NaN) + (backingStorageSize ?? 0)) / 1024 ** 2;
  }

  /** Lets the program go on unseen. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#socket.onclose = () => resolve());
    this.#socket.close();
    await closed;
  }

  #ask(method: string): Promise<Record<string, number>> {
    const id = ++this.#last;
    return new Promise((resolve) => {
      this.#answers.set(id, resolve);
      this.#socket.send(JSON.stringify({ id, method, params: {} }));
    });
  }
}
