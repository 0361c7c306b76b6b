/**
 * A page as it was written for the task socket's first server: it makes up the task's id, opens the socket before the
 * task exists, and waits for the answer of its call. Nothing of Rendercast is imported; only the host is another.
 *
 *   npm start
 *   node --import tsx examples/dialects/image-task.ts
 */
import { claim, giveUpAfter } from '../claim.js';
import { call, fetchFile, neverFalls, openPage } from './front-end.js';

giveUpAfter(120_000);

const FIELDS = [
  'task_id status current_step total_steps percentage current_stage',
  'elapsed_time estimated_remaining error message timestamp',
]
  .join(' ')
  .split(' ');
const newTask = (): string => `task-${Date.now()}-${process.pid}`;

const task = newTask();
const page = await openPage(`/ws/image-generation/${task}`);
const waiting = await page.until(() => true);
claim(waiting['type'] === 'status' && waiting['task_id'] === task, `the socket waits: ${String(waiting['message'])}`);
page.send({ type: 'ping' });
await page.until(({ type }) => type === 'pong');

const asked = { prompt: 'a harbour at dawn', use_generation: true, use_refinement: true, high_quality: true };
const wish = { ...asked, num_inference_steps: 20, width: 256, height: 256, task_id: task };
const answer = await call('POST', '/api/media/generate', wish);
const toldBefore = page.heard.some(({ status }) => status === 'completed');
const done = await page.until(({ status }) => status === 'completed');
const records = page.heard.filter(({ type }) => type === 'progress');

claim(answer.status === 200 && answer.json['success'] === true && answer.json['task_id'] === task, 'success');
claim(toldBefore, 'the final record was there before the answer, at which the page closes its socket');
claim(
  records.every((record) => FIELDS.every((field) => field in record)),
  `${records.length} records, each with all of its ${FIELDS.length} fields`,
);
claim(neverFalls(records.map(({ percentage }) => Number(percentage))), 'the percentage never falls');
const running = records.filter(({ status }) => status === 'generating');
claim(new Set(running.map(({ total_steps }) => total_steps)).size === 1, 'the total is fixed from the first step on');
claim(
  done['percentage'] === 100 && done['current_step'] === done['total_steps'] && done['estimated_remaining'] === 0,
  `at the end: step ${String(done['current_step'])}/${String(done['total_steps'])}, 100 %, nothing remains`,
);
const imageUrl = String(answer.json['image_url']);
const file = await fetchFile(imageUrl);
claim(/^https?:/.test(imageUrl) && file.type.startsWith('image/'), `a whole address of an ${file.type}`);

const late = await openPage(`/api/ws/image-generation/${task}`);
const standing = await late.until(() => true);
claim(standing['type'] === 'progress' && standing['status'] === 'completed', 'who comes late is told how it stands');

const refused = await call('POST', '/api/media/generate', { prompt: 'no' });
claim(
  refused.status === 422 && refused.json['success'] === false && typeof refused.json['message'] === 'string',
  `a refusal is shown as one: ${String(refused.json['message'])}`,
);

// A page that clicks twice: the second call joins the task that runs.
const twice = newTask();
const again = { ...wish, task_id: twice };
const [one, two] = await Promise.all([
  call('POST', '/api/media/generate', again),
  call('POST', '/api/media/generate', again),
]);
claim(
  one.json['success'] === true && one.json['image_url'] === two.json['image_url'],
  'two equal calls with one task_id make one image',
);

for (const socket of [page, late]) socket.close();
