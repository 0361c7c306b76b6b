/** 128 random bits in hexadecimal. Not `randomUUID`: pages over plain HTTP (a box in the house network) lack it. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
