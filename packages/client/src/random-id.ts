/** 128 random bits in letters. Not `randomUUID`: pages over plain HTTP (a box in the house network) lack it. */
export function randomId(): string {
  return crypto.getRandomValues(new Uint8Array(16)).join('-');
}
