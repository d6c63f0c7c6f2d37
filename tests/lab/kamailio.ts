import { eventually } from "./command.ts";
import type { Network } from "./network.ts";
import type { LabProcess } from "./process.ts";

/** A user of the provider. */
export interface Account {
  readonly user: string;
  readonly password: string;
}

/** Where the provider sends what is meant for machines of its own. */
export interface Destinations {
  /** SUBSCRIBE to messages waiting. */
  readonly mailbox: string;
  /** The user part that reaches the machine of the load test, and its address. */
  readonly machine: { readonly user: string; readonly address: string };
}

/** How a provider shows its private network to whoever sends from an address. */
export interface Disguise {
  readonly towards: string;
  /** Host of a second Record-Route, nearest to that sender. */
  readonly recordRoute: string;
  /** Network of its users, as `10.66.0.`, which stands in their Contacts for their own. */
  readonly users: string;
}

/** What a provider is started with. */
export interface ProviderOptions {
  readonly host: string;
  readonly ip: string;
  /** The SIP domain that it serves besides its IP. */
  readonly domain: string;
  readonly accounts: readonly Account[];
  readonly destinations: Destinations;
  readonly disguise?: Disguise;
  readonly folder: string;
}

/** A registration as the registrar saw it. */
export interface Registration {
  readonly aor: string;
  /** Where the REGISTER came from, `ip:port`. */
  readonly from: string;
  readonly contact: string;
  /** The Contact after that, if any. */
  readonly second?: string;
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
  static async start(network: Network, options: ProviderOptions): Promise<Provider> {
    const file = `${options.folder}/kamailio-${options.host}.cfg`;
    await Deno.writeTextFile(file, kamailioConfiguration(options));
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
    return readRegistrations(this.log);
  }

  /** Waits until a user was registered, `times` times if said; the latest, or undefined when it does not come to that. */
  async registered(
    user: string,
    options: { timeoutMs: number; times?: number },
  ): Promise<Registration | undefined> {
    const granted = () => this.registrations().filter(({ aor }) => aor.startsWith(`${user}@`));
    const enough = () => granted().length >= (options.times ?? 1);
    return await eventually(enough, options) ? granted().at(-1) : undefined;
  }
}

/** The registrations that a provider's log tells of, oldest first. */
export function readRegistrations(log: string): Registration[] {
  const line = /lab: registered aor=(\S+) from=(\S+) contact=(\S+) second=(\S*)/g;
  return [...log.matchAll(line)].map((match) => ({
    aor: match[1]!,
    from: match[2]!,
    contact: match[3]!,
    ...(match[4] === "" ? {} : { second: match[4]! }),
  }));
}

/** The provider's Kamailio configuration. */
export function kamailioConfiguration(options: Omit<ProviderOptions, "host" | "folder">): string {
  const { ip, domain, accounts, destinations: { mailbox, machine }, disguise } = options;
  const passwords = accounts
    .map(({ user, password }) => `  if ($fU == "${user}") { $var(password) = "${password}"; }`)
    .join("\n");
  const alias = disguise === undefined ? "" : `alias="${disguise.recordRoute}"`;
  return `${SETUP.replaceAll("IP_ADDRESS", ip).replaceAll("DOMAIN", domain)}
${alias}
${ROUTES}
${disguiseRoutes(ip, disguise)}
route[DESTINATION] {
  if (is_method("SUBSCRIBE")) { $du = "sip:${mailbox}"; }
  else if ($rU == "${machine.user}") { $du = "sip:${machine.address}"; }
  else if (!lookup("location")) { sl_send_reply("480", "Not registered"); exit; }
}

route[PASSWORD] {
  $var(password) = "";
${passwords}
}
`;
}

/** What hides its users from the router, and finds them again; without a disguise all stays as it is. */
function disguiseRoutes(ip: string, disguise: Disguise | undefined): string {
  if (disguise === undefined) {
    return "branch_route[DISGUISE] { return; }\nroute[ANSWER_DISGUISE] { return; }\nroute[FIND] { return; }";
  }
  const { towards, recordRoute, users } = disguise;
  const network = ip.slice(0, ip.lastIndexOf(".") + 1);
  const escaped = (text: string) => text.replaceAll(".", "\\.");
  const hide = `subst_hf("Contact", "/@${escaped(network)}/@${users}/", "a");`;
  const ours = `/^Record-Route: <sip:${escaped(recordRoute)};[^\\r\\n]*\\r\\n//`;
  return `
branch_route[DISGUISE] {
  if ($rd != "${towards}") { return; }
  ${hide}
  insert_hf("Record-Route: <sip:${recordRoute};lr;r2=on>\\r\\n");
}

route[ANSWER_DISGUISE] {
  if ($si == "${towards}") { subst("${ours}"); return; }
  if ($T_req($si) != "${towards}") { return; }
  ${hide}
  append_hf("Record-Route: <sip:${recordRoute};lr;r2=on>\\r\\n");
}

route[FIND] {
  if ($(du{uri.host}) == "${recordRoute}") { remove_hf("Route"); $du = $null; }
  if ($rd =~ "^${escaped(users)}") { subst_uri("/@${escaped(users)}/@${network}/"); }
}`;
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
alias="DOMAIN"
alias="sip1.DOMAIN"
loadmodule "tm.so"
loadmodule "tmx.so"
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
modparam("registrar", "min_expires", 5)
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
  if (is_method("INVITE")) { xerr("lab: re-INVITE from=$si:$sp callid=$ci\\n"); }
  if (loose_route()) {
    route(FIND);
    t_on_branch("DISGUISE");
    t_on_reply("WITHIN");
    t_relay();
    exit;
  }
  if (is_method("ACK")) { if (t_check_trans()) { t_relay(); } exit; }
  sl_send_reply("404", "Not here");
}

route[REGISTRAR] {
  route(PASSWORD);
  if (!pv_www_authenticate("$td", "$var(password)", "0")) { www_challenge("$td", "1"); exit; }
  consume_credentials();
  if (!save("location")) { sl_reply_error(); exit; }
  xerr("lab: registered aor=$tU@$td from=$si:$sp contact=$(hdr(Contact){s.replace, ,}) second=$(hdr(Contact)[1]{s.replace, ,})\\n");
}

route[CALL] {
  if (from_uri == myself) {
    route(PASSWORD);
    if (!pv_proxy_authenticate("$fd", "$var(password)", "0")) { proxy_challenge("$fd", "1"); exit; }
    consume_credentials();
  }
  record_route();
  if (uri == myself) { route(DESTINATION); }
  xerr("lab: relayed $rm to $ru callid=$ci\\n");
  t_on_reply("ANSWER");
  t_on_branch("DISGUISE");
  if (!t_relay()) { sl_reply_error(); }
}

onreply_route[ANSWER] {
  xerr("lab: answer $rs to $rm from=$si:$sp contact=$ct callid=$ci\\n");
  route(ANSWER_DISGUISE);
}

onreply_route[WITHIN] {
  route(ANSWER_DISGUISE);
}
`;
