/** Entries kept, and the longest text that is: a peer can neither grow nor dilute it for long. */
const ENTRIES_MAX = 256;
const TEXT_MAX = 256;

/**
 * Remembers what a pure function made of its last texts. The same From, To, Via and URIs stand in all
 * messages of a call and are looked at at every stage; what comes back is shared and must not be changed.
 */
export function remembered<T>(compute: (text: string) => T): (text: string) => T {
  // Two generations: the older is let go when the younger is full, so that what is in use stays.
  let young = new Map<string, T>();
  let old = young;
  return (text) => {
    const known = young.get(text);
    if (known !== undefined) return known;
    const value = old.get(text) ?? compute(text);
    if (text.length > TEXT_MAX) return value;
    if (young.size >= ENTRIES_MAX) {
      old = young;
      young = new Map();
    }
    young.set(text, value);
    return value;
  };
}
