/**
 * The ports that a message's description names under one of our addresses: they must be bound (RULES P4).
 * A hold names none, and in a body of another kind a line like that is nobody's port.
 */
export function shownPorts(text: string, own: ReadonlySet<string | undefined>): number[] {
  const shown = /^c=IN IP[46] (\S+)/m.exec(text)?.[1];
  if (shown === undefined || !own.has(shown) || text.includes("\nc=IN IP4 0.0.0.0")) return [];
  const head = text.slice(0, text.indexOf("\r\n\r\n"));
  const type = /^(?:content-type|c)[ \t]*:[ \t]*([^\r\n]*)/im.exec(head)?.[1] ?? "";
  const describes = type === "" || /^(?:application\/sdp(?=[;,"\s]|$)|multipart\/)/i.test(type);
  if (!describes) return [];
  return [...text.matchAll(/^m=\S+ ([1-9]\d*)/gm)].map(([, port]) => Number(port));
}
