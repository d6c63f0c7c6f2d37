/** Names of other programs for each of our keys; spelt without hyphens and underscores. */
const WORDS: Readonly<Record<string, string>> = {
  "inside.interface":
    "lan lanif laninterface lanaddress ifinbound inbound internal internalinterface internalip " +
    "insideinterface insideaddress interfaceinbound privateinterface",
  "outside.interface":
    "wan wanif waninterface wanaddress ifoutbound outbound external externalinterface " +
    "outsideinterface outsideaddress interfaceoutbound publicinterface",
  "inside.interface outside.interface": "if dev device ifname bindinterface bindaddress bindaddr",
  "outside.advertise":
    "externip externaladdr externaddr externhost externalip externaladdress externalhost publicip " +
    "publicaddress publichost hostoutbound advertisedip advertisedaddress advertiseaddress " +
    "natip nataddress externalmediaaddress externalsignalingaddress contactip viaip dyndns ddns",
  "inside.listen outside.listen":
    "port bindport sipport listenport siplistenport udpport udpbindaddr bind listenaddress",
  "inside.networks":
    "localnet localnets localnetworks network subnet subnets internalnetworks insidenetworks " +
    "lannetworks lannet hostsallowreg allow trusted vlans",
  "inside.refresh_max":
    "expires maxexpires maxexpiry defaultexpires minexpires expiry refresh registerexpires",
  "outside.keepalive":
    "natkeepalive keepaliveinterval qualify qualifyfreq ping pinginterval natping options",
  "media.ports":
    "rtpportlow rtpporthigh rtpports rtpportrange portrange rtpstart rtpend portmin portmax " +
    "minport maxport rtpmin rtpmax mediaports portlow porthigh",
  "media.idle":
    "timeout rtptimeout mediatimeout calltimeout idletimeout inactivitytimeout silenttimeout",
  "media.hold": "holdtimeout rtpholdtimeout onholdtimeout rtptimeouthold",
  "state.path":
    "file statefile database db dbpath registrationfile datadir statedir storage spooldir",
  "log.level": "loglevel debuglevel debug verbose verbosity silencelog severity",
  "provider.domain": "realm sipdomain host name sipserver registrar server fromdomain",
  "provider.servers":
    "server sipserver serverip serverips serveraddress address addresses host hosts peers ips " +
    "allowedips whitelist permit match",
  "provider.outbound_proxy":
    "proxy outboundproxyhost sbc nexthop sipproxy outbound outboundproxyaddress registrar",
};

/** Names of other programs for our sections. */
const SECTION_WORDS: Readonly<Record<string, string>> = {
  inside: "lan internal private local phones downstream green",
  outside: "wan internet external public upstream red nat",
  media: "rtp audio relay rtpproxy",
  state: "storage database persistence store",
  log: "logging logger logs syslog",
  provider: "peer account trunk domain registrar carrier sip",
};

/** Names of what we do not have, and the reason in words. */
const ABSENT: Readonly<Record<string, string>> = {
  "user username login authuser account password secret passwd md5secret":
    "there are no accounts here: user names and passwords stay in the phones",
  "stun stunserver stunaddr ice turn":
    "there is no STUN here: write the public address or a host name that follows it, " +
    'as in advertise = "home.example.org" under [outside]',
  "tls certificate cert privatekey":
    "there is no TLS here: phones and providers are served over UDP",
};

const NO_LOG_FILE = "the log goes to stderr: under systemd the journal has it, else redirect it, " +
  "as in: sipmasq run 2>>/var/log/sipmasq.log";

/** The same for one section, where the word may mean another thing elsewhere. */
const ABSENT_IN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  log: {
    "file path filename dir directory folder target destination output to syslog facility stderr":
      NO_LOG_FILE,
  },
  provider: {
    "port sipport": "a port stands behind the server's name, as in " +
      'outbound_proxy = "sbc.provider.example:5060"',
  },
};

const KEYS = byWord(WORDS);
const SECTIONS = byWord(SECTION_WORDS);
const MISSING = reasonsByWord({ ...ABSENT, "logfile logpath logdir logtarget": NO_LOG_FILE });
const MISSING_IN = new Map(
  Object.entries(ABSENT_IN).map(([section, words]) => [section, reasonsByWord(words)]),
);

function reasonsByWord(table: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(table).flatMap(([words, why]) => words.split(" ").map((word) => [word, why])),
  );
}

function byWord(table: Readonly<Record<string, string>>): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const [names, words] of Object.entries(table)) {
    for (const word of words.split(" ")) {
      found.set(word, [...found.get(word) ?? [], ...names.split(" ")]);
    }
  }
  return found;
}

function fold(name: string): string {
  return name.toLowerCase().replaceAll(/[-_ ]/g, "");
}

/** Paths of the keys that another program calls so: `outside.advertise`. */
export function keysMeant(name: string): readonly string[] {
  return KEYS.get(fold(name)) ?? [];
}

/** The section that others call so. */
export function sectionMeant(name: string): string | undefined {
  return SECTIONS.get(fold(name))?.[0];
}

/** Why there is no key of this name or another for its purpose; undefined when that is not known. */
export function whyAbsent(name: string): string | undefined {
  return MISSING.get(fold(name));
}

/** The same for a name that means something else in other sections. */
export function whyAbsentIn(section: string, name: string): string | undefined {
  return MISSING_IN.get(section)?.get(fold(name));
}

/** True for a name that stands for one end of the port range, and which; undefined for others. */
export function portRangeEnd(name: string): "low" | "high" | undefined {
  const word = fold(name);
  if (!keysMeant(word).includes("media.ports")) return undefined;
  if (/low|start|min/.test(word)) return "low";
  return /high|end|max/.test(word) ? "high" : undefined;
}
