/**
 * A studio page and a gallery as they were written for the session socket's first server: a session is started over HTTP,
 * the socket tells of it. Nothing of Rendercast is imported; only the host is another.
 *
 *   npm start
 *   node --import tsx examples/dialects/artist-session.ts
 */
import { claim, giveUpAfter } from '../claim.js';
import { call, fetchFile, type Message, neverFalls, openPage } from './front-end.js';

giveUpAfter(60_000);

const about = (type: string, session: unknown) => (message: Message) =>
  message['type'] === type && message['session_id'] === session;

// The gallery never subscribes and hears of everything; the studio subscribes to its own session.
const gallery = await openPage('/ws');
const studio = await openPage('/ws');
studio.send({ type: 'ping' });
await studio.until(({ type }) => type === 'pong');
claim(gallery.heard.length === 0, 'a pong goes to who sent the ping and nobody else');

const refused = await call('POST', '/api/generate', { prompt: '   ' });
claim(
  refused.status === 422 && typeof refused.json['error'] === 'string',
  `a refusal says why: ${String(refused.json['error'])}`,
);

const started = await call('POST', '/api/generate', {
  prompt: 'a serene mountain landscape at sunset',
  negative_prompt: 'blurry, low quality',
  width: 512,
  height: 512,
  num_inference_steps: 20,
  guidance_scale: 7.5,
  num_images: 2,
});
const session = started.json['session_id'];
claim(started.status === 200 && started.json['status'] === 'started', 'the session has started');
studio.send({ type: 'subscribe', session_id: session });

const complete = await studio.until(about('generation_complete', session));
const mine = studio.heard.filter((message) => message['session_id'] === session);
claim(mine[0]?.['type'] === 'generation_start', 'generation_start comes first');
const progress = mine.filter(({ type }) => type === 'generation_progress');
claim(
  neverFalls(progress.map(({ progress_percent }) => Number(progress_percent))),
  `${progress.length} steps, none below the last`,
);
claim(progress.length > 3 && progress.every(({ step }) => Number.isInteger(step)), 'each with its step');
claim(
  mine.every(({ timestamp }) => typeof timestamp === 'string'),
  'every message has a timestamp',
);
claim(mine.filter(({ type }) => type === 'generation_complete').length === 1, 'the end comes once');
const paths = complete['image_paths'] as string[];
const files = await Promise.all(paths.map(fetchFile));
claim(
  files.length === 2 && files.every(({ type }) => type.startsWith('image/')),
  `both images are there: ${paths.join(' ')}`,
);
const prefixed = await fetchFile(`/api/images/file/${paths[0] ?? ''}`);
claim(prefixed.type.startsWith('image/'), 'also for a page that puts the prefix in front once more');

await gallery.until(about('generation_complete', session));
const entry = await gallery.until(({ type, action }) => type === 'gallery_update' && action === 'new_image');
claim(typeof (entry['data'] as Message)['thumbnail_url'] === 'string', 'the gallery is told of new images');
const images = (await call('GET', '/api/images?limit=10')).json as unknown as Message[];
claim(
  paths.every((path) => images.some((image) => image['path'] === path)),
  'and lists them',
);

// Who comes when it is over hears the end, at once.
const late = await openPage('/ws');
late.send({ type: 'subscribe', session_id: session });
await late.until(about('generation_complete', session));
claim(true, 'who subscribes late hears the end');

const long = await call('POST', '/api/generate', { prompt: 'takes long', num_inference_steps: 150 });
studio.send({ type: 'subscribe', session_id: long.json['session_id'] });
const canceled = await call('POST', `/api/cancel/${encodeURIComponent(String(long.json['session_id']))}`);
claim(canceled.json['success'] === true, 'a cancel is answered');
const error = await studio.until(about('generation_error', long.json['session_id']));
claim(typeof error['error'] === 'string', `and told: ${String(error['error'])}`);

studio.send('this is no JSON');
studio.send({ type: 'subscribe' });
studio.send({ type: 'ping' });
await studio.until((message) => message['type'] === 'pong' && message !== studio.heard[0]);
claim(true, 'the socket is still open after all this, and after nonsense');
for (const page of [gallery, studio, late]) page.close();
