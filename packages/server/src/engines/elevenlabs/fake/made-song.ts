import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Manners } from './manners.js';
import { silentMp3 } from './silent-mp3.js';

const planSchema = z.looseObject({
  chunks: z.array(z.looseObject({})).optional(),
  sections: z.array(z.looseObject({})).optional(),
});
const lengthSchema = z.looseObject({
  duration_ms: z.number().optional(),
  range: z.object({ start_ms: z.number(), end_ms: z.number() }).optional(),
});

/** How long a song is that no length was asked for. */
const CHOSEN_MS = 4_000;

/** The song that a body asks for: silence of the right length, the same for the same body. */
export function soundOf(body: Record<string, unknown>, format: string): Buffer {
  const auto = body.model_id === 'music_v1' || body.model_id === undefined ? 'mp3_44100_128' : 'mp3_48000_192';
  const seed = createHash('sha256').update(JSON.stringify(body)).digest().readUInt32LE();
  return silentMp3(lengthOf(body), format === 'auto' ? auto : format, seed);
}

function lengthOf(body: Record<string, unknown>): number {
  const plan = planSchema.safeParse(body.composition_plan).data;
  if (plan === undefined) return typeof body.music_length_ms === 'number' ? body.music_length_ms : CHOSEN_MS;
  return [...(plan.chunks ?? []), ...(plan.sections ?? [])].reduce((sum: number, part) => {
    const { duration_ms: durationMs, range } = lengthSchema.parse(part);
    return sum + (durationMs ?? (range === undefined ? 0 : range.end_ms - range.start_ms));
  }, 0);
}

/** The detailed answer: a line of JSON, and the sound. */
export function detailedAnswer(
  body: Record<string, unknown>,
  sound: Buffer,
  boundary: string,
  { lineEnd }: Pick<Manners, 'lineEnd'>,
): { bytes: Buffer; last: number } {
  const end = lineEnd === 'crlf' ? '\r\n' : '\n';
  const told = {
    composition_plan: body.composition_plan ?? makePlan(String(body.prompt), null, body.model_id),
    song_metadata: {
      title: 'A Fake Song',
      description: 'Silence.',
      genres: ['silence'],
      languages: [],
      is_explicit: false,
    },
    ...(body.with_timestamps === true ? { words_timestamps: [{ word: 'hush', start_ms: 0, end_ms: 500 }] } : {}),
  };
  const head = [
    `--${boundary}`,
    'Content-Type: application/json',
    '',
    JSON.stringify(told),
    `--${boundary}`,
    'Content-Type: audio/mpeg',
    'Content-Disposition: attachment; filename="song.mp3"',
    '',
    '',
  ].join(end);
  const last = Buffer.from(`${end}--${boundary}--${end}`);
  return { bytes: Buffer.concat([Buffer.from(head), sound, last]), last: last.length };
}

/** A plan of the kind that the model takes. */
export function makePlan(prompt: string, lengthMs: number | null, model: unknown): unknown {
  const total = lengthMs ?? 9_000;
  const parts = Math.max(1, Math.min(3, Math.floor(total / 3_000)));
  const names = ['Intro', 'Verse', 'Chorus'].slice(0, parts);
  const durationMs = (index: number) => Math.floor(total / parts) + (index === 0 ? total % parts : 0);
  if (model === 'music_v1' || model === undefined)
    return {
      positive_global_styles: [prompt.slice(0, 100)],
      negative_global_styles: ['noise'],
      sections: names.map((name, index) => ({
        section_name: name,
        positive_local_styles: ['soft'],
        negative_local_styles: [],
        duration_ms: durationMs(index),
        lines: index === 0 ? [] : ['a line to sing'],
      })),
    };
  return {
    chunks: names.map((name, index) => ({
      text: index === 0 ? `[${name}]` : `[${name}]\na line to sing`,
      duration_ms: durationMs(index),
      positive_styles: [prompt.slice(0, 100), 'soft'],
      negative_styles: ['noise'],
      context_adherence: 'medium',
    })),
  };
}
