import type { Network } from "./network.ts";
import type { LabProcess } from "./process.ts";

/** What the name server knows: one SIP domain and its servers, in order of preference. */
export interface NameServerOptions {
  readonly host: string;
  readonly ip: string;
  readonly domain: string;
  readonly servers: readonly string[];
  /** A domain whose own name server, at this IP, never answers. */
  readonly silent: { readonly domain: string; readonly ip: string };
}

/** The lab's DNS: NAPTR, SRV and A of one SIP domain, every question in its log. */
export class NameServer {
  readonly #process: LabProcess;

  private constructor(process: LabProcess) {
    this.#process = process;
  }

  /** Starts dnsmasq on a host and returns once it answers. */
  static async start(network: Network, options: NameServerOptions): Promise<NameServer> {
    const process = network.start(options.host, [
      "dnsmasq",
      ...["--keep-in-foreground", "--conf-file=/dev/null", "--user=root", "--pid-file="],
      ...["--no-resolv", "--no-hosts", "--log-queries", "--log-facility=-"],
      ...["--bind-interfaces", `--listen-address=${options.ip}`, "--except-interface=lo"],
      ...records(options),
    ], { name: "dnsmasq" });
    if (!await process.printed("started", { timeoutMs: 5_000 })) {
      throw new Error(`The name server did not start: ${process.output.slice(-1_000)}`);
    }
    return new NameServer(process);
  }

  /** Its log so far: one line per question and answer. */
  get log(): string {
    return this.#process.output;
  }
}

function records({ domain, servers, silent }: NameServerOptions): string[] {
  const service = `_sip._udp.${domain}`;
  return [
    `--local=/${domain}/`,
    `--server=/${silent.domain}/${silent.ip}`,
    `--naptr-record=${domain},50,50,s,SIP+D2U,,${service}`,
    ...servers.flatMap((ip, index) => [
      `--srv-host=${service},sip${index + 1}.${domain},5060,${(index + 1) * 10},0`,
      `--host-record=sip${index + 1}.${domain},${ip}`,
    ]),
  ];
}
