import { type DialectExam, describeDialect, type SocketExam } from '../../dialect.contract.js';
import type { Frame, SocketRoute } from '../../dialect.js';
import { CALLS } from './fixtures/calls.js';
import { artistSessionDialect } from './index.js';

const JOB = 'job_0000000000000000000001';
const say = (message: object) => JSON.stringify(message);
const read = (frame: Frame) => JSON.parse(frame as string) as Record<string, unknown> & { data?: { event?: string } };
const isEnd = (type: unknown) => type === 'generation_complete' || type === 'generation_error';

const [socket] = artistSessionDialect.sockets as [SocketRoute];
const common = { socket, closesAfterEnd: null, garbageCloses: { before: false, after: false } };
const sockets: SocketExam[] = [
  { ...common, named: 'subscribed', submits: false, conversation: [say({ type: 'subscribe', session_id: JOB })] },
  {
    ...common,
    named: 'subscribed twice, with previews',
    submits: false,
    query: { previews: 'true' },
    conversation: [say({ type: 'subscribe', session_id: JOB }), say({ type: 'subscribe', session_id: JOB })],
  },
  // It hears of a job what comes after it.
  { ...common, named: 'never subscribed', submits: true, conversation: [] },
];

const exam: DialectExam = {
  dialect: artistSessionDialect,
  kinds: ['image'],
  variants: [
    { variant: 'plain', levels: ['progress'] },
    { variant: 'previews', levels: ['progress', 'preview'] },
  ],
  sockets,
  calls: CALLS,
  read: (frame) => ({ end: isEnd(read(frame).type), level: read(frame).type === 'generation_progress' }),
  isGoodbye: (frame) => read(frame).type === 'custom' && read(frame).data?.event === 'draining',
  // What a newcomer cannot know: images that were removed since, and the prompt.
  observe: (frames) => frames.map(read).findLast(({ type }) => isEnd(type))?.type ?? null,
};

describeDialect(exam);
