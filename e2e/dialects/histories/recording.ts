import type { JsonMessage } from '../../support/json-wire.js';

/** What a socket speaks. `flat-feed` is a socket of the progress feed that never subscribes. */
export type Language = 'image-task' | 'artist-session' | 'progress-feed' | 'flat-feed' | 'music-render';

/** One message, and when it came, in milliseconds since 1970: reader and server share a clock. */
export interface Heard {
  atMs: number;
  message: JsonMessage;
}

/** What was heard over one connection, from its opening on. */
export interface Connection {
  openedAtMs: number;
  heard: Heard[];
  /** The code that the server closed with; null: it is open, or the line went without a word. */
  closedWith: number | null;
  /** It was open when everything had come to rest, so it has been told all that it is to be told. */
  isWhole: boolean;
}

/** Everything that one reader was sent, over all its connections. */
export interface Recording {
  name: string;
  language: Language;
  owner: string;
  /** What was asked for: the task of the address, the names subscribed to (null: all jobs), the title of the plan. */
  task?: string;
  names?: readonly string[] | null;
  plan?: string;
  connections: Connection[];
}
