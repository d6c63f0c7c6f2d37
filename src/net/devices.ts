import { readProc } from "./proc.ts";

/** Names of all interfaces in the text of `/proc/net/dev`, also of those without an address; loopback left out. */
export function parseDevices(text: string): string[] {
  return text.split("\n").flatMap((line) => {
    const name = /^\s*([^\s:|]+):/.exec(line)?.[1];
    return name === undefined || name === "lo" ? [] : [name];
  });
}

/** The interfaces of this host now; undefined when they cannot be read. */
export async function systemDevices(): Promise<readonly string[] | undefined> {
  const read = await readProc("/proc/net/dev");
  return read.ok ? parseDevices(read.value) : undefined;
}
