import { type DialectExam, describeDialect, type SocketExam } from '../../dialect.contract.js';
import type { Frame } from '../../dialect.js';
import { CALLS } from './fixtures/calls.js';
import { imageTaskDialect } from './index.js';

const read = (frame: Frame) => JSON.parse(frame as string) as Record<string, unknown>;
const isEnd = ({ status }: Record<string, unknown>) => status === 'completed' || status === 'failed';

const sockets = imageTaskDialect.sockets.flatMap((socket): SocketExam[] =>
  [[], ['{"type":"ping"}']].map((conversation) => ({
    named: `${socket.path}, ${conversation.length === 0 ? 'silent' : 'with a ping'}`,
    socket,
    params: { task: 'job_0000000000000000000001' },
    conversation,
    submits: false,
    closesAfterEnd: null,
    garbageCloses: { before: false, after: false },
  })),
);

const exam: DialectExam = {
  dialect: imageTaskDialect,
  kinds: ['image'],
  variants: [{ variant: '', levels: ['progress'] }],
  sockets,
  calls: CALLS,
  read: (frame) => ({ end: isEnd(read(frame)), level: read(frame).status === 'generating' }),
  isGoodbye: (frame) => read(frame).retry_after_seconds !== undefined,
  observe(frames) {
    const { status, error } = frames.map(read).findLast(isEnd) ?? {};
    return [status, error];
  },
};

describeDialect(exam);
