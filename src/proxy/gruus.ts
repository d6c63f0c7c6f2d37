import type { Flow } from "../base/address.ts";
import { ownText } from "../base/bytes.ts";
import type { SipRequest } from "../sip/message.ts";
import { getParam, hasParam, type Param } from "../sip/params.ts";
import { parseUri, uriKey } from "../sip/uri.ts";
import type { Binding } from "./bindings.ts";
import { reachable } from "./find_by_name.ts";
import type { World } from "./world.ts";

/*
 * GRUUs (RFC 5627): names that a registrar gives to one phone among those of an account, in its answer to a REGISTER.
 * Some registrars send a call on by such a name, instead of the Contact that it stands for.
 */

/** The GRUUs that a registrar's Contact names, added to those that the phone had: a temporary one does not end the one before (RFC 5627 §3.2). */
export function grantedGruus(
  params: readonly Param[],
  { former, most }: { former: readonly string[]; most: number },
): readonly string[] {
  const given = ["pub-gruu", "temp-gruu"].flatMap((name) => {
    const uri = getParam(params, name);
    const key = uri === undefined || uri.length > LONGEST ? undefined : gruuKey(uri);
    return key === undefined ? [] : [ownText(key)];
  });
  if (given.every((key) => former.includes(key))) return former;
  return [...former.filter((key) => !given.includes(key)), ...given].slice(-most);
}

/** Longer than the names of registrars are, which hold an instance and a signature. */
const LONGEST = 400;

/** The phones that a request from outside names by a GRUU, among those whose provider sends it (RULES C3, T1, S3). */
export function findByGruu(world: World, flow: Flow, request: SipRequest): readonly Binding[] {
  const key = gruuKey(request.uri);
  return key === undefined ? [] : reachable(world, flow, world.bindings.ofGruu(key));
}

/** What GRUUs are compared by: address and the parameter `gr`; undefined for another URI. */
function gruuKey(text: string): string | undefined {
  const uri = parseUri(text);
  if (!uri.ok || uri.value.user === undefined || !hasParam(uri.value.params, "gr")) {
    return undefined;
  }
  return `${uriKey(text)};gr=${(getParam(uri.value.params, "gr") ?? "").toLowerCase()}`;
}
