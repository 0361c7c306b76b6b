/** What the tag at the head of an MP3 says. */
export interface Id3Fields {
  title: string;
  genre: string;
  tempoBpm: number;
  /** At most three characters as the standard has it: `Am`, `F#`, `Bbm`. */
  key: string;
  lyrics: string;
}

/** Writes an ID3v2.4 tag in UTF-8. Lyrics are left out when there are none. */
export function id3Tag(fields: Id3Fields): Uint8Array {
  const frames = [
    textFrame('TIT2', fields.title),
    textFrame('TCON', fields.genre),
    textFrame('TBPM', String(Math.round(fields.tempoBpm))),
    textFrame('TKEY', fields.key),
    textFrame('TSSE', 'Rendercast embedded-music'),
    ...(fields.lyrics === '' ? [] : [frame('USLT', [3, ...ascii('und'), 0, ...utf8(fields.lyrics)])]),
  ];
  const size = frames.reduce((sum, one) => sum + one.length, 0);
  return concat([new Uint8Array([...ascii('ID3'), 4, 0, 0, ...syncSafe(size)]), ...frames]);
}

const textFrame = (id: string, text: string) => frame(id, [3, ...utf8(text)]);

function frame(id: string, body: readonly number[]): Uint8Array {
  return new Uint8Array([...ascii(id), ...syncSafe(body.length), 0, 0, ...body]);
}

const ascii = (text: string) => [...text].map((letter) => letter.charCodeAt(0));
const utf8 = (text: string) => new TextEncoder().encode(text);
/** Sizes are written in seven bits per byte, so that they never look like the start of a frame. */
const syncSafe = (size: number) => [21, 14, 7, 0].map((shift) => (size >> shift) & 0x7f);

/** Joins byte arrays. */
export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
