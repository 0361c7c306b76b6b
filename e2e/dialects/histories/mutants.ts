import type { JsonMessage } from '../../support/json-wire.js';
import type { FaultCode } from './faults.js';
import type { Heard, Language, Recording } from './recording.js';

/** A recording with one thing wrong, and what the checker is to say of it. */
export interface Mutant {
  recording: Recording;
  caught: readonly FaultCode[];
}

/** How a language shows what mutants are made of. */
interface Marks {
  isEnd(message: JsonMessage): boolean;
  /** How far the job is; null: the message does not say. */
  percent(message: JsonMessage): number | null;
  /** A key that every such message must have. */
  spoil(message: JsonMessage): JsonMessage;
}

const dataOf = (message: JsonMessage): JsonMessage => (message.data ?? {}) as JsonMessage;
const numberOr = (value: unknown): number | null => (typeof value === 'number' ? value : null);
const without = (message: JsonMessage, key: string): JsonMessage =>
  Object.fromEntries(Object.entries(message).filter(([name]) => name !== key));

const MARKS: Record<Language, Marks> = {
  'image-task': {
    isEnd: ({ status }) => status === 'completed' || status === 'failed',
    percent: (message) => (message.status === 'generating' ? numberOr(message.percentage) : null),
    spoil: (message) => without(message, 'estimated_remaining'),
  },
  'artist-session': {
    isEnd: ({ type }) => type === 'generation_complete' || type === 'generation_error',
    percent: (message) => numberOr(message.progress_percent),
    spoil: (message) => without(message, 'session_id'),
  },
  'progress-feed': {
    isEnd: ({ type }) => type === 'generation_complete',
    percent: (message) => (dataOf(message).status === 'running' ? numberOr(dataOf(message).progress) : null),
    spoil: (message) => ({ ...message, data: without(dataOf(message), 'error_message') }),
  },
  'flat-feed': {
    isEnd: (message) => message.progress === 100 || message.type === 'error',
    percent: (message) => (message.status === 'running' ? numberOr(message.progress) : null),
    spoil: (message) => without(message, 'timestamp'),
  },
  'music-render': {
    isEnd: ({ type }) => type === 'result',
    percent: (message) => numberOr(message.progress_percent),
    spoil: (message) => ({ ...message, data: without(dataOf(message), 'download_url') }),
  },
};

const idOf = (message: JsonMessage): unknown =>
  message.session_id ?? message.job_id ?? message.request_id ?? dataOf(message).job_id;

/** What is done to a recording, and what the checker is to say of it: one of these, whatever else. */
const CAUGHT = {
  'an end that is dropped': ['end-missing'],
  'an end that is repeated': ['end-twice'],
  'progress after the end': ['after-end'],
  'a percentage that falls': ['fell'],
  "a message of another owner's job": ['foreign'],
  'a key that is missing': ['shape'],
  'a success without its 100 %': ['no-hundred', 'order'],
  'a beginning that is dropped': ['first'],
} as const satisfies Record<string, readonly FaultCode[]>;
export type MutantName = keyof typeof CAUGHT;

/** Where nothing is wrong with it: some connections may begin with anything, in some an end is its own 100 %. */
const MEANINGLESS: Partial<Record<MutantName, readonly Language[]>> = {
  'a success without its 100 %': ['image-task', 'flat-feed'],
  'a beginning that is dropped': ['image-task', 'artist-session'],
};

/** The mutants that make sense in a language. */
export function mutantNames(language: Language): MutantName[] {
  return (Object.keys(CAUGHT) as MutantName[]).filter((name) => MEANINGLESS[name]?.includes(language) !== true);
}

/**
 * A mutant of a good recording of one connection that was open to the last and heard a job from its start to its success.
 * `others` is what another owner heard.
 */
export function mutantOf(name: MutantName, recording: Recording, others: Recording): Mutant {
  const { isEnd, percent, spoil } = MARKS[recording.language];
  const [connection] = recording.connections;
  if (connection === undefined || recording.connections.length > 1) throw new Error(`${recording.name} is cut`);
  const { heard } = connection;
  const end = heard.findLastIndex(({ message }) => isEnd(message));
  const ended = heard[end];
  const id = idOf(ended?.message ?? {});
  const rising = heard.flatMap(({ message }, at) => (percent(message) === null || idOf(message) !== id ? [] : [at]));
  const [low, high] = [rising[1], rising.at(-2)];
  const own = new Set(heard.map(({ message }) => idOf(message)));
  const isForeign = (message: JsonMessage): boolean => recording.language === 'image-task' || !own.has(idOf(message));
  const foreign = others.connections[0]?.heard.findLast(
    ({ message }) => percent(message) !== null && isForeign(message),
  );
  const begun = heard[low ?? -1];
  if (ended === undefined || begun === undefined || high === undefined || low === high || foreign === undefined)
    throw new Error(`${recording.name} holds too little`);

  const { atMs } = ended;
  const changed: Record<MutantName, () => Heard[]> = {
    'an end that is dropped': () => heard.filter((each) => each !== ended),
    'an end that is repeated': () => heard.toSpliced(end + 1, 0, ended),
    'progress after the end': () => heard.toSpliced(end + 1, 0, { ...begun, atMs }),
    'a percentage that falls': () => heard.toSpliced(high + 1, 0, begun),
    "a message of another owner's job": () => heard.toSpliced(high + 1, 0, foreign),
    'a key that is missing': () => heard.with(end, { atMs, message: spoil(ended.message) }),
    'a success without its 100 %': () => heard.filter((each) => each === ended || !isHundred(each.message)),
    'a beginning that is dropped': () => heard.slice(1),
  };
  const connections = [{ ...connection, heard: changed[name]() }];
  return { caught: CAUGHT[name], recording: { ...recording, connections } };
}

function isHundred(message: JsonMessage): boolean {
  return message.progress_percent === 100 || dataOf(message).progress === 1;
}
