/** What a process holds, in bytes, as the runtime tells it. */
export interface MemoryUse {
  /** Of the machine's memory, everything included. */
  readonly rss: number;
  readonly heapTotal: number;
  /** Of the heap; what nobody needs any more is in it until it is collected. */
  readonly heapUsed: number;
  /** Buffers outside the heap. */
  readonly external: number;
}

/** Memory as one line of the statistics. */
export function memoryLine({ rss, heapTotal, heapUsed, external }: MemoryUse): string {
  return `Memory: ${megabytes(rss)} MB, of it heap ${megabytes(heapTotal)} MB ` +
    `(in use ${megabytes(heapUsed)} MB), buffers ${megabytes(external)} MB`;
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1);
}
