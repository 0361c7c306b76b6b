import type { Fault } from './faults.js';
import { FEED, FLAT, type Grammar, SESSION, TASK } from './grammar.js';
import { judgeJobs } from './judge-jobs.js';
import { judgeRender } from './judge-render.js';
import type { Language, Recording } from './recording.js';
import type { Truth } from './truth.js';

const GRAMMARS: Record<Exclude<Language, 'music-render'>, Grammar> = {
  'image-task': TASK,
  'artist-session': SESSION,
  'progress-feed': FEED,
  'flat-feed': FLAT,
};

/** Judges what a reader was sent by the log; an empty list is a good history. */
export function judgeRecording(recording: Recording, truth: Truth): Fault[] {
  const { language } = recording;
  return language === 'music-render' ? judgeRender(recording, truth) : judgeJobs(recording, truth, GRAMMARS[language]);
}
