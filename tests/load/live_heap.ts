/** The live heap of a process that was started with `--inspect`: asked for over its inspector, after a collection. */
export class LiveHeap {
  readonly #socket: WebSocket;
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** Connects to the inspector whose address stands in what the process said on its start. */
  static async of(log: string): Promise<LiveHeap> {
    const address = /ws:\/\/127\.0\.0\.1:\d+\/[0-9a-f-]+/.exec(log)?.[0];
    if (address === undefined) throw new Error(`No inspector in the log:\n${log.slice(0, 500)}`);
    const socket = new WebSocket(address);
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = reject;
    });
    return new LiveHeap(socket);
  }

  /** What is left of the heap when all that nobody needs is collected, in megabytes. */
  async megabytes(): Promise<number> {
    await this.#ask("HeapProfiler.collectGarbage");
    const { usedSize } = await this.#ask("Runtime.getHeapUsage") as { usedSize: number };
    return usedSize / 1_000_000;
  }

  /** Lets the process go. */
  close(): void {
    this.#socket.close();
  }

  #ask(method: string): Promise<unknown> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      const answered = (event: MessageEvent): void => {
        const answer = JSON.parse(event.data);
        if (answer.id !== id) return;
        this.#socket.removeEventListener("message", answered);
        if (answer.error === undefined) resolve(answer.result);
        else reject(new Error(`${method} failed: ${answer.error.message}`));
      };
      this.#socket.addEventListener("message", answered);
      this.#socket.send(JSON.stringify({ id, method }));
    });
  }
}
