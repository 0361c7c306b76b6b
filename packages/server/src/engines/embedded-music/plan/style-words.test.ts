import { describe, expect, test } from 'vitest';
import { direct } from '../compose/direction.js';
import { keyName } from '../compose/scales.js';
import { planOf } from '../listening.contract.js';
import { roleOf } from './section-role.js';
import { energyShift, namedKey, namedTempo, phrase, removedParts } from './style-words.js';
import { syllablesOf } from './syllables.js';

const direction = (...styles: string[]) => direct(planOf(styles, [['Verse', 20_000]]), 1);

describe('style words', () => {
  test.each([
    ['ambient soundscape', 'ambient'],
    ['k-pop', 'pop'],
    ['Heavy Metal', 'rock'],
    ['deep house', 'house'],
    ['acid techno', 'techno'],
    ['80s retrowave', 'synthwave'],
    ['bebop', 'jazz'],
    ['string quartet', 'classical'],
    ['epic film score', 'cinematic'],
    ['lo-fi hip hop beats to study to', 'lofi'],
    ['boom bap', 'hiphop'],
    ['singer-songwriter', 'folk'],
    ['爵士', 'jazz'],
    ['джаз', 'jazz'],
  ])('%s is %s', (words, family) => {
    expect(direction(words).familyName).toBe(family);
  });

  test('a style among the negative ones is not chosen', () => {
    const plan = planOf(['saxophone', 'bass'], [['Verse', 9000]], { negativeStyles: ['jazz'] });
    expect(direct(plan, 1).familyName).not.toBe('jazz');
  });

  test('name key, tempo and metre', () => {
    const chosen = direction('pop', '97 BPM', 'in F# minor', 'waltz');
    expect(keyName(chosen.key)).toBe('F# minor');
    expect(chosen.tempoRange[1]).toBe(97);
    expect(chosen.beatsPerBar).toBe(3);
    expect(namedKey(phrase(['B flat major']))).toEqual({ tonic: 10, mode: 'major' });
    expect(namedKey(phrase(['a minor inconvenience']))).toEqual({ tonic: 9, mode: 'minor' });
    expect(namedKey(phrase(['a song']))).toBeNull();
    expect(namedTempo(phrase(['9999 bpm']))).toBeNull();
  });

  test('mood words choose the mode, speed words the tempo, instruments the sounds', () => {
    expect(direction('sad pop').key.mode).toBe('minor');
    expect(direction('happy pop').key.mode).toBe('major');
    expect(direction('slow pop').tempoRange[1]).toBeLessThan(direction('fast pop').tempoRange[1]);
    expect(direction('pop', 'violin', 'acoustic guitar').cast).toMatchObject({
      lead: 'violin',
      comp: 'steelGuitar',
    });
  });

  test('take parts away', () => {
    expect([...removedParts(phrase(['pop', 'no drums']), phrase(['singing']))].sort()).toEqual(['drums', 'voice']);
    expect([...removedParts(phrase(['ohne Schlagzeug', 'instrumental']), phrase([]))].sort()).toEqual([
      'drums',
      'voice',
    ]);
    expect(removedParts(phrase(['drums and bass']), phrase([])).size).toBe(0);
  });

  test('raise and lower the energy of a section', () => {
    expect(energyShift(phrase(['huge and powerful']))).toBeGreaterThan(0);
    expect(energyShift(phrase(['quiet']))).toBeLessThan(0);
  });
});

test.each([
  ['Verse 2', 'verse'],
  ['[Pre-Chorus]', 'build'],
  ['FINAL CHORUS', 'chorus'],
  ['Refrain', 'chorus'],
  ['The Drop!', 'drop'],
  ['Puente', 'bridge'],
  ['副歌', 'chorus'],
  ['Припев', 'chorus'],
])('a section named %s is a %s', (name, role) => {
  expect(roleOf(name, 1, 5)).toBe(role);
});

test('sections without a telling name get their role from their place', () => {
  expect(['A', 'B', 'C', 'D'].map((name, index, all) => roleOf(name, index, all.length))).toEqual([
    'intro',
    'verse',
    'chorus',
    'outro',
  ]);
});

test.each([
  ['the morning sun is rising', 7],
  ['I love you', 3],
  ['Straßenbahn fährt', 4],
  ['さくらさくら', 6],
  ['きょう', 2],
  ['我爱你', 3],
  ['사랑해', 3],
  ['Москва не спит', 4],
  ['прст hmm', 3],
  ['!!! … 🎵', 0],
])('%s has %d syllables', (line, count) => {
  expect(syllablesOf(line)).toHaveLength(count);
});
