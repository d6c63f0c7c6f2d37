/** A kind of file that people hand to us by mistake. */
interface ForeignKind {
  readonly test: (lines: readonly string[]) => boolean;
  /** What is said of it. */
  readonly text: string;
}

const SIPROXD_KEYS = new RegExp(
  "^(?:if_inbound|if_outbound|host_outbound|hosts_allow_reg|hosts_allow_sip|hosts_deny_sip|" +
    "sip_listen_port|daemonize|silence_log|registration_file|autosave_registrations|pid_file|" +
    "rtp_proxy_enable|rtp_port_low|rtp_port_high|rtp_timeout|rtp_dscp|sip_dscp|default_expires|" +
    "outbound_proxy_(?:host|port)|outbound_domain_\\w+|proxy_auth_\\w+|plugindir|load_plugin|" +
    "tcp_timeout|tcp_connect_timeout|tcp_keepalive|user|chrootjail|debug_(?:level|port))\\s*=",
);

/** Lines that show a kind: one may be a coincidence. */
const SIGNS_LEAST = 2;

const SEE = "see config.toml.example";

const KINDS: readonly ForeignKind[] = [
  {
    test: (lines) => signs(lines, SIPROXD_KEYS),
    text: `This is a siproxd.conf; sipmasq reads TOML: ${SEE}. An empty file works for most. ` +
      `What was if_inbound and if_outbound is interface under [inside] and [outside], ` +
      `host_outbound is advertise under [outside], rtp_port_low and rtp_port_high are ports ` +
      `under [media]`,
  },
  {
    test: ([first]) => /^[{<]/.test(first ?? "") || /^\[\s*(\{|$)/.test(first ?? ""),
    text: `This is JSON or XML; sipmasq reads TOML: ${SEE}`,
  },
  {
    test: (lines) => signs(lines, /^(config [a-z]\w*( |$)|option \w+ |list \w+ )/),
    text: `This is a UCI file of OpenWrt; sipmasq reads TOML: ${SEE}`,
  },
  {
    test: (lines) => signs(lines, /^(- )?[A-Za-z_][\w-]*:(\s|$)/) && !lines.some(isAssignment),
    text: `This looks like YAML; sipmasq reads TOML: ${SEE}`,
  },
  {
    test: isIni,
    text: `This looks like an INI file; sipmasq reads TOML, in which texts stand in quotes and ` +
      `comments begin with #: ${SEE}`,
  },
];

/** Says which other kind of file a text is; undefined when it may be meant as ours. `sections` are ours. */
export function foreignKind(text: string, sections: readonly string[]): string | undefined {
  const all = text.split(/\r\n|\n|\r/).map((line) => line.trim());
  const lines = all.filter((line) => line !== "" && !line.startsWith("#"));
  // Somebody who wrote one of our headers is better helped line by line.
  const isOurs = lines.some((line) => sections.includes(/^\[+\s*([\w-]+)/.exec(line)?.[1] ?? ""));
  if (isOurs && !/^[{<]/.test(lines[0] ?? "")) return undefined;
  return KINDS.find(({ test }) => test(lines))?.text;
}

function signs(lines: readonly string[], pattern: RegExp): boolean {
  return lines.filter((line) => pattern.test(line)).length >= SIGNS_LEAST;
}

function isAssignment(line: string): boolean {
  return /^[\w."'-]+\s*=/.test(line);
}

/** Values without quotes and comments with a semicolon: neither is TOML. */
function isIni(lines: readonly string[]): boolean {
  const values = lines.filter(isAssignment).map((line) => line.slice(line.indexOf("=") + 1).trim());
  const bare = values.filter((value) => /^[A-Za-z/][^"']*$|^\d+[.\w:/-]*[.:/-]/.test(value));
  const isComment = (line: string) => line.startsWith(";");
  return !values.some((value) => /^["'[{]/.test(value)) &&
    bare.length + lines.filter(isComment).length >= SIGNS_LEAST;
}
