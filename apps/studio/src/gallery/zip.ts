/** A file to be packed. */
export interface Packed {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
/** UTF-8 names. */
const FLAGS = 0x0800;

/** Packs files into a ZIP without compressing them: pictures and songs are compressed already. Up to 4 GB in all. */
export function zip(files: readonly Packed[], at = new Date()): Blob {
  const parts: BlobPart[] = [];
  const directory: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0;
  for (const { name, bytes } of named(files)) {
    const utf8 = new TextEncoder().encode(name);
    const about = [...time(at), crc32(bytes), bytes.length, bytes.length] as const;
    const head = header(LOCAL, [20, FLAGS, 0], about, [utf8.length, 0], utf8);
    directory.push(header(CENTRAL, [20, 20, FLAGS, 0], about, [utf8.length, 0, 0, 0, 0], utf8, [0, offset]));
    parts.push(head, bytes);
    offset += head.length + bytes.length;
  }
  const directoryBytes = directory.reduce((sum, each) => sum + each.length, 0);
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, END, true);
  end.setUint16(8, files.length, true);
  end.setUint16(10, files.length, true);
  end.setUint32(12, directoryBytes, true);
  end.setUint32(16, offset, true);
  return new Blob([...parts, ...directory, end.buffer], { type: 'application/zip' });
}

/** Files of one name would hide each other. */
function named(files: readonly Packed[]): Packed[] {
  const taken = new Set<string>();
  return files.map(({ name, bytes }) => {
    const [, stem = name, end = ''] = /^(.*?)(\.[^.]*)?$/s.exec(name) ?? [];
    let own = name;
    for (let number = 2; taken.has(own); number += 1) own = `${stem}-${number}${end}`;
    taken.add(own);
    return { name: own, bytes };
  });
}

/** One entry: 16-bit figures, then time, date and three 32-bit ones, then 16-bit ones, some 32-bit ones, and the name. */
function header(
  signature: number,
  before: readonly number[],
  [clock, day, crc, packed, size]: readonly [number, number, number, number, number],
  after: readonly number[],
  name: Uint8Array,
  last: readonly number[] = [],
): Uint8Array<ArrayBuffer> {
  const shorts = [...before, clock, day];
  const view = new DataView(
    new ArrayBuffer(4 + shorts.length * 2 + 12 + after.length * 2 + last.length * 4 + name.length),
  );
  let at = 0;
  const put = (value: number, width: 2 | 4): void => {
    if (width === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += width;
  };
  put(signature, 4);
  for (const value of shorts) put(value, 2);
  for (const value of [crc, packed, size]) put(value, 4);
  for (const value of after) put(value, 2);
  for (const value of last) put(value, 4);
  const bytes = new Uint8Array(view.buffer);
  bytes.set(name, at);
  return bytes;
}

/** Time and day as ZIP has them since MS-DOS. */
function time(at: Date): [number, number] {
  const clock = (at.getHours() << 11) | (at.getMinutes() << 5) | (at.getSeconds() >> 1);
  return [clock, ((at.getFullYear() - 1980) << 9) | ((at.getMonth() + 1) << 5) | at.getDate()];
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (TABLE[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}
