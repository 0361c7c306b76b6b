import type { Direction, SectionDirection } from './direction.js';
import { sungLines } from './lyric-melody.js';
import type { Layer } from './score.js';
import type { Grid } from './timeline.js';

/** Beats of a section between which a part plays. */
export interface Window {
  from: number;
  to: number;
}

/**
 * Which parts play in a section, and when they join in: few where energy is low, all where it is high, none that the
 * words take away. Beginnings gather part by part, ends thin out, the bass waits under the last bars of a build-up.
 */
export function planLayers(direction: Direction, section: SectionDirection, grid: Grid): ReadonlyMap<Layer, Window> {
  const layers = new Map<Layer, Window>();
  for (const layer of choose(direction, section)) layers.set(layer, windowOf(layer, direction, section, grid));
  // Somebody begins.
  const [first] = [...layers].sort(([, a], [, b]) => a.from - b.from);
  if (first && first[1].from > 0) layers.set(first[0], { ...first[1], from: 0 });
  return layers;
}

function choose(direction: Direction, section: SectionDirection): ReadonlySet<Layer> {
  const { cast, family } = direction;
  const { energy, silent, role, only } = section;
  const quiet = role === 'intro' || role === 'outro' || role === 'breakdown';
  const later = section.occurrence > 0;
  const layers = new Set<Layer>();
  const take = (layer: Layer, plays: boolean) =>
    plays && !silent.has(layer) && (only === null || only.has(layer)) && layers.add(layer);
  take('drums', family.groove !== null && energy >= 0.25 && !(role === 'breakdown' && energy < 0.36));
  take('bass', cast.bass !== null && (energy >= 0.3 || !quiet));
  take('comp', cast.comp !== null && (energy >= 0.2 || cast.pad === null));
  take('second', cast.second !== null && (energy >= 0.66 || (later && energy >= 0.52) || cast.comp === null));
  take('pad', cast.pad !== null && (energy < 0.5 || energy >= 0.62 || cast.comp === null));
  take('arp', cast.arp !== null && energy >= 0.6);
  take(
    'counter',
    cast.counter !== null && (energy >= 0.78 || (later && role === 'verse') || (role === 'bridge' && energy > 0.4)),
  );
  take('voice', sungLines(section.lines).length > 0);
  // The tune: an intro that is all mood leaves it for later, unless nothing else would be heard of it.
  take('lead', only?.has('lead') === true || energy >= 0.3 || !quiet || role === 'outro');
  if (layers.size === 0) {
    // Something always sounds: with all of it taken away, the pad or the chords play after all.
    const left = (['pad', 'comp', 'second'] as const).find((part) => cast[part] !== null && !silent.has(part));
    layers.add(left ?? (cast.pad ? 'pad' : cast.comp ? 'comp' : 'lead'));
  }
  return layers;
}

/** Shares of an intro at which each layer enters, by how the style gathers. */
const ENTERS: Readonly<Record<Direction['family']['growth'], Partial<Record<Layer, number>>>> = {
  band: { drums: 0.5, bass: 0.5, lead: 0.25, second: 0.5, arp: 0.5 },
  club: { pad: 0.25, bass: 0.5, comp: 0.5, lead: 0.75, arp: 0.5, second: 0.5 },
  tide: { bass: 0.25, comp: 0.25, second: 0.5, lead: 0.5, drums: 0.5, counter: 0.5 },
};

/** Shares of an outro after which each layer is silent. */
const LEAVES: Readonly<Record<Direction['family']['growth'], Partial<Record<Layer, number>>>> = {
  band: { second: 0.5, arp: 0.5, counter: 0.5 },
  club: { lead: 0.25, arp: 0.5, comp: 0.5, second: 0.5, bass: 0.75 },
  tide: { drums: 0.5, second: 0.5, lead: 0.75, counter: 0.5 },
};

function windowOf(layer: Layer, { family }: Direction, section: SectionDirection, grid: Grid): Window {
  const whole = { from: 0, to: grid.totalBeats };
  const bars = grid.barStarts.length;
  if (bars < 4) return whole;
  const at = (share: number) => grid.barStarts[Math.round(bars * share)] ?? grid.totalBeats;
  switch (section.role) {
    case 'intro':
      return { from: at(ENTERS[family.growth][layer] ?? 0), to: whole.to };
    case 'outro':
      return { from: 0, to: at(LEAVES[family.growth][layer] ?? 1) };
    case 'verse':
      // The second half of a long first verse is fuller than its first.
      return bars >= 8 && section.occurrence === 0 && (layer === 'pad' || layer === 'arp')
        ? { from: at(0.5), to: whole.to }
        : whole;
    case 'build':
      return layer === 'bass' && family.growth === 'club' ? { from: 0, to: at(0.75) } : whole;
    case 'breakdown':
      return layer === 'arp' || layer === 'drums' ? { from: at(0.5), to: whole.to } : whole;
    default:
      return whole;
  }
}

/** Whether a layer's beat lies in its window. */
export function inWindow(window: Window | undefined, beat: number): boolean {
  return window !== undefined && beat >= window.from - 0.06 && beat < window.to - 0.01;
}
