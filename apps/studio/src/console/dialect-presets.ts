/** A socket of the server, and what is said on it first. */
export interface Preset {
  id: string;
  title: string;
  path: string;
  subprotocol: string | null;
  /** What is said once it is open, before anything typed. */
  first(key: string | undefined): string[];
  /** What may be said next: stands in the field to be changed and sent. */
  example: string;
}

/** The key goes into the first message. */
const native: Preset = {
  id: 'native',
  title: 'native: everything that happens',
  path: '/v1/stream',
  subprotocol: 'rendercast.v1',
  first: (token) => [
    JSON.stringify({ type: 'hello', ...(token === undefined ? {} : { token }), client: 'studio console' }),
    JSON.stringify({ type: 'subscribe', ref: 'feed', feed: {}, previews: 'url' }),
  ],
  example: '{"type":"ping"}',
};

const foreign = (id: string, title: string, path: string, example: string): Preset => ({
  id,
  title,
  path,
  subprotocol: null,
  first: () => [],
  example,
});

/** The sockets that the server speaks on. */
export const PRESETS: readonly Preset[] = [
  native,
  foreign('progress-feed', 'progress-feed: all jobs of a queue', '/ws/progress', '{"type":"subscribe","job_ids":null}'),
  foreign(
    'artist-session',
    'artist-session: a gallery and its sessions',
    '/ws',
    '{"type":"subscribe","session_id":"my-session"}',
  ),
  foreign('image-task', 'image-task: one task by its id', '/ws/image-generation/my-task', '{"type":"get_progress"}'),
  foreign('music-render', 'music-render: one song, sent as a plan', '/render/ws', '{"type":"ping"}'),
];

/** The address of a socket. Dialects without a first word for the key take it in the address. */
export function addressOf(preset: Preset, path: string, base: string, key: string | undefined): string {
  const url = new URL(path.replace(/^\//, ''), base);
  url.protocol = url.protocol.replace('http', 'ws');
  if (key !== undefined && preset.subprotocol === null) url.searchParams.set('token', key);
  return url.href;
}
