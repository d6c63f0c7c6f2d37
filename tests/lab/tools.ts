import { tryCommand } from "./command.ts";

/** Every program the lab starts, with the Debian package that brings it; `deps` installs the same. */
export const TOOLS: Readonly<Record<string, string>> = {
  baresip: "baresip-core",
  kamailio: "kamailio",
  ip: "iproute2",
  nft: "nftables",
  tcpdump: "tcpdump",
  bash: "bash",
  sipp: "sip-tester",
  dnsmasq: "dnsmasq-base",
};

/** What keeps the lab from running here, in words with the next step. */
export async function missingNeeds(): Promise<string[]> {
  const problems: string[] = [];
  if (Deno.uid() !== 0) {
    problems.push("Cannot make network namespaces as an ordinary user: run it as root");
  }
  const missing: string[] = [];
  for (const [tool, debianPackage] of Object.entries(TOOLS)) {
    const found = await tryCommand(["/bin/sh", "-c", `command -v ${tool}`]);
    if (found.code !== 0) missing.push(debianPackage);
  }
  if (missing.length > 0) {
    problems.push(
      `Cannot start the lab without ${missing.join(", ")}: run make lab-deps, or ` +
        `apt-get install --no-install-recommends ${missing.join(" ")}`,
    );
  }
  return problems;
}
