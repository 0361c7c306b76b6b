/**
 * A monitor and a test client as they were written for the progress feed's first server: jobs are queued over HTTP, the
 * socket tells of them. Nothing of Rendercast is imported; only the host is another.
 *
 *   npm start
 *   node --import tsx examples/dialects/progress-feed.ts
 */
import { claim, giveUpAfter } from '../claim.js';
import { call, fetchFile, type Message, neverFalls, openPage } from './front-end.js';

giveUpAfter(60_000);

const dataOf = (message: Message): Message => message['data'] as Message;
const about = (type: string, job: unknown) => (message: Message) =>
  message['type'] === type && dataOf(message)['job_id'] === job;

// The monitor hears of every job.
const monitor = await openPage('/ws/progress');
const greeting = await monitor.until(() => true);
claim(
  greeting['type'] === 'connected' && typeof dataOf(greeting)['connection_id'] === 'string',
  'the server greets first, with a connection_id',
);
monitor.send({ type: 'subscribe', job_ids: null, include_previews: true });
const confirmed = await monitor.until(({ type }) => type === 'subscription_confirmed');
claim(dataOf(confirmed)['job_ids'] === null, 'the subscription to all jobs is confirmed');

// A test client of the older kind never subscribes.
const silent = await openPage('/ws/progress');

const queued = await call('POST', '/generation/queue-generation', { prompt: 'a beautiful landscape', steps: 10 });
const job = queued.json['job_id'];
claim(queued.status === 200 && queued.json['delivery_id'] === job, 'delivery_id and job_id are one and the same');

const done = dataOf(await monitor.until(about('generation_complete', job)));
const mine = monitor.heard.filter((message) => 'job_id' in dataOf(message) && dataOf(message)['job_id'] === job);
const started = mine.find(({ type }) => type === 'generation_started');
const params = started === undefined ? {} : (dataOf(started)['params'] as Message);
claim(
  params['prompt'] === 'a beautiful landscape' && params['steps'] === 10 && params['sampler_name'] === 'DPM++ 2M',
  'generation_started has all params, with the defaults of those not set',
);
const updates = mine.filter(({ type }) => type === 'progress_update').map(dataOf);
const steps = new Set(updates.map((update) => update['current_step']));
claim(
  neverFalls(updates.map((update) => Number(update['progress']))),
  `${updates.length} updates, none below the last`,
);
claim(steps.size > 3, `steps are pushed as they are done: ${[...steps].join(' ')}`);
claim(
  updates.some((update) => typeof update['preview_image'] === 'string'),
  'previews come where they were asked for',
);
claim(updates.at(-1)?.['status'] === 'completed', 'an update with the final status comes before the end');
claim(mine.at(-1)?.['type'] === 'generation_complete', 'the end is the last message of the job');
const [image = ''] = done['images'] as string[];
const file = await fetchFile(image);
claim(file.type.startsWith('image/') && file.size > 1000, `the image is there: ${file.type}, ${file.size} bytes`);

const flat = await silent.until((message) => message['type'] === 'progress' && message['progress'] === 100);
claim(flat['job_id'] === job && flat['status'] === 'completed', 'who never subscribed hears percents, flat');
claim(
  silent.heard.some(({ type, image_url }) => type === 'result' && typeof image_url === 'string'),
  'and the address of the image',
);

// Somebody who comes when it is over, at another address of the same service.
const late = await openPage('/api/v1/ws/progress');
late.send({ type: 'subscribe', job_ids: [job] });
await late.until(about('generation_complete', job));
claim(
  late.heard.map(({ type }) => type).join(' ') ===
    'connected subscription_confirmed progress_update generation_complete',
  'who comes late hears how it stands and the end',
);

// Cancel, and a job that waits in the same call.
const batch = await call('POST', '/v1/generation/batch', {
  jobs: [
    { prompt: 'one that takes long', steps: 150, width: 1024, height: 1024 },
    { prompt: 'one that waits', steps: 5 },
  ],
});
const [long = '', short = ''] = batch.json['job_ids'] as string[];
const active = (await call('GET', '/generation/jobs/active')).json as unknown as Message[];
claim(
  active.some(({ id }) => id === long) && active.some(({ jobId }) => jobId === short),
  'both are in the list of active jobs',
);
const canceled = await call('POST', `/generation/jobs/${encodeURIComponent(long)}/cancel`);
claim(canceled.status === 200 && canceled.json['status'] === 'cancelled', 'a cancel is answered');
const end = dataOf(await monitor.until(about('generation_complete', long)));
claim(
  end['status'] === 'failed' && typeof end['error_message'] === 'string',
  `and told: ${String(end['error_message'])}`,
);
const next = dataOf(await monitor.until(about('generation_complete', short)));
claim(next['status'] === 'completed', 'the other job was not touched');

monitor.send('this is no JSON');
monitor.send({ type: 'ping' });
await monitor.until(({ type }) => type === 'pong');
claim(true, 'the socket is still open after all this, and after nonsense');
for (const page of [monitor, silent, late]) page.close();
