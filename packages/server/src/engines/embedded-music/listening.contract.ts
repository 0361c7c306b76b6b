import type { CompositionPlan, Section } from '@rendercast/protocol';
import { MPEGDecoder } from 'mpg123-decoder';
import type { Format } from './encode/encoder.js';
import { makeSong, type Song, type SongHooks } from './song.js';

/** A plan in a few words: the style, then sections as name, milliseconds and what else they have. */
export function planOf(
  styles: readonly string[],
  sections: readonly (readonly [name: string, durationMs: number, rest?: Partial<Section>])[],
  rest: Partial<CompositionPlan> = {},
): CompositionPlan {
  return {
    positiveStyles: [...styles],
    negativeStyles: [],
    ...rest,
    sections: sections.map(([name, durationMs, more]) => ({
      ...{ name, durationMs, positiveStyles: [], negativeStyles: [], lines: [] },
      ...more,
    })),
  };
}

const QUIET: SongHooks = {
  stopped: () => false,
  stage: () => undefined,
  step: () => undefined,
  picture: () => undefined,
  bytes: () => undefined,
};

/** A song with its whole file. */
export interface MadeSong extends Song {
  bytes: Uint8Array<ArrayBuffer>;
}

/** Makes a song in this thread. */
export async function songOf(
  plan: CompositionPlan,
  seed: number,
  format: Format = 'mp3',
  hooks: Partial<SongHooks> = {},
): Promise<MadeSong> {
  const pieces: Uint8Array[] = [];
  const song = await makeSong(
    { plan, seed, format, request: { plan, seed, format } },
    {
      ...QUIET,
      ...hooks,
      bytes(bytes) {
        pieces.push(bytes);
        hooks.bytes?.(bytes);
      },
    },
  );
  return { ...song, bytes: new Uint8Array(Buffer.concat(pieces)) };
}

/** A song as an independent decoder hears it. */
export interface Heard {
  left: Float32Array;
  right: Float32Array;
  sampleRate: number;
  seconds: number;
}

export async function listen(mp3: Uint8Array): Promise<Heard> {
  const decoder = new MPEGDecoder();
  await decoder.ready;
  const { channelData, sampleRate, samplesDecoded } = decoder.decode(mp3);
  const [left = new Float32Array(), right = new Float32Array()] = channelData.map((channel) => channel.slice());
  decoder.free();
  return { left, right, sampleRate, seconds: samplesDecoded / sampleRate };
}

/** Root mean square of both channels between two times, in dBFS. */
export function levelDb({ left, right, sampleRate }: Heard, fromMs: number, toMs: number): number {
  let sum = 0;
  const from = Math.floor((fromMs * sampleRate) / 1000);
  const to = Math.min(left.length, Math.floor((toMs * sampleRate) / 1000));
  for (let i = from; i < to; i++) sum += ((left[i] ?? 0) ** 2 + (right[i] ?? 0) ** 2) / 2;
  return 10 * Math.log10(sum / Math.max(1, to - from) + 1e-12);
}

export function peakDb({ left, right }: Heard): number {
  let peak = 0;
  for (let i = 0; i < left.length; i++) peak = Math.max(peak, Math.abs(left[i] ?? 0), Math.abs(right[i] ?? 0));
  return 20 * Math.log10(peak + 1e-9);
}

/** Rises of the energy below about 120 Hz, ten thousandths of a second apart: where kick drums strike, in seconds. */
export function lowOnsets({ left, right, sampleRate }: Heard): number[] {
  const hop = Math.round(sampleRate / 200);
  const energies: number[] = [];
  const keep = Math.exp((-2 * Math.PI * 120) / sampleRate);
  let low = 0;
  let lower = 0;
  for (let at = 0; at + hop <= left.length; at += hop) {
    let energy = 0;
    for (let i = at; i < at + hop; i++) {
      low = low * keep + (((left[i] ?? 0) + (right[i] ?? 0)) / 2) * (1 - keep);
      lower = lower * keep + low * (1 - keep);
      energy += lower * lower;
    }
    energies.push(energy);
  }
  const rises = energies.map((energy, i) => Math.max(0, Math.sqrt(energy) - Math.sqrt(energies[i - 2] ?? 0)));
  const most = Math.max(...rises);
  const onsets: number[] = [];
  for (const [i, rise] of rises.entries()) {
    const highest = rises.slice(Math.max(0, i - 12), i + 13).every((other) => other <= rise);
    if (rise > most * 0.35 && highest) onsets.push((i * hop) / sampleRate);
  }
  return onsets;
}
