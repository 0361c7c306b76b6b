/** Check sums of a FLAC frame: 8 bits (polynomial 0x07) over its head, 16 bits (0x8005) over all of it. RFC 9639, section 9. */
const table = (polynomial: number, bits: number) =>
  Uint16Array.from({ length: 256 }, (_, index) => {
    let value = index << (bits - 8);
    for (let bit = 0; bit < 8; bit++) value = value & (1 << (bits - 1)) ? (value << 1) ^ polynomial : value << 1;
    return value & ((1 << bits) - 1);
  });

const TABLE_8 = table(0x07, 8);
const TABLE_16 = table(0x8005, 16);

export function crc8(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) crc = TABLE_8[crc ^ byte] ?? 0;
  return crc;
}

export function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) crc = ((crc << 8) & 0xffff) ^ (TABLE_16[(crc >> 8) ^ byte] ?? 0);
  return crc;
}
