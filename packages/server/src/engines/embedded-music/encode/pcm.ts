/** A sample as 16 bits. */
export const toInt16 = (value: number): number => Math.max(-32_768, Math.min(32_767, Math.round(value * 32_767)));

/** Samples as pairs of 16 bits, left first, as WAV files and the Opus encoder take them. */
export function interleaved(left: Float32Array, right: Float32Array, count: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(count * 4);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < count; i++) {
    view.setInt16(i * 4, toInt16(left[i] as number), true);
    view.setInt16(i * 4 + 2, toInt16(right[i] as number), true);
  }
  return bytes;
}
