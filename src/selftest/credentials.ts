import { digestResponse, parseChallenge, parseCredentials } from "../sip/digest.ts";
import { headerValues } from "../sip/headers.ts";
import type { SipRequest, SipResponse } from "../sip/message.ts";
import { getParam, type Param } from "../sip/params.ts";
import type { Header } from "./call.ts";

/** Who somebody is at a provider: `sip:user@domain`, the domain with its port if it has one. */
export interface Account {
  readonly user: string;
  readonly domain: string;
  readonly password: string;
}

/** The header that answers a 401 or 407 for a request (RFC 3261 §22); undefined when it holds no challenge that we know. */
export function answerChallenge(
  response: SipResponse,
  options: {
    readonly request: SipRequest;
    readonly account: Account;
    readonly cnonce: string;
  },
): Header | undefined {
  const { request, account, cnonce } = options;
  const proxy = response.status === 407;
  const text = headerValues(response, proxy ? "proxy-authenticate" : "www-authenticate")[0];
  const challenge = text === undefined ? undefined : parseChallenge(text);
  if (!challenge?.ok) return undefined;
  const realm = getParam(challenge.value.params, "realm") ?? "";
  const nonce = getParam(challenge.value.params, "nonce") ?? "";
  const qop = getParam(challenge.value.params, "qop") === undefined ? undefined : "auth";
  const { user: username, password } = account;
  const { method, uri } = request;
  const counted = qop === undefined ? {} : { qop, nc: "00000001", cnonce };
  const hash = digestResponse({ method, uri, username, password, realm, nonce, ...counted });
  const value =
    `Digest username="${username}", realm="${realm}", nonce="${nonce}", uri="${uri}", ` +
    `response="${hash}", algorithm=MD5` +
    (qop === undefined ? "" : `, qop=auth, nc=00000001, cnonce="${cnonce}"`);
  return [proxy ? "Proxy-Authorization" : "Authorization", value];
}

/** A challenge to write into a 401 or 407. */
export function writeChallenge(realm: string, nonce: string): string {
  return `Digest realm="${realm}", nonce="${nonce}", algorithm=MD5, qop="auth"`;
}

/** True when the request carries credentials of the account for this nonce; `key` is the header's canonical name. */
export function isAuthentic(
  request: SipRequest,
  options: { readonly key: string; readonly account: Account; readonly nonce: string },
): boolean {
  const { key, account, nonce } = options;
  const text = headerValues(request, key)[0];
  const credentials = text === undefined ? undefined : parseCredentials(text);
  if (!credentials?.ok) return false;
  const params = credentials.value.params;
  const get = (name: string) => getParam(params, name) ?? "";
  if (get("username") !== account.user || get("nonce") !== nonce) return false;
  const expected = digestResponse({
    method: request.method,
    uri: get("uri"),
    username: account.user,
    password: account.password,
    realm: get("realm"),
    nonce,
    ...quality(params),
  });
  return get("response") === expected;
}

function quality(params: readonly Param[]): { qop?: string; nc?: string; cnonce?: string } {
  const qop = getParam(params, "qop");
  if (qop === undefined) return {};
  return { qop, nc: getParam(params, "nc") ?? "", cnonce: getParam(params, "cnonce") ?? "" };
}
