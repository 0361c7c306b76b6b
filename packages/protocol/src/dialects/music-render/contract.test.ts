import { type DialectExam, describeDialect, type SocketExam } from '../../dialect.contract.js';
import type { Frame, SocketRoute } from '../../dialect.js';
import { CALLS, PLAN } from './fixtures/calls.js';
import { musicRenderDialect } from './index.js';

const [socket] = musicRenderDialect.sockets as [SocketRoute];
const read = (frame: Frame) => JSON.parse(frame as string) as Record<string, unknown>;

const sockets: SocketExam[] = [
  { plan: { type: 'render', composition_plan: PLAN }, named: 'a plan' },
  { plan: { composition_plan: { composition_plan: PLAN, song_metadata: {} } }, named: 'a plan within a plan' },
].map(({ plan, named }) => ({
  named,
  socket,
  conversation: [JSON.stringify(plan)],
  submits: true,
  closesAfterEnd: 1000,
  garbageCloses: { before: true, after: false },
}));

const exam: DialectExam = {
  dialect: musicRenderDialect,
  kinds: ['music'],
  variants: [{ variant: '', levels: ['progress'] }],
  sockets,
  calls: CALLS,
  read(frame) {
    const { type, stage } = read(frame);
    return { end: type === 'result' || type === 'error', level: stage === 'generating' };
  },
  isGoodbye: (frame) => read(frame).type === 'error',
};

describeDialect(exam);
