/** Writes one file from its beginning to its end: what it has given is never changed, so that it can be heard at once. */
export interface SongEncoder {
  /** What stands before the music. */
  readonly head: Uint8Array<ArrayBuffer>;
  /** Takes samples and gives the bytes that are ready, which may be none. */
  add(left: Float32Array, right: Float32Array, count: number): Uint8Array<ArrayBuffer>;
  /** The rest of the file. */
  finish(): Uint8Array<ArrayBuffer>;
}
