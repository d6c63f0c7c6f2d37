import { readProc } from "../net/proc.ts";

/** The user who runs this process, as the kernel says: asking Deno would take one more permission. */
export async function ownUid(): Promise<number | undefined> {
  const status = await readProc("/proc/self/status");
  return status.ok ? effectiveUid(status.value) : undefined;
}

/** The effective user in the text of `/proc/self/status`; what cat runs as is what we run as. */
export function effectiveUid(status: string): number | undefined {
  const match = /^Uid:\s*\d+\s+(\d+)/m.exec(status);
  return match === null ? undefined : Number(match[1]);
}
