import { type Address, createLine, type Line } from './line.js';
import type { Language, Recording } from './recording.js';

/** Everybody who reads for one owner, and all that they were sent. */
export interface Company {
  readonly recordings: readonly Recording[];
  readonly lines: readonly Line[];
  /** Opens a reader that stays. */
  read(path: string, what: Asked): Line;
  /** An empty recording of a reader that connects by itself. */
  record(what: Asked): Recording;
  /** Where a reader connects to: now directly, now through the line that makes trouble. */
  address(path: string, says: readonly object[]): Address;
  leave(): Promise<void>;
}

/** What a reader is and follows. */
export type Asked = Pick<Recording, 'language' | 'names' | 'task' | 'plan'>;

const FIRST_WORDS: Record<Language, (names: Recording['names']) => object[]> = {
  'image-task': () => [],
  'artist-session': (names) =>
    (names ?? []).map((session_id): object => ({ type: 'subscribe', session_id })).concat({ type: 'ping' }),
  'progress-feed': (names) => [{ type: 'subscribe', job_ids: names ?? null, include_previews: false }],
  'flat-feed': () => [],
  'music-render': () => [],
};

export function createCompany(options: { owner: string; key: string; urls: readonly [string, string] }): Company {
  const { owner, key, urls } = options;
  const recordings: Recording[] = [];
  const lines: Line[] = [];

  function record(what: Asked): Recording {
    const named = what.task ?? what.plan ?? what.names?.join(',') ?? 'all';
    const name = `${owner} ${recordings.length}: ${what.language} ${named}`;
    const recording: Recording = { name, owner, ...what, connections: [] };
    recordings.push(recording);
    return recording;
  }
  const address = (path: string, says: readonly object[]): Address => {
    return { url: urls[recordings.length % 2] ?? urls[0], path, key, says };
  };

  return {
    recordings,
    lines,
    record,
    address,
    read(path, what) {
      const line = createLine(address(path, FIRST_WORDS[what.language](what.names)), record(what));
      lines.push(line);
      return line;
    },
    leave: async () => void (await Promise.all(lines.map((line) => line.leave()))),
  };
}
