/** Samples that are rendered in one go: 46 ms, so that a cancel is heard soon. */
export const BLOCK = 2048;

/** Two channels of one block. */
export type Stereo = readonly [Float32Array, Float32Array];

export const stereo = (): Stereo => [new Float32Array(BLOCK), new Float32Array(BLOCK)];

export function clear([left, right]: Stereo): void {
  left.fill(0);
  right.fill(0);
}
