import { type DialectExam, describeDialect } from '../../dialect.contract.js';
import { EXAM_TOKEN } from '../../dialect-exam/house.contract.js';
import type { Frame, SocketRoute } from '../../dialect.js';
import type { Job } from '../../job.js';
import { isEnded, isTerminal, reduce } from '../../reduce.js';
import { decodePreview, decodeServerMessage, nativeDialect, type ServerMessage } from './index.js';

const JOB = 'job_0000000000000000000001';
const say = (message: object) => JSON.stringify(message);

const meaning = (frame: Frame): ServerMessage | null => (typeof frame === 'string' ? decodeServerMessage(frame) : null);

/** The job as a client of the SDK folds it. */
function fold(frames: readonly Frame[]): Job | null {
  let job: Job | null = null;
  for (const message of frames.map(meaning)) {
    if (message?.type === 'subscribed' || message?.type === 'reset') job = message.snapshot?.job ?? job;
    else if (message?.type === 'event' && message.fact.seq > (job?.seq ?? 0)) job = reduce(job, message.fact);
  }
  return job;
}

const [socket] = nativeDialect.sockets as [SocketRoute];
const submits = false;
const closesAfterEnd = null;
const garbageCloses = { before: false, after: false };
const common = { socket, submits, closesAfterEnd, garbageCloses };
const image = { kind: 'image', request: { prompt: 'a red fox' } };

const exam: DialectExam = {
  dialect: nativeDialect,
  variants: [
    { variant: 'none', levels: [] },
    { variant: 'none', levels: ['progress', 'place'] },
    { variant: 'url', levels: ['progress', 'place', 'preview'] },
    { variant: 'binary', levels: ['progress', 'place', 'preview'] },
    { variant: 'binary', levels: ['preview'] },
  ],
  sockets: [
    {
      ...common,
      named: 'a job',
      conversation: [say({ type: 'hello' }), say({ type: 'subscribe', job: JOB, ref: 'a' })],
    },
    {
      ...common,
      named: 'a job with a token and binary previews',
      authenticated: false,
      conversation: [
        say({ type: 'hello', token: EXAM_TOKEN, client: 'exam' }),
        say({ type: 'subscribe', job: JOB, previews: 'binary' }),
      ],
    },
    {
      ...common,
      named: 'a job from its first fact',
      conversation: [say({ type: 'hello' }), say({ type: 'subscribe', job: JOB, position: 'exam:0', previews: 'url' })],
    },
    {
      ...common,
      named: 'a job from a position of another history',
      conversation: [say({ type: 'hello' }), say({ type: 'subscribe', job: JOB, position: 'gone:3', levels: false })],
    },
  ],
  calls: [
    { route: 'submitJob', body: { ...image, id: 'my-own-id' }, headers: { 'idempotency-key': 'k' }, status: 201 },
    { route: 'submitBatch', body: { id: 'b 1', jobs: [image] }, status: 201 },
    { route: 'listJobs', query: { state: 'queued,running', search: 'fox', limit: '10' }, status: 200 },
    { route: 'getJob', params: { id: 'my-own-id' }, status: 200 },
    { route: 'editJob', params: { id: JOB }, body: { priority: 5, favorite: true }, status: 200 },
    { route: 'removeJob', params: { id: JOB }, status: 204 },
    { route: 'cancelJob', params: { id: JOB }, body: { reason: 'changed my mind' }, status: 202 },
    { route: 'cancelJob', params: { id: JOB }, status: 202 },
    { route: 'retryJob', params: { id: JOB }, status: 201 },
    { route: 'noteJob', params: { id: JOB }, body: { mood: 'good' }, status: 204 },
    {
      route: 'uploadFile',
      file: Uint8Array.of(1, 2, 3),
      headers: { 'content-type': 'image/png', 'x-file-name': 'sk%C3%A9tch.png' },
      status: 201,
    },
    { route: 'getArtifact', params: { id: 'art_2_0' }, query: { download: 'true' }, status: 200 },
    { route: 'getThumbnail', params: { id: 'art_2_0' }, status: 200 },
    { route: 'removeArtifact', params: { id: 'art_2_0' }, status: 204 },
    { route: 'getPreview', params: { id: JOB }, status: 200 },
    { route: 'followJob', params: { id: JOB }, query: { wait: '1000', levelStamp: '1.2.3' }, status: 200 },
    { route: 'followFeed', query: { kind: 'image', previews: 'url' }, status: 200 },
    { route: 'listEngines', status: 200 },
    { route: 'getStats', status: 200 },
  ],
  read(frame) {
    if (typeof frame !== 'string') return { end: false, level: decodePreview(frame) !== null };
    const message = meaning(frame);
    if (message?.type === 'event') return { end: isTerminal(message.fact), level: false };
    if (message?.type === 'subscribed' || message?.type === 'reset')
      return { end: message.snapshot !== null && isEnded(message.snapshot.job), level: false };
    return { end: false, level: message?.type === 'level' };
  },
  isGoodbye: (frame) => meaning(frame)?.type === 'draining',
  observe: fold,
};

describeDialect(exam);
