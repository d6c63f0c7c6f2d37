import type { Address } from "../../src/base/address.ts";

/** Datagrams that the kernel threw away because the UDP socket with this IPv4 address was full, from `/proc/net/udp`. */
export function socketDrops(table: string, address: Address): number {
  const rows = table.split("\n").map((row) => row.trim().split(/\s+/));
  const local = procAddress(address);
  const row = rows.find((fields) => fields[1] === local);
  if (row === undefined) throw new Error(`No socket has ${address.ip}:${address.port}`);
  return Number(row.at(-1));
}

/** As the kernel writes it: the IP's octets from the last to the first, and the port, in hexadecimal. */
function procAddress({ ip, port }: Address): string {
  const octets = ip.split(".").map((octet) => hex(Number(octet), 2));
  return `${octets.reverse().join("")}:${hex(port, 4)}`;
}

function hex(number: number, digits: number): string {
  return number.toString(16).toUpperCase().padStart(digits, "0");
}
