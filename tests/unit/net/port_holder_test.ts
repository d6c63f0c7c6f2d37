import { assertEquals } from "@std/assert";
import { findPortHolder } from "../../../src/net/port_holder.ts";

const HEADER =
  "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

function socket(local: string, inode: number): string {
  return `  77: ${local} 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 ` +
    `${inode} 2 0000000000000000 0\n`;
}

/** A host by the files below its `/proc`. */
function reader(files: Readonly<Record<string, string>>) {
  return (paths: readonly string[]) =>
    Promise.resolve(paths.map((path) => files[path] ?? "").join(""));
}

function status(name: string, pid: number, more = "VmSize:\t 9000 kB\n"): string {
  return `Name:\t${name}\nTgid:\t${pid}\nPid:\t${pid}\nFDSize:\t64\n${more}`;
}

const FILES: Readonly<Record<string, string>> = {
  "/proc/net/udp": HEADER + socket("0101A8C0:13C4", 41) + socket("00000000:13C6", 42) +
    socket("0201A8C0:13C4", 43),
  "/proc/net/udp6": HEADER + socket(`${"0".repeat(32)}:13C8`, 44),
  "/proc/loadavg": "0.10 0.20 0.30 1/99 70000\n",
  "/proc/2/status": status("kthreadd", 2, ""),
  "/proc/812/status": status("asterisk", 812),
  "/proc/812/fdinfo/9": "pos:\t0\nflags:\t02\nmnt_id:\t9\nino:\t41\n",
  "/proc/813/status": "Name:\tthread\nTgid:\t812\nPid:\t813\nFDSize:\t64\nVmSize:\t1 kB\n",
  "/proc/813/fdinfo/9": "ino:\t41\n",
  "/proc/69000/status": status("sip daemon", 69000),
  "/proc/69000/fdinfo/0": "pos:\t0\nino:\t9\n",
  "/proc/69000/fdinfo/63": "pos:\t0\nino:\t42\n",
};

Deno.test("a port's process is found by its sockets, bound to the address or to every one", async () => {
  const read = reader(FILES);
  assertEquals(await findPortHolder("192.168.1.1", 5060, read), { name: "asterisk", pid: 812 });
  assertEquals(await findPortHolder("192.168.1.1", 5062, read), { name: "sip daemon", pid: 69000 });
});

Deno.test("without a socket on the port, or a process that shows it, nobody is named", async () => {
  const read = reader(FILES);
  assertEquals(await findPortHolder("192.168.1.3", 5060, read), undefined);
  assertEquals(await findPortHolder("192.168.1.2", 5060, read), undefined);
  assertEquals(await findPortHolder("192.168.1.1", 5064, read), undefined);
  assertEquals(await findPortHolder("192.168.1.1", 5060, reader({})), undefined);
});

Deno.test("on this host our own socket is ours", async () => {
  const taken = Deno.listenDatagram({ transport: "udp", hostname: "0.0.0.0", port: 0 });
  const { port } = taken.addr as Deno.NetAddr;
  const holder = await findPortHolder("127.0.0.1", port);
  taken.close();
  assertEquals(holder, { name: "deno", pid: Deno.pid });
});
