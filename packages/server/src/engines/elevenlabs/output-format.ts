import type { Model } from './models.js';

/**
 * What a song can be asked for as. Raw PCM and telephone formats are left out: they come without a header, so that no
 * player could open the file.
 */
export const OUTPUT_FORMATS = [
  'auto',
  'mp3_22050_32',
  'mp3_24000_48',
  'mp3_44100_32',
  'mp3_44100_64',
  'mp3_44100_96',
  'mp3_44100_128',
  'mp3_44100_192',
  'mp3_48000_128',
  'mp3_48000_192',
  'mp3_48000_240',
  'mp3_48000_320',
] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** What `auto` comes to, by model, as the service documents it. */
const AUTO: Record<Model, OutputFormat> = {
  music_v1: 'mp3_44100_128',
  music_v2: 'mp3_48000_192',
  music_v2_5: 'mp3_48000_192',
};

/** Bytes that a second of such a song takes. */
export function bytesPerSecond(format: OutputFormat, model: Model): number {
  const kbps = Number((format === 'auto' ? AUTO[model] : format).split('_')[2]);
  return (kbps * 1000) / 8;
}
