/** A place in a song, or its length: `0:07.5`, `2:30`. */
export function clock(ms: number): string {
  const tenths = Math.round(ms / 100);
  const seconds = Math.floor(tenths / 10);
  const rest = tenths % 10;
  const whole = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  return rest === 0 ? whole : `${whole}.${rest}`;
}
