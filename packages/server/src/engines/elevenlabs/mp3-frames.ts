/** Bit rates of layer III in kbit/s, by the index in the header: MPEG 1, and MPEG 2 and 2.5. */
const MPEG1_KBPS = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const MPEG2_KBPS = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
const MPEG1_HZ = [44_100, 48_000, 32_000];

interface Frame {
  bytes: number;
  durationMs: number;
}

/** How long an MP3 plays, in milliseconds, by its frames; null: it has none. Tags and what is no frame are passed over. */
export function playtimeOf(bytes: Uint8Array): number | null {
  let durationMs = 0;
  let at = tagBytes(bytes);
  while (at + 4 <= bytes.length) {
    const frame = frameAt(bytes, at);
    if (frame === null) at++;
    else {
      durationMs += frame.durationMs;
      at += frame.bytes;
    }
  }
  return durationMs === 0 ? null : Math.round(durationMs);
}

/** Whether bytes begin as an MP3 does: with a tag or a frame. */
export function startsLikeMp3(bytes: Uint8Array): boolean {
  return isTag(bytes) || frameAt(bytes, 0) !== null;
}

const isTag = (bytes: Uint8Array): boolean => bytes[0] === 0x49 && bytes[1] === 0x44 && bytes[2] === 0x33;

function tagBytes(bytes: Uint8Array): number {
  if (!isTag(bytes) || bytes.length < 10) return 0;
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(6, 10);
  return 10 + ((a << 21) | (b << 14) | (c << 7) | d);
}

function frameAt(bytes: Uint8Array, at: number): Frame | null {
  const [first, second = 0, third = 0] = bytes.subarray(at, at + 3);
  if (first !== 0xff || (second & 0xe6) !== 0xe2) return null; // no sync, or not layer III
  const version = (second >> 3) & 3; // 3: MPEG 1, 2: MPEG 2, 0: MPEG 2.5
  const kbps = (version === 3 ? MPEG1_KBPS : MPEG2_KBPS)[third >> 4];
  const base = MPEG1_HZ[(third >> 2) & 3];
  if (version === 1 || kbps === undefined || kbps === 0 || base === undefined) return null;
  const hz = version === 3 ? base : version === 2 ? base / 2 : base / 4;
  const samples = version === 3 ? 1152 : 576;
  const padding = (third >> 1) & 1;
  return { bytes: Math.floor((samples / 8) * ((kbps * 1000) / hz)) + padding, durationMs: (samples * 1000) / hz };
}
