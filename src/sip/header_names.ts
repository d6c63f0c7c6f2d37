/** Compact forms: RFC 3261 §7.3.3 and the extensions of IANA's list. */
const COMPACT: ReadonlyMap<string, string> = new Map([
  ["a", "accept-contact"],
  ["b", "referred-by"],
  ["c", "content-type"],
  ["d", "request-disposition"],
  ["e", "content-encoding"],
  ["f", "from"],
  ["i", "call-id"],
  ["j", "reject-contact"],
  ["k", "supported"],
  ["l", "content-length"],
  ["m", "contact"],
  ["n", "identity-info"],
  ["o", "event"],
  ["r", "refer-to"],
  ["s", "subject"],
  ["t", "to"],
  ["u", "allow-events"],
  ["v", "via"],
  ["x", "session-expires"],
  ["y", "identity"],
]);

/** Usual spellings, so that most names are found without being lowered. */
const USUAL = [
  "Via",
  "From",
  "To",
  "Call-ID",
  "Call-Id",
  "CSeq",
  "Contact",
  "Max-Forwards",
  "Route",
  "Record-Route",
  "Content-Type",
  "Content-Length",
  "User-Agent",
  "Server",
  "Allow",
  "Supported",
  "Require",
  "Expires",
  "Authorization",
  "Proxy-Authorization",
  "WWW-Authenticate",
  "Proxy-Authenticate",
  "Date",
  "Event",
  "Allow-Events",
  "Session-Expires",
  "Min-SE",
  "Accept",
  "Subject",
  "P-Asserted-Identity",
  "P-Preferred-Identity",
  "Refer-To",
  "Referred-By",
  "RSeq",
  "RAck",
  "Reason",
  "Path",
];

const KEYS: ReadonlyMap<string, string> = new Map([
  ...USUAL.map((name): [string, string] => [name, name.toLowerCase()]),
  ...COMPACT,
]);

/** The canonical key of a header name: lower-case, compact forms expanded. */
export function headerKey(name: string): string {
  const usual = KEYS.get(name);
  if (usual !== undefined) return usual;
  const lower = name.toLowerCase();
  return lower.length === 1 ? COMPACT.get(lower) ?? lower : lower;
}

/**
 * Headers whose fields hold comma lists, by RFC 3261 §25.1 and the extensions' grammars.
 * All others are one value: commas of Authorization separate parameters, those of Date are part of it.
 */
const LISTS: ReadonlySet<string> = new Set([
  "accept",
  "accept-contact",
  "accept-encoding",
  "accept-language",
  "accept-resource-priority",
  "alert-info",
  "allow",
  "allow-events",
  "call-info",
  "contact",
  "content-encoding",
  "content-language",
  "diversion",
  "error-info",
  "feature-caps",
  "geolocation",
  "history-info",
  "in-reply-to",
  "p-access-network-info",
  "p-asserted-identity",
  "p-associated-uri",
  "p-preferred-identity",
  "p-visited-network-id",
  "path",
  "permission-missing",
  "proxy-require",
  "reason",
  "record-route",
  "recv-info",
  "reject-contact",
  "remote-party-id",
  "request-disposition",
  "require",
  "resource-priority",
  "route",
  "security-client",
  "security-server",
  "security-verify",
  "service-route",
  "supported",
  "trigger-consent",
  "unsupported",
  "user-to-user",
  "via",
  "warning",
]);

/** True when commas separate values in the header of this key. */
export function isList(key: string): boolean {
  return LISTS.has(key);
}

const ON_TOP: ReadonlySet<string> = new Set(["via", "route", "record-route", "path"]);

/** True when a new field of this key belongs above the others: what proxies need comes first (RFC 3261 §7.3.1). */
export function belongsOnTop(key: string): boolean {
  return ON_TOP.has(key);
}
