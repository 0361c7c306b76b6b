import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLog } from '../stories/log-over-http.js';
import { type House, startHouse, until } from '../support/house.js';
import { type Company, createCompany } from './histories/company.js';
import { describeFaults } from './histories/faults.js';
import { judgeRecording } from './histories/judge.js';
import { judgeHolders, judgeJoins } from './histories/judge-log.js';
import { openConnection } from './histories/line.js';
import { mutantNames, mutantOf } from './histories/mutants.js';
import { comeToRest } from './histories/patron.js';
import type { Language, Recording } from './histories/recording.js';
import { type Truth, truthOf } from './histories/truth.js';

/** A calm day: two owners with readers of every language, one order of each. The checker finds nothing, and every mutant. */
const KEYS = { ann: 'ann-key-0123456789', bob: 'bob-key-0123456789' };
const OPERATOR = 'olga-key-0123456789';
const LANGUAGES: readonly Language[] = ['image-task', 'artist-session', 'progress-feed', 'flat-feed', 'music-render'];
/** What an end looks like where several jobs are told of. */
const ENDS: Partial<Record<Language, string>> = {
  'artist-session': 'generation_complete',
  'progress-feed': 'generation_complete',
  'flat-feed': '"result"',
};
type Owner = keyof typeof KEYS;

let house: House;
let truth: Truth;
const companies = new Map<Owner, Company>();
const recordingOf = (owner: Owner, language: Language): Recording => {
  const found = companies.get(owner)?.recordings.find((each) => each.language === language);
  if (found === undefined) throw new Error(`${owner} has no reader of ${language}`);
  return found;
};

beforeAll(async () => {
  const engines = ['image-task', 'artist-session', 'progress-feed', 'music-render'];
  house = await startHouse({
    apiKeys: `ann:${KEYS.ann},bob:${KEYS.bob},olga:${OPERATOR}:operator`,
    dialectEngines: engines.map((name) => `${name}=rehearsal`).join(','),
  });
  await Promise.all((['ann', 'bob'] as const).map(spendTheDay));
  await comeToRest(house.url, OPERATOR);
  truth = truthOf(await readLog(house.url, true, OPERATOR));
  const lines = [...companies.values()].flatMap((company) => company.lines);
  for (const line of lines) line.rest();
  const faults = () => lines.flatMap(({ recording }) => judgeRecording(recording, truth));
  await until(() => faults().length === 0, 'all readers to be told all').catch(() => undefined);
});
afterAll(async () => {
  await Promise.all([...companies.values()].map((company) => company.leave()));
  await house.stop();
});

async function spendTheDay(owner: Owner): Promise<void> {
  const key = KEYS[owner];
  const company = createCompany({ owner, key, urls: [house.url, house.url] });
  companies.set(owner, company);
  const readers = [
    company.read('/ws/image-generation/task-1', { language: 'image-task', task: 'task-1' }),
    company.read('/ws', { language: 'artist-session' }),
    company.read('/ws/progress', { language: 'progress-feed', names: null }),
    company.read('/ws/progress', { language: 'flat-feed' }),
  ];
  const heard = ({ recording }: (typeof readers)[number]): number => recording.connections[0]?.heard.length ?? 0;
  const hasEnd = ({ recording }: (typeof readers)[number]): boolean =>
    JSON.stringify(recording.connections).includes(ENDS[recording.language] ?? '-');
  // Of the task that it waits for, the pong, the greeting and the confirmation, the greeting.
  await until(() => readers.every((reader, index) => heard(reader) >= (index === 2 ? 2 : 1)), 'the readers to stand');
  const steps = owner === 'ann' ? 20 : 21;
  const rehearsal = { stepMs: 5, previewEvery: 0 };
  const prompt = `${owner} wants a picture`;
  // A session with an id of the server's, which no other owner has. The flat reader is told late what comes at first.
  await house.call('/api/generate', { body: { prompt, num_inference_steps: steps, rehearsal }, key });
  await until(() => readers.slice(1).every(hasEnd), 'the end of the first session');
  const render = company.record({ language: 'music-render', plan: owner });
  const says = [{ composition_plan: { title: owner, sections: [{ section_name: 'Intro', duration_ms: 3_000 }] } }];
  const song = await openConnection(company.address('/render/ws', says), render);
  const body = { prompt, task_id: 'task-1', num_inference_steps: steps, use_refinement: false, rehearsal };
  const answer = await house.call('/api/media/generate', { body, key });
  expect(answer.status, answer.text).toBe(200);
  await song?.gone;
}

it('finds nothing wrong with what readers of every dialect were sent', () => {
  const all = [...companies.values()].flatMap((company) => company.recordings);
  expect(all).toHaveLength(2 * LANGUAGES.length);
  const faults = all.flatMap((recording) => judgeRecording(recording, truth));
  expect(describeFaults([...faults, ...judgeJoins(truth), ...judgeHolders(truth)])).toBe('');
});

describe.each(LANGUAGES)('of a reader of %s', (language) => {
  it.each(mutantNames(language))('finds %s', (name) => {
    const { recording, caught } = mutantOf(name, recordingOf('ann', language), recordingOf('bob', language));
    const codes = judgeRecording(recording, truth).map(({ code }) => code);
    expect(
      codes.some((code) => caught.includes(code)),
      codes.join(', '),
    ).toBe(true);
  });
});
