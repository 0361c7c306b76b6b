import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FAMILIES } from './compose/families.js';
import { FORMATS, type Format } from './encode/encoder.js';
import { FFMPEG, measureWithFfmpeg, NO_FFMPEG } from './ffmpeg.contract.js';
import { levelDb, listen, lowOnsets, type MadeSong, planOf, songOf } from './listening.contract.js';
import { SongStopped } from './song.js';

interface SectionFacts {
  name: string;
  startMs: number;
  endMs: number;
  tempoBpm: number;
}

const STYLES = Object.entries(FAMILIES).map(([name, { title }]) => [name, title] as const);
const made = new Map<string, Promise<MadeSong>>();

/** Two seconds in a style, made once. */
function shortSong(style: string): Promise<MadeSong> {
  const plan = planOf(
    [style],
    [
      ['Verse', 1000],
      ['Chorus', 1000],
    ],
  );
  const song = made.get(style) ?? songOf(plan, 9);
  made.set(style, song);
  return song;
}

/** The samples of a WAV file. */
function samplesOf(wav: Uint8Array<ArrayBuffer>): Int16Array {
  return new Int16Array(wav.buffer.slice(Buffer.from(wav.buffer).indexOf('data') + 8));
}

const sectionsOf = (parameters: object) => (parameters as { sections: SectionFacts[] }).sections;

describe('a song', () => {
  test('lasts as long as its plan, as an independent decoder hears it', async () => {
    const song = await songOf(
      planOf(
        ['pop'],
        [
          ['Verse', 3100],
          ['Chorus', 4700],
          ['Outro', 2345],
        ],
      ),
      3,
    );
    const heard = await listen(song.bytes);
    expect(song.durationMs).toBe(10_145);
    expect(heard.sampleRate).toBe(44_100);
    // The decoder counts the encoder's own run-in and padding too: less than 60 ms.
    expect(Math.abs(heard.seconds * 1000 - 10_145)).toBeLessThan(100);
    expect(sectionsOf(song.parameters).map(({ startMs, endMs }) => [startMs, endMs])).toEqual([
      [0, 3100],
      [3100, 7800],
      [7800, 10_145],
    ]);
  });

  test('has sections as strong as their names say: intro below verse below chorus, and a close that fades to silence', async () => {
    const song = await songOf(
      planOf(
        ['rock'],
        [
          ['Intro', 2000],
          ['Verse', 3000],
          ['Chorus', 3000],
          ['Outro', 3000],
        ],
      ),
      5,
    );
    const heard = await listen(song.bytes);
    const [intro = 0, verse = 0, chorus = 0, outro = 0] = sectionsOf(song.parameters).map(({ startMs, endMs }) =>
      levelDb(heard, startMs, endMs),
    );
    expect(verse).toBeGreaterThan(intro);
    expect(chorus).toBeGreaterThan(verse + 0.8);
    expect(outro).toBeLessThan(verse);
    expect(levelDb(heard, 10_900, 10_990)).toBeLessThan(-40);
  });

  test('keeps the tempo that its styles name: the kick of a house track strikes on every beat', async () => {
    const song = await songOf(
      planOf(['deep house', '125 bpm'], [['Drop', 11_520]], {
        negativeStyles: ['bass', 'melody', 'chords', 'pad', 'arp'],
      }),
      2,
    );
    expect(sectionsOf(song.parameters)[0]?.tempoBpm).toBeCloseTo(125, 5);
    const onsets = lowOnsets(await listen(song.bytes));
    const beat = 60 / 125;
    const onBeat = onsets.filter((onset) => Math.abs(onset / beat - Math.round(onset / beat)) * beat < 0.045);
    // 24 beats; the last lie in the fade.
    expect(onBeat.length).toBeGreaterThanOrEqual(16);
    expect(onBeat.length / onsets.length).toBeGreaterThan(0.7);
  });

  test('leaves out what the negative styles name, in the whole song or in one section', async () => {
    const plan = planOf(
      ['rock'],
      [
        ['Chorus', 3000],
        ['Chorus', 2000, { negativeStyles: ['drums'] }],
      ],
    );
    const song = await songOf(plan, 4);
    const partly = await listen(song.bytes);
    const without = await songOf({ ...plan, negativeStyles: ['drums', 'guitar'] }, 4);
    expect(lowOnsets(partly).filter((onset) => onset < 2.9).length).toBeGreaterThan(2);
    expect(without.parameters['instruments']).not.toHaveProperty('drums');
    expect(JSON.stringify(without.parameters['instruments'])).not.toMatch(/guitar/i);
    expect(sectionsOf(song.parameters)[1]).toMatchObject({ without: ['drums'] });
  });

  test.each(STYLES)('is at -14 LUFS by its own meter, without offset: %s', async (name, title) => {
    const song = await shortSong(title);
    expect(song.parameters['style']).toBe(name);
    expect(Math.abs(Number(song.parameters['loudnessLufs']) + 14)).toBeLessThanOrEqual(1);
    const { left } = await listen(song.bytes);
    const mean = left.reduce((sum, value) => sum + value, 0) / left.length;
    expect(Math.abs(mean)).toBeLessThan(0.001);
  });

  test('has no click where sections meet', async () => {
    const plan = planOf(
      ['ambient'],
      [
        ['Opening', 2000],
        ['Theme', 2000],
        ['Interlude', 2000],
      ],
    );
    const { left } = await listen((await songOf(plan, 6)).bytes);
    const steps = (from: number, to: number) => {
      let most = 0;
      for (let i = from + 1; i < to; i++) most = Math.max(most, Math.abs((left[i] ?? 0) - (left[i - 1] ?? 0)));
      return most;
    };
    const usual = steps(44_100, left.length - 44_100);
    for (const border of [2, 4])
      expect(steps(border * 44_100 - 400, border * 44_100 + 2000)).toBeLessThanOrEqual(usual);
    expect(usual).toBeLessThan(0.5);
  });

  test('sings each syllable of its lyrics and says when each line sounds', async () => {
    const lines = ['the morning sun is rising', 'over the silver sea'];
    const song = await songOf(planOf(['pop'], [['Verse', 8000, { lines }]]), 1);
    const timed = song.parameters['lyrics'] as { text: string; startMs: number; endMs: number; section: number }[];
    expect(timed.map(({ text }) => text)).toEqual(lines);
    expect(timed[0]).toMatchObject({ section: 0, startMs: 0 });
    expect(timed[1]?.startMs).toBeGreaterThanOrEqual(timed[0]?.endMs ?? Number.NaN);
    expect(song.parameters['instruments']).toHaveProperty('voice');
  });

  test('is the same file for the same plan and seed, in every format, and another for another seed', async () => {
    const plan = planOf(['lofi'], [['Verse', 1000]]);
    const fileOf = async (seed: number, format: Format) => Buffer.from((await songOf(plan, seed, format)).bytes);
    for (const format of Object.keys(FORMATS) as Format[])
      expect((await fileOf(11, format)).equals(await fileOf(11, format)), format).toBe(true);
    expect((await fileOf(11, 'mp3')).equals(await fileOf(12, 'mp3'))).toBe(false);
  });

  test('names its title in an ID3 tag and its seed, key and plan in its parameters', async () => {
    const plan = planOf(['jazz', 'key of Eb'], [['Theme', 1500]], { title: 'Später Mond 🌙' });
    const song = await songOf(plan, 77);
    const head = Buffer.from(song.bytes.subarray(0, 400));
    expect(head.subarray(0, 3).toString()).toBe('ID3');
    expect(head.includes(Buffer.from('Später Mond 🌙', 'utf8'))).toBe(true);
    expect(song.parameters).toMatchObject({
      seed: 77,
      title: 'Später Mond 🌙',
      plan: { sections: [{ name: 'Theme' }] },
    });
    expect(song.parameters['key']).toMatch(/^Eb /);
  });

  test('stops between two blocks when it is told to', async () => {
    let asked = 0;
    const stopped = () => ++asked > 3;
    await expect(songOf(planOf(['pop'], [['Verse', 60_000]]), 1, 'mp3', { stopped })).rejects.toBeInstanceOf(
      SongStopped,
    );
    expect(asked).toBe(4);
  });
});

test('any plan within the limits becomes a song of its length, without clipping, with progress that only grows', async () => {
  const word = fc.oneof(
    fc.constantFrom(
      'jazz',
      'ambient',
      'techno',
      'no drums',
      'slow',
      'waltz',
      'drums',
      'bass',
      'fast',
      '187 bpm',
      'f# minor',
      '古典',
      'piano',
      '',
    ),
    fc.string({ unit: 'grapheme', maxLength: 12 }),
  );
  const section = fc.record({
    name: fc.oneof(
      fc.constantFrom('Intro', 'Verse', 'Chorus', 'Drop', 'Build', 'Outro'),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
    ),
    durationMs: fc.integer({ min: 1000, max: 1300 }),
    positiveStyles: fc.array(word, { maxLength: 2 }),
    negativeStyles: fc.array(word, { maxLength: 2 }),
    lines: fc.array(fc.string({ unit: 'grapheme', maxLength: 60 }), { maxLength: 3 }),
  });
  const plans = fc.record({
    positiveStyles: fc.array(word, { maxLength: 3 }),
    negativeStyles: fc.array(word, { maxLength: 2 }),
    sections: fc.array(section, { minLength: 1, maxLength: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(plans, fc.integer({ min: 0, max: 4_294_967_295 }), async (plan, seed) => {
      const fractions: number[] = [];
      const song = await songOf(plan, seed, 'wav', { step: (_, __, fraction) => void fractions.push(fraction) });
      const total = plan.sections.reduce((sum, one) => sum + one.durationMs, 0);
      const samples = samplesOf(song.bytes);
      expect(Math.abs(samples.length / 2 - total * 44.1)).toBeLessThanOrEqual(1);
      expect(samples.some((value) => value !== 0)).toBe(true);
      expect(samples.every((value) => Math.abs(value) <= 28_541)).toBe(true);
      expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
      expect(fractions.at(-1)).toBe(1);
    }),
    { numRuns: Number(process.env['RENDERCAST_TEST_RUNS'] ?? 8), seed: 20_261_120 },
  );
});

describe.skipIf(FFMPEG === null)(`a song as ffmpeg measures it${FFMPEG === null ? ` (${NO_FFMPEG})` : ''}`, () => {
  test.each(STYLES)('is at -14 LUFS and below -1 dBFS of true peak: %s', async (_, title) => {
    const { loudnessLufs, truePeakDbfs } = await measureWithFfmpeg((await shortSong(title)).bytes);
    expect(Math.abs(loudnessLufs + 14)).toBeLessThanOrEqual(1);
    expect(truePeakDbfs).toBeLessThanOrEqual(-1);
  });

  test.each(['mp3', 'ogg'] as const)('is so too when its loudness had to be told in advance: %s', async (format) => {
    const plan = planOf(
      ['rock'],
      [
        ['Intro', 3000],
        ['Verse', 4000],
        ['Breakdown', 3000],
        ['Chorus', 4000],
        ['Outro', 2000],
      ],
    );
    const song = await songOf(plan, 2, format);
    const { loudnessLufs, truePeakDbfs } = await measureWithFfmpeg(song.bytes);
    expect(Math.abs(loudnessLufs + 14)).toBeLessThanOrEqual(1);
    expect(truePeakDbfs).toBeLessThanOrEqual(-1);
    expect(Math.abs(loudnessLufs - Number(song.parameters['loudnessLufs']))).toBeLessThan(0.5);
    expect(Math.abs(truePeakDbfs - Number(song.parameters['truePeakDbfs']))).toBeLessThan(1.2);
  });
});

test('hands out its file from the first bar on, before the rest is made', async () => {
  const told: ['bytes' | 'step', number][] = [];
  await songOf(planOf(['pop'], [['Verse', 12_000]]), 3, 'mp3', {
    step: (step) => void told.push(['step', step]),
    bytes: ({ length }) => void told.push(['bytes', length]),
  });
  const sizes = told.flatMap(([what, size]) => (what === 'bytes' ? [size] : []));
  const all = sizes.reduce((sum, size) => sum + size, 0);
  expect(sizes.length).toBeGreaterThanOrEqual(4);
  const firstBar = told.findIndex(([what, step]) => what === 'step' && step === 1);
  const before = told.slice(0, firstBar).reduce((sum, [what, size]) => sum + (what === 'bytes' ? size : 0), 0);
  // The head with its cover, and a bar or two of twelve seconds.
  expect(before).toBeGreaterThan(20_000);
  expect(before).toBeLessThan(all / 2);
});
