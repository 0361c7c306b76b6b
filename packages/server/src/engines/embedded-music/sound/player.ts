import type { InstrumentName } from '../compose/orchestra.js';
import { pitchHz } from '../compose/scales.js';
import type { Part, Score } from '../compose/score.js';
import { SAMPLE_RATE } from '../compose/timeline.js';
import { hashText } from '../random.js';
import type { Stereo } from './buses.js';
import { createLowCut } from './filters.js';
import { playNote } from './instruments.js';
import { PART_MIX, type PartMix } from './part-mix.js';
import type { SoundBank } from './sound-bank.js';
import type { Voice } from './voice.js';

/** Notes that may sound at once in one part; more are left out. */
const MAX_VOICES = 48;

/** Shares of the two channels for a note, spread by its pitch as the keys of a piano are. */
function placeOf(pitch: number, spread: number): { left: number; right: number } {
  const pan = Math.max(-0.8, Math.min(0.8, (spread * (pitch - 64)) / 12));
  return { left: Math.min(1, 1 - pan), right: Math.min(1, 1 + pan) };
}

/** How a part stands in the mix of this song. */
function mixOf({ places }: Score, part: Part): PartMix {
  const usual = PART_MIX[part];
  const place = places[part];
  return place === undefined ? usual : { ...usual, pan: place.pan, gain: usual.gain * place.gain };
}

/** Plays the notes of one part. */
export function createPlayer(score: Score, part: Part, instrument: InstrumentName, seed: number, bank: SoundBank) {
  const notes = score.notes.filter((note) => note.part === part);
  const lowCut = createLowCut(PART_MIX[part].lowCutHz);
  const partSeed = hashText(part, seed);
  let next = 0;
  let sounding: { voice: Voice; start: number; done: number }[] = [];
  let quiet = SAMPLE_RATE;
  const start = (end: number): void => {
    for (let note = notes[next]; note && note.startSample < end; note = notes[++next]) {
      if (sounding.length >= MAX_VOICES) continue;
      const voice = playNote(bank, instrument, note.pitch, {
        hz: pitchHz(note.pitch),
        velocity: note.velocity,
        heldSamples: note.lengthSamples,
        seed: (partSeed + next * 2_654_435_761) >>> 0,
        vowel: note.vowel ?? 'a',
        ...placeOf(note.pitch, PART_MIX[part].spread),
      });
      sounding.push({ voice, start: note.startSample, done: 0 });
    }
  };
  return {
    mix: mixOf(score, part),
    /** Adds the part to its bus; false when nothing has sounded for a while. */
    render([left, right]: Stereo, at: number, count: number): boolean {
      start(at + count);
      quiet = sounding.length > 0 ? 0 : quiet + count;
      if (quiet >= SAMPLE_RATE) return false;
      for (const one of sounding) {
        const from = Math.max(0, one.start - at);
        const size = Math.min(count - from, one.voice.totalSamples - one.done);
        one.voice.render(left, right, from, size);
        one.done += size;
      }
      sounding = sounding.filter((one) => one.done < one.voice.totalSamples);
      lowCut.run(left, right, count);
      return true;
    },
  };
}
