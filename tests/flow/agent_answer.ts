import { paramOf, type TextMessage, valuesOf } from "./text_message.ts";

/** What a server writes into the top Via (RFC 3581 §4), as if no NAT were in between. */
export function stamped(via: string): string {
  const host = /^SIP\/2\.0\/\S+\s+(\S+?):(\d+)/.exec(via);
  if (host === null) return via;
  return via.replace(/;rport(?![=\w])/, `;rport=${host[2]};received=${host[1]}`);
}

/** The Contacts a registrar grants: those asked for, with the expiry asked for. */
export function grantedContacts(request: TextMessage): string[] {
  const header = request.lines.find((line) => /^expires:/i.test(line));
  const asked = header === undefined ? "3600" : header.replace(/^expires:\s*/i, "");
  const contacts = valuesOf(request, "contact").map((value) => ({
    value,
    expires: paramOf(value, "expires") || asked,
  }));
  return contacts.filter(({ value, expires }) => value !== "*" && expires !== "0").map((one) =>
    paramOf(one.value, "expires") === ""
      ? `Contact: ${one.value};expires=${one.expires}`
      : `Contact: ${one.value}`
  );
}
