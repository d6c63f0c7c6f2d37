/** Sizes of the write-ahead log's headers in bytes (SQLite file format §4.1). */
const HEADER = 32;
const FRAME_HEADER = 24;
/** First four bytes; the last bit says that checksums are over big-endian words. */
const MAGIC = 0x377f0682;

/**
 * What is wrong with SQLite's write-ahead log, in words; undefined when it is sound.
 * SQLite drops what it cannot read of it without a word, and with it the last commits.
 */
export function walFault(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return undefined;
  if (bytes.length < HEADER) return "its header is cut off";
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const magic = view.getUint32(0);
  if ((magic & ~1) >>> 0 !== MAGIC) return "its header is unreadable";
  const sum = new Checksum(view, (magic & 1) === 0);
  sum.add(0, HEADER - 8);
  if (!sum.equals(HEADER - 8)) return "its header is damaged";
  return frameFault(view, sum);
}

/** Frames of this round carry the header's salt; older ones behind them are left-overs. */
function frameFault(view: DataView, sum: Checksum): string | undefined {
  const size = FRAME_HEADER + view.getUint32(8);
  let sound = true;
  for (let at = HEADER; at + size <= view.byteLength; at += size) {
    if (!saltEquals(view, at)) {
      sound = false;
      continue;
    }
    if (sound) {
      sum.add(at, 8);
      sum.add(at + FRAME_HEADER, size - FRAME_HEADER);
      sound = sum.equals(at + 16);
    }
    if (!sound) return `it is damaged from byte ${at} on`;
  }
  return undefined;
}

function saltEquals(view: DataView, at: number): boolean {
  return view.getUint32(at + 8) === view.getUint32(16) &&
    view.getUint32(at + 12) === view.getUint32(20);
}

/** The running checksum of SQLite file format §4.2. */
class Checksum {
  #first = 0;
  #second = 0;

  constructor(readonly view: DataView, readonly littleEndian: boolean) {}

  add(at: number, length: number): void {
    let first = this.#first;
    let second = this.#second;
    for (let index = at; index < at + length; index += 8) {
      first = (first + this.view.getUint32(index, this.littleEndian) + second) >>> 0;
      second = (second + this.view.getUint32(index + 4, this.littleEndian) + first) >>> 0;
    }
    this.#first = first;
    this.#second = second;
  }

  equals(at: number): boolean {
    return this.view.getUint32(at) === this.#first && this.view.getUint32(at + 4) === this.#second;
  }
}
