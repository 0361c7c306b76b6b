/** Sounds of the drum kits. */
export type DrumSound =
  | 'kick'
  | 'snare'
  | 'rim'
  | 'clap'
  | 'hat'
  | 'openHat'
  | 'ride'
  | 'crash'
  | 'shaker'
  | 'tambourine'
  | 'cowbell'
  | 'clave'
  | 'congaHigh'
  | 'congaMute'
  | 'congaLow'
  | 'timbale'
  | 'tomHigh'
  | 'tomMid'
  | 'tomLow'
  | 'boom'
  | 'riser';

/** One line of a pattern, in sixteenths of one bar or of two: `x` strong, `o` medium, `-` soft, anything else silent. */
export type Line = readonly [DrumSound, string];

/** Sets of fills: see `FILLS`. */
export type FillName = 'kit' | 'soft' | 'machine' | 'drums' | 'hands';

/** What a groove plays at three levels of energy, and the figures of its fills. */
export interface Groove {
  kit: 'acoustic' | 'power' | 'electronic' | 'soft' | 'orchestral';
  fills: FillName;
  low: readonly Line[];
  mid: readonly Line[];
  high: readonly Line[];
}

/** How strong a mark is; 0 for silence. */
export function markStrength(mark: string): number {
  return mark === 'x' ? 1 : mark === 'o' ? 0.66 : mark === '-' ? 0.34 : 0;
}
