/** Fits a number into a byte. */
export function byte(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}
