import type { Job } from '@rendercast/protocol/job';
import { createContext, useContext } from 'react';
import type { ConnectionState } from '../connection.js';

/** The words of the parts. Give others with `<KitWords value={{ ...ENGLISH, cancel: 'Abbrechen' }}>`. */
export interface Words {
  /** States of a job, and two that lie between. */
  states: Record<Job['state'] | 'stopping' | 'again', string>;
  connection: Record<ConnectionState['status'], string>;
  progress: string;
  unknown: string;
  stage(name: string, index: number | null, count: number | null): string;
  step(step: number, steps: number | null): string;
  percent(whole: number): string;
  left(time: string): string;
  elapsed(time: string): string;
  /** In whole seconds. */
  time(seconds: number): string;
  place(position: number): string;
  loading: string;
  absent: string;
  cancel: string;
  retry: string;
  close: string;
  download: string;
  again: string;
  older: string;
  play: string;
  pause: string;
  seek: string;
  lyrics: string;
  sections: string;
  prompt: string;
  generate: string;
  modalTitle: string;
  goesOn: string;
  queue: string;
  queueEmpty: string;
  gallery: string;
  galleryEmpty: string;
  preview(title: string): string;
  /** What is done to which job, for those who hear the button without what is around it. */
  of(action: string, title: string): string;
}

/** The words that the parts have by default. */
export const ENGLISH: Words = {
  states: {
    queued: 'Waiting',
    running: 'Running',
    succeeded: 'Done',
    failed: 'Failed',
    canceled: 'Canceled',
    stopping: 'Stopping',
    again: 'Waiting to try again',
  },
  connection: {
    idle: 'Ready',
    connecting: 'Connecting',
    open: 'Live',
    waiting: 'Reconnecting',
    offline: 'Offline',
    closed: 'Closed',
  },
  progress: 'Progress',
  unknown: 'unknown',
  stage: (name, index, count) => {
    const words = name.replaceAll('_', ' ');
    const title = words.charAt(0).toUpperCase() + words.slice(1);
    return index === null || count === null ? title : `${title} (${index} of ${count})`;
  },
  step: (step, steps) => (steps === null ? `Step ${step}` : `Step ${step} of ${steps}`),
  percent: (whole) => `${whole} %`,
  left: (time) => `${time} left`,
  elapsed: (time) => `${time} so far`,
  time: (seconds) =>
    seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`,
  place: (position) => `Number ${position} in line`,
  loading: 'Loading…',
  absent: 'There is no such job.',
  cancel: 'Cancel',
  retry: 'Make another',
  close: 'Close',
  download: 'Download',
  again: 'Another one',
  older: 'Show older',
  play: 'Play',
  pause: 'Pause',
  seek: 'Position',
  lyrics: 'Lyrics',
  sections: 'Sections',
  prompt: 'Prompt',
  generate: 'Generate',
  modalTitle: 'Generate a picture',
  goesOn: 'You may close this window: the picture is made all the same.',
  queue: 'Queue',
  queueEmpty: 'Nothing is waiting.',
  gallery: 'Gallery',
  galleryEmpty: 'Nothing yet. What is made appears here.',
  preview: (title) => `Preview of ${title}`,
  of: (action, title) => `${action}: ${title}`,
};

const WordsContext = createContext<Words>(ENGLISH);

/** Gives the parts inside it other words. */
export const KitWords = WordsContext.Provider;

/** The words of the parts here. */
export function useWords(): Words {
  return useContext(WordsContext);
}
