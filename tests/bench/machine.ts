/** The machine's name for a report: processor, cores, kernel. */
export async function machineName(): Promise<string> {
  const info = await Deno.readTextFile("/proc/cpuinfo");
  const model = /^model name\s*:\s*(.+)$/m.exec(info)?.[1] ?? Deno.build.arch;
  return `${Deno.hostname()}: ${model}, ${navigator.hardwareConcurrency} cores, ` +
    `Linux ${Deno.osRelease()}, Deno ${Deno.version.deno}`;
}

/** CPU seconds that a process has used, from `/proc` (10 ms steps). */
export async function cpuSeconds(pid: number): Promise<number> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  // The name in parentheses may hold anything; utime and stime are the 12th and 13th field after it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Resident memory of a process in megabytes. */
export async function memoryMegabytes(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024);
}

/** The most memory of a process that was ever resident, in megabytes. */
export async function peakMegabytes(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Math.round(Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024);
}

/** Waits. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * Calls `step` with 0, 1, 2 … at an even rate for some seconds; the number of calls. On a machine that is busy
 * with other things it falls behind and takes longer: making up at once for what was missed would be another load.
 */
export async function atRate(
  options: { readonly perSecond: number; readonly seconds: number },
  step: (index: number) => void,
): Promise<number> {
  const { perSecond, seconds } = options;
  const total = Math.round(perSecond * seconds);
  const most = Math.ceil(perSecond * BURST_MS / 1000);
  let start = performance.now();
  for (let done = 0; done < total;) {
    const due = Math.min(total, Math.floor((performance.now() - start) * perSecond / 1000));
    const behind = due - done - most;
    if (behind > 0) start += behind * 1000 / perSecond;
    const end = Math.min(due, done + most);
    while (done < end) step(done++);
    await sleep(BURST_MS / 2);
  }
  return total;
}

/** What is sent at once is at most what is due in such a time. */
const BURST_MS = 10;
