import { SAMPLE_RATE } from '../compose/timeline.js';

/** The 44 bytes before the samples of a stereo WAV file of 16 bits. */
export function wavHeader(samples: number): Uint8Array {
  const header = new Uint8Array(44);
  const view = new DataView(header.buffer);
  const text = (at: number, letters: string) => {
    for (let i = 0; i < letters.length; i++) header[at + i] = letters.charCodeAt(i);
  };
  text(0, 'RIFF');
  view.setUint32(4, 36 + samples * 4, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 2, true);
  view.setUint32(24, SAMPLE_RATE, true);
  view.setUint32(28, SAMPLE_RATE * 4, true);
  view.setUint16(32, 4, true);
  view.setUint16(34, 16, true);
  text(36, 'data');
  view.setUint32(40, samples * 4, true);
  return header;
}

/** Samples as 16-bit little-endian pairs. */
export function wavSamples(left: Float32Array, right: Float32Array, count: number): Uint8Array {
  const bytes = new Uint8Array(count * 4);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < count; i++) {
    view.setInt16(i * 4, Math.round((left[i] as number) * 32_767), true);
    view.setInt16(i * 4 + 2, Math.round((right[i] as number) * 32_767), true);
  }
  return bytes;
}
