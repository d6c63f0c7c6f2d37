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

/** Descriptions that were all right when they left first: a copy that is sent again may outlive its call. */
const REMEMBERED = 4_096;

/** Looks at what leaves for ports that are shown and not bound (RULES P4). */
export class PortWatch {
  readonly #passed = new Set<string>();

  /** A port that a message shows and no pair is bound to; undefined when there is none, or for a copy. */
  unbound(
    text: string,
    own: ReadonlySet<string | undefined>,
    bound: readonly { readonly port: number }[],
  ): number | undefined {
    const shown = shownPorts(text, own);
    const unbound = shown.find((port) => !bound.some((pair) => pair.port === port));
    if (unbound !== undefined && !this.#passed.has(text)) return unbound;
    if (shown.length > 0) this.#remember(text);
    return undefined;
  }

  #remember(text: string): void {
    this.#passed.delete(text);
    this.#passed.add(text);
    if (this.#passed.size <= REMEMBERED) return;
    for (const oldest of this.#passed) return void this.#passed.delete(oldest);
  }
}
