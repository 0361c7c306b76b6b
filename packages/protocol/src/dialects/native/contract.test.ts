import { type DialectExam, describeDialect } from '../../dialect.contract.js';
import type { Frame, SocketRoute } from '../../dialect.js';
import { EXAM_TOKEN } from '../../dialect-exam/house.contract.js';
import type { Job } from '../../job.js';
import { isEnded, isTerminal, reduce } from '../../reduce.js';
import { CALLS } from './fixtures/calls.js';
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
  calls: CALLS,
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
