import type { Network } from "./network.ts";
import type { LabProcess } from "./process.ts";

/** A user of the provider. */
export interface Account {
  readonly user: string;
  readonly password: string;
}

/** A registration as the registrar saw it. */
export interface Registration {
  readonly aor: string;
  /** Where the REGISTER came from, `ip:port`. */
  readonly from: string;
  readonly contact: string;
}

/** The provider: registrar and proxy with digest and Record-Route, without any help for NAT and without media relay. */
export class Provider {
  readonly ip: string;
  readonly #process: LabProcess;

  private constructor(ip: string, process: LabProcess) {
    this.ip = ip;
    this.#process = process;
  }

  /** Starts Kamailio on a host and returns once it answers. */
  static async start(
    network: Network,
    options: { host: string; ip: string; accounts: readonly Account[]; folder: string },
  ): Promise<Provider> {
    const file = `${options.folder}/kamailio-${options.host}.cfg`;
    await Deno.writeTextFile(file, kamailioConfiguration(options.ip, options.accounts));
    const runtime = `${options.folder}/kamailio-${options.host}`;
    await Deno.mkdir(runtime);
    const process = network.start(
      options.host,
      ["kamailio", "-DD", "-E", "-m", "32", "-M", "4", "-Y", runtime, "-f", file],
      { name: "kamailio" },
    );
    if (!await process.printed("lab: ready", { timeoutMs: 10_000 })) {
      throw new Error(`Kamailio did not start: ${process.output.slice(-2_000)}`);
    }
    return new Provider(options.ip, process);
  }

  /** Its log so far: the witness of what the provider saw. */
  get log(): string {
    return this.#process.output;
  }

  /** Registrations that were granted, oldest first. */
  registrations(): Registration[] {
    const found = this.log.matchAll(/lab: registered aor=(\S+) from=(\S+) contact=(\S+)/g);
    return [...found].map((match) => ({ aor: match[1]!, from: match[2]!, contact: match[3]! }));
  }

  /** Waits for a registration of the user; undefined when none comes. */
  async registered(
    user: string,
    options: { timeoutMs: number },
  ): Promise<Registration | undefined> {
    await this.#process.printed(`lab: registered aor=${user}@`, options);
    return this.registrations().findLast((entry) => entry.aor.startsWith(`${user}@`));
  }

  async stop(): Promise<void> {
    await this.#process.stop();
  }
}

/** The provider's Kamailio configuration. */
export function kamailioConfiguration(ip: string, accounts: readonly Account[]): string {
  const passwords = accounts
    .map(({ user, password }) => `  if ($fU == "${user}") { $var(password) = "${password}"; }`)
    .join("\n");
  return `${SETUP.replaceAll("IP_ADDRESS", ip)}
${ROUTES}
route[PASSWORD] {
  $var(password) = "";
${passwords}
}
`;
}

const SETUP = `#!KAMAILIO
debug=1
log_stderror=yes
children=2
disable_tcp=yes
auto_aliases=no
dns=no
rev_dns=no
server_signature=no
listen=udp:IP_ADDRESS:5060
alias="IP_ADDRESS"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "textops.so"
loadmodule "siputils.so"
loadmodule "xlog.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "auth.so"
modparam("usrloc", "db_mode", 0)
modparam("registrar", "max_expires", 3600)
modparam("registrar", "min_expires", 30)
modparam("auth", "qop", "auth")
modparam("auth", "nonce_expire", 60)
modparam("rr", "enable_full_lr", 1)
`;

const ROUTES = `
event_route[core:worker-one-init] { xerr("lab: ready\\n"); }

request_route {
  xerr("lab: request $rm $ru from=$si:$sp callid=$ci cseq=$cs\\n");
  if (!mf_process_maxfwd_header("20")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (is_method("CANCEL")) { if (t_check_trans()) { t_relay(); } exit; }
  t_check_trans();
  if (has_totag()) { route(WITHIN_DIALOG); exit; }
  if (is_method("ACK")) { exit; }
  if (is_method("REGISTER")) { route(REGISTRAR); exit; }
  if (is_method("OPTIONS") && uri == myself) { sl_send_reply("200", "OK"); exit; }
  route(CALL);
}

route[WITHIN_DIALOG] {
  if (loose_route()) { t_relay(); exit; }
  if (is_method("ACK")) { if (t_check_trans()) { t_relay(); } exit; }
  sl_send_reply("404", "Not here");
}

route[REGISTRAR] {
  route(PASSWORD);
  if (!pv_www_authenticate("$td", "$var(password)", "0")) { www_challenge("$td", "1"); exit; }
  consume_credentials();
  if (!save("location")) { sl_reply_error(); exit; }
  xerr("lab: registered aor=$tU@$td from=$si:$sp contact=$(ct{s.replace, ,})\\n");
}

route[CALL] {
  if (from_uri == myself) {
    route(PASSWORD);
    if (!pv_proxy_authenticate("$fd", "$var(password)", "0")) { proxy_challenge("$fd", "1"); exit; }
    consume_credentials();
  }
  record_route();
  if (uri == myself && !lookup("location")) { sl_send_reply("480", "Not registered"); exit; }
  xerr("lab: relayed $rm to $ru callid=$ci\\n");
  t_on_reply("ANSWER");
  if (!t_relay()) { sl_reply_error(); }
}

onreply_route[ANSWER] {
  xerr("lab: answer $rs to $rm from=$si:$sp contact=$ct callid=$ci\\n");
}
`;
